import { version } from "../version.ts";

export interface StartFacts {
  readonly publicUrl: string;
  readonly dataFolder: string;
  /** What the address policy says of itself. */
  readonly policy: string;
  readonly madeKeyFile: string | undefined;
}

/** What a person reads on standard output once the server is ready. */
export function startMessage({ publicUrl, dataFolder, policy, madeKeyFile }: StartFacts): string {
  const lines = [`Keymoor ${version} is ready at ${publicUrl}`, `  Data is in ${dataFolder}.`];
  if (madeKeyFile !== undefined) {
    lines.push(
      `  Made the master key ${madeKeyFile}.`,
      "  Keep a copy of it apart from the data: without it no credential can be opened again.",
    );
  }
  lines.push(`  ${policy}`);
  return `${lines.join("\n")}\n`;
}
