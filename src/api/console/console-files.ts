import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Encoding, encodings } from "./best-encoding.ts";

/** What the build of the console left in its folder, listed once: what is not listed is not served, whatever a path says. */
export interface ConsoleFiles {
  readonly page: Buffer;
  /** By file name. Their names change with their content, so they may be kept for ever; they are read when asked for. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Those beside the page, by file name: few, small, and under the same name whatever they hold. */
  readonly others: ReadonlyMap<string, NamedFile>;
}

export interface Asset {
  readonly path: string;
  readonly type: string;
  /** Encodings in which it lies there ready-made. */
  readonly encodings: readonly Encoding[];
}

export interface NamedFile {
  readonly content: Buffer;
  readonly type: string;
  readonly etag: string;
}

/** Undefined when the console is not built. */
export function readConsoleFiles(folder: string | undefined): ConsoleFiles | undefined {
  if (folder === undefined) return undefined;
  const names = filesIn(folder);
  if (!names.includes("index.html")) return undefined;
  return {
    page: readFileSync(join(folder, "index.html")),
    assets: readAssets(join(folder, "assets")),
    others: new Map(names.filter(isNoPage).map((name) => [name, readNamed(join(folder, name))])),
  };
}

function filesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch {
    return []; // not built, or built without assets
  }
}

function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const names = new Set(filesIn(folder));
  const assets = [...names].filter((name) => extname(name) in types);
  return new Map(
    assets.map((name) => [
      name,
      {
        path: join(folder, name),
        type: typeOf(name),
        encodings: encodings.filter(({ extension }) => names.has(`${name}${extension}`)),
      },
    ]),
  );
}

function isNoPage(name: string): boolean {
  return name !== "index.html" && extname(name) in types;
}

function readNamed(path: string): NamedFile {
  const content = readFileSync(path);
  const digest = createHash("sha256").update(content).digest("base64url");
  return { content, type: typeOf(path), etag: `"${digest}"` };
}

/** Kinds of files that a build makes; a file of another kind is not meant for a browser. */
const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

function typeOf(name: string): string {
  return types[extname(name)] ?? "application/octet-stream";
}
