import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { reasonOf } from "../reason-of.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** A body with the headers that frame it. Node frames only some methods' bodies itself. */
export interface CallBody {
  readonly body: string | Readable | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What comes behind the connection in the request target: PATH as it was typed, then the query pairs, encoded.
 *
 *     callTarget("v1/models?limit=2", ["after=a b"]) // "/v1/models?limit=2&after=a%20b"
 */
export function callTarget(path: string, pairs: readonly string[]): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(path)) {
    throw new UsageError("PATH is only what comes after the connection's endpoint.", {
      hint: "The endpoint is the connection's own: `keymoor connection describe NAME` shows it.",
    });
  }
  const start = path === "" || /^[/?]/.test(path) ? path : `/${path}`;
  // A fragment goes to no server, so a `#` can only be meant as a character.
  const typed = start.replace(/[^\x21-\x7e]|#/gu, encodeURIComponent);
  const query = pairs.map(encodedPair).join("&");
  if (query === "") return typed;
  return typed + (typed.includes("?") ? "&" : "?") + query;
}

function encodedPair(pair: string): string {
  const at = pair.indexOf("=");
  if (at < 1) throw new UsageError("--query takes name=value.");
  return `${encodeURIComponent(pair.slice(0, at))}=${encodeURIComponent(pair.slice(at + 1))}`;
}

/** Headers by lower-case name; one that is given twice is joined, as RFC 9110 5.3 allows. */
export function callHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/.exec(line);
    if (match === null) throw new UsageError('--header takes "Name: value".');
    const [, given = "", value = ""] = match;
    const name = given.toLowerCase();
    judgeHeader(name);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

function judgeHeader(name: string): void {
  if (name === "authorization") {
    throw new UsageError("--header cannot set Authorization.", {
      hint: "The connection brings its own credential.",
    });
  }
  const isOwn = name.startsWith("keymoor-") || framing.includes(name);
  if (isOwn) {
    throw new UsageError(`--header cannot set ${framing.includes(name) ? name : "Keymoor's own headers"}.`);
  }
}

const framing = ["connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"];

/** `TEXT`, `@FILE` or `@-` for standard input, byte for byte; a file and standard input are streamed. */
export async function callBody(io: Io, data: string | undefined): Promise<CallBody> {
  if (data === undefined) return { body: undefined, headers: {} };
  if (data === "@-") return { body: standardInput(io), headers: chunked };
  if (!data.startsWith("@")) {
    return { body: data, headers: { "content-length": String(Buffer.byteLength(data)) } };
  }
  const file = await openFile(resolve(io.folder, data.slice(1)));
  const { size } = await file.stat();
  // Of known length it can be sent once more with a fresh access token (docs/calls.md). A pipe has none.
  return { body: file.createReadStream(), headers: size > 0 ? { "content-length": String(size) } : chunked };
}

/** Standard input that stays open keeps the process waiting, so it is let go when the call has ended before it. */
function standardInput({ stdin }: Io): Readable {
  const body = stdin.pipe(new PassThrough());
  stdin.once("error", (error) => body.destroy(error));
  return body.once("close", () => {
    stdin.unpipe(body);
    stdin.pause();
  });
}

const chunked = { "transfer-encoding": "chunked" } as const;

async function openFile(path: string): Promise<FileHandle> {
  let reason = "it is a folder";
  try {
    const file = await open(path);
    if (!(await file.stat()).isDirectory()) return file;
    await file.close();
  } catch (error) {
    reason = reasonOf(error);
  }
  // The path is not repeated, because a body may stand in its place.
  throw new UsageError(`The file that --data names cannot be read (${reason}).`, {
    hint: "--data @FILE sends a file, @- standard input, and anything else is the text itself.",
  });
}
