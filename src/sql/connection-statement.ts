import type { Secret } from "../secret.ts";
import type { Position } from "./position.ts";

/** A statement about connections: Confluent's grammar and FLIP-529's together, and Materialize's VALIDATE. */
export type ConnectionStatement =
  | {
      readonly kind: "create";
      readonly orReplace: boolean;
      readonly ifNotExists: boolean;
      readonly name: QualifiedName;
      readonly comment: string | undefined;
      readonly options: readonly SqlOption[];
    }
  | {
      readonly kind: "alter";
      readonly ifExists: boolean;
      readonly name: QualifiedName;
      readonly options: readonly SqlOption[];
    }
  | { readonly kind: "drop"; readonly ifExists: boolean; readonly name: QualifiedName }
  | {
      readonly kind: "show";
      readonly catalog: string | undefined;
      readonly database: string | undefined;
      readonly like: { readonly pattern: string; readonly negated: boolean } | undefined;
    }
  | { readonly kind: "show_create"; readonly name: QualifiedName }
  | { readonly kind: "describe"; readonly extended: boolean; readonly name: QualifiedName }
  | { readonly kind: "validate"; readonly name: QualifiedName };

export interface QualifiedName {
  readonly catalog?: string;
  readonly database?: string;
  readonly name: string;
  readonly position: Position;
}

/** Nobody knows yet which options are secret, so all values are. */
export interface SqlOption {
  /** Lower case; one of the vocabulary's. */
  readonly key: string;
  readonly value: Secret;
  readonly keyPosition: Position;
  readonly valuePosition: Position;
}
