import { version } from "../version.ts";

export interface StartFacts {
  readonly publicUrl: string;
  /** Regions with an origin of their own. */
  readonly regions: readonly { readonly name: string; readonly origin: string }[];
  readonly dataFolder: string;
  /** What the address policy says of itself. */
  readonly policy: string;
  /** Undefined when a setting gives the master key. */
  readonly keyFile: string | undefined;
}

/** What a person reads on standard output once the server is ready. */
export function startMessage({ publicUrl, regions, dataFolder, policy, keyFile }: StartFacts): string {
  const lines = [
    `Keymoor ${version} is ready at ${publicUrl}`,
    ...regions.map(({ name, origin }) => `  Region ${name} is at ${origin}.`),
    `  Data is in ${dataFolder}.`,
  ];
  if (keyFile !== undefined) {
    lines.push(
      `  The master key is in ${keyFile}. Keep a copy of it elsewhere: without it no credential can be opened.`,
    );
  }
  lines.push(`  ${policy}`, `  How to go on: ${publicUrl}/docs and README.md.`);
  return `${lines.join("\n")}\n`;
}
