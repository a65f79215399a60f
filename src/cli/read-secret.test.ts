import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { readSecret } from "./read-secret.ts";

const folder = mkdtempSync(join(tmpdir(), "keymoor-secret-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(["file", "standard input"])("a secret from %s", (where) => {
  const read = async (bytes: Buffer, isText = false) => {
    writeFileSync(join(folder, "key"), bytes);
    const io = {
      stdin: Readable.from(where === "file" ? [] : [bytes]),
      stdout: { write: () => {} },
      stderr: { write: () => {} },
      env: {},
      folder,
    };
    const secret = await readSecret(io, { flag: "api-key", file: where === "file" ? "key" : "-", isText });
    return secret?.reveal();
  };
  const what =
    where === "file" ? "The file that --api-key-file names" : "What --api-key reads from standard input";

  test.each([
    ["with a line end", "sk-1\n", "sk-1"],
    ["with the line end of Windows", "sk-1\r\n", "sk-1"],
    ["without one", "sk-1", "sk-1"],
    ["with spaces and letters of any script", " schlüssel 鍵 ", " schlüssel 鍵 "],
    ["that is empty", "", ""],
  ])("%s is taken", async (_what, text, secret) => {
    expect(await read(Buffer.from(text))).toBe(secret);
  });

  test.each([
    ["that is no UTF-8", Buffer.from([0x73, 0x6b, 0xff]), "is not UTF-8."],
    ["in UTF-16 with its mark", Buffer.from("\ufeffsk-1", "utf16le"), "is not UTF-8."],
    ["in UTF-16 without it", Buffer.from("sk-1", "utf16le"), "has control characters."],
    ["behind a byte order mark", Buffer.from("\ufeffsk-1"), "begins with a byte order mark."],
    ["of two lines", Buffer.from("sk-1\nsk-2\n"), "has more than one line."],
    ["with an empty line behind it", Buffer.from("sk-1\n\n"), "has more than one line."],
    ["with an escape", Buffer.from("sk-1\u001b[D"), "has control characters."],
  ])("%s is refused, and not repeated", async (_what, bytes, reason) => {
    const refusal = read(bytes);
    await expect(refusal).rejects.toMatchObject({ name: "UsageError", message: `${what} ${reason}` });
  });

  test("may have lines where it is a key file, and yet nothing that is no text", async () => {
    const pem = "-----BEGIN PRIVATE KEY-----\r\n\tabc\n-----END PRIVATE KEY-----";
    expect(await read(Buffer.from(`${pem}\n`), true)).toBe(pem);
    await expect(read(Buffer.from("a\u0000b"), true)).rejects.toThrow("has control characters.");
    await expect(read(Buffer.from([0xc3]), true)).rejects.toThrow("is not UTF-8.");
  });
});
