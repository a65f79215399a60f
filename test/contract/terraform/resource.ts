import type { Provider } from "./provider.ts";

/** What Terraform keeps of an object, and what a block says of it: by the names of the configuration language. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One resource of the provider. */
export interface Resource {
  readonly type: string;
  /** Changing one of these deletes the object and makes a new one. */
  readonly forceNew: readonly string[];
  readonly create: (provider: Provider, block: Attributes) => Promise<Attributes>;
  /** Undefined: it is gone, and a plan will want to create it. */
  readonly read: (provider: Provider, state: Attributes) => Promise<Attributes | undefined>;
  readonly update: (
    provider: Provider,
    state: Attributes,
    block: Attributes,
    changed: readonly string[],
  ) => Promise<Attributes>;
  readonly delete: (provider: Provider, state: Attributes) => Promise<void>;
  /** State of an object that is there already, before it is read for the first time. */
  readonly import?: (provider: Provider, id: string, variables: Attributes) => Promise<Attributes>;
}

export function textOf(attributes: Attributes, name: string): string {
  const value = attributes[name];
  if (typeof value !== "string") throw new Error(`the block has no ${name}`);
  return value;
}

/** An attribute, unless the block leaves it out. */
export function given(attributes: Attributes, name: string): Attributes {
  return attributes[name] === undefined ? {} : { [name]: attributes[name] };
}

/** What the block says otherwise than the state. What it leaves out is the server's matter. */
export function changedAttributes(state: Attributes, block: Attributes): readonly string[] {
  return Object.keys(block).filter(
    (name) => block[name] !== undefined && JSON.stringify(state[name]) !== JSON.stringify(block[name]),
  );
}
