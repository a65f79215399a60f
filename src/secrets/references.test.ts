import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReferenceReader, parseReference, type ReferenceSources } from "./references.ts";

const to = (kind: string, name: string) => ["$", `{${kind}:${name}}`].join("");

let base: string;
let secretsDir: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "keymoor-references-"));
  secretsDir = join(base, "secrets");
  mkdirSync(secretsDir);
});
afterEach(() => rmSync(base, { recursive: true }));

const read = async (text: string, change: Partial<ReferenceSources> = {}) => {
  const reader = createReferenceReader({ secretsDir, secretsEnv: [], env: {}, ...change });
  return (await reader.read(text)).reveal();
};
const refused = { name: "KeymoorError", code: "secret_reference_invalid" };

describe("a reference", () => {
  it("is the whole value; anything else is an ordinary secret", () => {
    expect(parseReference(to("file", "KEY"))).toStrictEqual({ kind: "file", name: "KEY" });
    expect(parseReference(to("env", "OPENAI_KEY"))).toStrictEqual({ kind: "env", name: "OPENAI_KEY" });
    for (const text of ["", "KEY", "sk-${x}-y", "$" + "{}", "{file:A}"])
      expect(parseReference(text)).toBeUndefined();
  });

  it("that is not the whole value, not closed, or of another kind is refused and not taken for a secret", () => {
    for (const text of [
      ` ${to("file", "KEY")}`,
      `${to("env", "A")}x`,
      to("vault", "a"),
      "${file:A",
      to("client-env", "HOME"),
      `x${to("client-env", "HOME")}`,
      `x${to("Client-Env", "HOME")}`,
    ]) {
      expect(() => parseReference(text)).toThrow(/whole value|file or to an environment variable/);
    }
  });

  it("takes a name and no path, and is not repeated when refused", () => {
    for (const name of [
      "../canary",
      "a/canary",
      "/canary",
      "..",
      ".",
      "",
      "a\\canary",
      "canary\0",
      "canary\n",
    ]) {
      expect(() => parseReference(to("file", name))).toThrow(expect.objectContaining(refused));
      expect(() => parseReference(to("file", name))).not.toThrow("canary");
    }
    expect(() => parseReference(to("env", "A-B"))).toThrow(expect.objectContaining(refused));
  });
});

describe("a file reference", () => {
  it("is read anew each time, without the newline at its end", async () => {
    writeFileSync(join(secretsDir, "KEY"), "one\n");
    expect(await read(to("file", "KEY"))).toBe("one");
    writeFileSync(join(secretsDir, "KEY"), "two\nlines\r\n");
    expect(await read(to("file", "KEY"))).toBe("two\nlines");
  });

  it("follows the links of a Kubernetes mount", async () => {
    mkdirSync(join(secretsDir, "..2026_11_20"));
    writeFileSync(join(secretsDir, "..2026_11_20", "KEY"), "mounted");
    symlinkSync("..2026_11_20", join(secretsDir, "..data"));
    symlinkSync("..data/KEY", join(secretsDir, "KEY"));
    expect(await read(to("file", "KEY"))).toBe("mounted");
  });

  it("works in a folder that is itself reached by a link", async () => {
    writeFileSync(join(secretsDir, "KEY"), "v");
    symlinkSync(secretsDir, join(base, "link"));
    expect(await read(to("file", "KEY"), { secretsDir: join(base, "link") })).toBe("v");
  });

  it("does not lead out of the folder", async () => {
    writeFileSync(join(base, "outside"), "canary");
    mkdirSync(join(base, "secrets-too"));
    writeFileSync(join(base, "secrets-too", "x"), "canary");
    symlinkSync("../outside", join(secretsDir, "A"));
    symlinkSync(join(base, "outside"), join(secretsDir, "B"));
    symlinkSync("../secrets-too/x", join(secretsDir, "C"));
    for (const name of ["A", "B", "C"]) {
      await expect(read(to("file", name))).rejects.toThrow("a link out of KEYMOOR_SECRETS_DIR");
    }
  });

  it("must name a file of text that is there and not too large", async () => {
    writeFileSync(join(secretsDir, "EMPTY"), "\n");
    writeFileSync(join(secretsDir, "BINARY"), new Uint8Array([0xff, 0xfe]));
    writeFileSync(join(secretsDir, "LARGE"), "x".repeat(70_000));
    mkdirSync(join(secretsDir, "FOLDER"));
    for (const name of ["EMPTY", "BINARY", "LARGE", "FOLDER", "MISSING"]) {
      await expect(read(to("file", name))).rejects.toMatchObject(refused);
    }
    await expect(read(to("file", "KEY"), { secretsDir: undefined })).rejects.toThrow("KEYMOOR_SECRETS_DIR");
    await expect(read(to("file", "KEY"), { secretsDir: join(base, "no") })).rejects.toMatchObject(refused);
  });

  it.skipIf(process.platform === "win32")("does not wait for a pipe", async () => {
    execFileSync("mkfifo", [join(secretsDir, "PIPE")]);
    await expect(read(to("file", "PIPE"))).rejects.toThrow("not a file");
  });
});

describe("an environment reference", () => {
  it("reads only variables that are listed", async () => {
    const env = { OPENAI_KEY: "sk", HOME: "/root", EMPTY: "" };
    const secretsEnv = ["OPENAI_KEY", "EMPTY", "UNSET"];
    expect(await read(to("env", "OPENAI_KEY"), { env, secretsEnv })).toBe("sk");
    await expect(read(to("env", "HOME"), { env, secretsEnv })).rejects.toMatchObject({
      ...refused,
      details: { hint: "Add it to KEYMOOR_SECRETS_ENV." },
    });
    for (const name of ["EMPTY", "UNSET"]) {
      await expect(read(to("env", name), { env, secretsEnv })).rejects.toThrow("not set");
    }
    await expect(read("plain")).rejects.toMatchObject(refused);
  });
});
