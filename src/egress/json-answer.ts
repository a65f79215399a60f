import type { Readable } from "node:stream";

/** Far above any token or key set; a token of Entra ID's with many groups is about 8 KiB. */
const maxAnswerBytes = 256 * 1024;

/** An answer's body as a JSON object; undefined when it is none, or too large to be one. */
export async function readJsonObject(body: Readable): Promise<Readonly<Record<string, unknown>> | undefined> {
  return parseObject(await readText(body));
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxAnswerBytes) return ""; // leaving the loop destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString("utf8");
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // the parser's message would quote the answer, which may hold a token
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
