import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judgeSecretsDir } from "./judge-secrets-dir.ts";

describe("KEYMOOR_SECRETS_DIR", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "keymoor-secrets-")));
    for (const name of ["data", "data/inner", "secrets", "secrets/inner", "secrets-2"])
      mkdirSync(join(folder, name));
    writeFileSync(join(folder, "master.key"), "");
    writeFileSync(join(folder, "secrets/inner/key"), "");
    symlinkSync(join(folder, "data"), join(folder, "link-to-data"));
    symlinkSync(join(folder, "secrets/inner/key"), join(folder, "link-to-key"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const judge = (secretsDir: string, data: string, masterKeyFile?: string) => () =>
    judgeSecretsDir({
      secretsDir: join(folder, secretsDir),
      data: join(folder, data),
      masterKeyFile: masterKeyFile === undefined ? undefined : join(folder, masterKeyFile),
      previousMasterKeyFile: undefined,
    });

  it.each([
    ["data", "data", undefined, "is the data folder"],
    ["link-to-data", "data", undefined, "is the data folder"],
    ["data/inner", "data", undefined, "lies in the data folder"],
    ["data/later", "link-to-data", undefined, "lies in the data folder"],
    [".", "data", undefined, "contains the data folder"],
    ["secrets", "secrets/data-made-later", undefined, "contains the data folder"],
    ["secrets", "data", "secrets/inner/key", "contains the master key file"],
    ["secrets", "data", "link-to-key", "contains the master key file"],
  ])("%s is refused beside data %s and master key file %s", (secretsDir, data, masterKeyFile, what) => {
    expect(judge(secretsDir, data, masterKeyFile)).toThrow(`KEYMOOR_SECRETS_DIR ${what}.`);
  });

  it.each([
    ["secrets", "data", undefined],
    ["secrets", "secrets-2", "master.key"],
    ["later", "later-2", "none.key"],
  ])("%s is taken beside data %s and master key file %s", (secretsDir, data, masterKeyFile) => {
    expect(judge(secretsDir, data, masterKeyFile)).not.toThrow();
  });

  it("is refused when it contains the previous master key file", () => {
    const [secretsDir, data] = [join(folder, "secrets"), join(folder, "data")];
    const previousMasterKeyFile = join(secretsDir, "inner/key");
    expect(() =>
      judgeSecretsDir({ secretsDir, data, masterKeyFile: undefined, previousMasterKeyFile }),
    ).toThrow("contains the master key file");
  });

  it("may be unset", () => {
    const unset = { secretsDir: undefined, previousMasterKeyFile: undefined };
    expect(() =>
      judgeSecretsDir({ ...unset, data: folder, masterKeyFile: join(folder, "master.key") }),
    ).not.toThrow();
  });
});
