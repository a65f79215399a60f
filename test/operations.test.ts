import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "./fixtures/loopback.ts";
import { program } from "./fixtures/program.ts";

const page = readFileSync(new URL("../docs/operations.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

const seed = `organization: { id: 1111aaaa-11aa-11aa-11aa-111111aaaaaa, name: Acme }
users: [ { id: u-admin1, email: dev@example.com, password: a-long-password-1, roles: [ { role: OrganizationAdmin } ] } ]
apiKeys: [ { id: CLOUDKEY, secret: cloud-secret, owner: u-admin1 } ]
`;

/** Stands for the service manager: starts the server with the settings of the file, and stops it. */
const systemctl = (root: string, port: number) => `#!/bin/bash
set -eu
cd ${root}
stop() {
  [ -f pid ] || return 0
  kill "$(cat pid)" 2>/dev/null || true
  while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.05; done
  rm pid
}
start() {
  set -a; . etc/keymoor.env; set +a
  KEYMOOR_DATA=${root}/data KEYMOOR_SEED=${root}/seed.yaml KEYMOOR_PORT=${port} \\
    ${process.execPath} ${program} serve </dev/null >/dev/null 2>>log &
  echo $! > pid
  for _ in $(seq 600); do curl -sf http://127.0.0.1:${port}/health >/dev/null && return 0; sleep 0.05; done
  cat log >&2; return 1
}
case $1 in
  start) start ;;
  stop) stop ;;
  restart) stop; start ;;
esac
`;

/** The commands of docs/operations.md, in the order of the page where nothing else is said. */
describe("the page on operations", () => {
  const root = mkdtempSync(join(tmpdir(), "keymoor-operations-"));
  const ran = new Set<string>();
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    for (const folder of ["bin", "etc", "backup", "safe"]) mkdirSync(join(root, folder));
    const shim = `#!/bin/bash\nexec ${process.execPath} ${program} "$@"\n`;
    writeFileSync(join(root, "bin", "keymoor"), shim, { mode: 0o755 });
    writeFileSync(join(root, "bin", "systemctl"), systemctl(root, port), { mode: 0o755 });
    writeFileSync(join(root, "seed.yaml"), seed, { mode: 0o600 });
    configure("");
    await run("systemctl start keymoor");
  }, 60_000);

  afterAll(async () => {
    await run("systemctl stop keymoor");
    rmSync(root, { recursive: true, force: true });
  });

  const configure = (settings: string) => writeFileSync(join(root, "etc", "keymoor.env"), settings);
  const log = () => readFileSync(join(root, "log"), "utf8");
  async function run(commands: string): Promise<string> {
    const local = commands
      .replaceAll("/var/lib/keymoor", `${root}/data`)
      .replaceAll("/etc/keymoor", `${root}/etc`)
      .replace(/(?<![\w/])\/(backup|safe)/g, `${root}/$1`)
      .replaceAll("8090", String(port));
    const { stdout } = await promisify(execFile)("bash", ["-euc", local], {
      cwd: root,
      env: {
        PATH: `${root}/bin:${process.env.PATH}`,
        HOME: root,
        KEYMOOR_URL: `http://127.0.0.1:${port}`,
        KEYMOOR_API_KEY: "CLOUDKEY",
        KEYMOOR_API_SECRET: "cloud-secret",
        KEYMOOR_METRICS_TOKEN: "metrics-token-0123456789",
      },
    });
    return stdout;
  }

  /** The block that holds this text. */
  function block(text: string): string {
    const [found, another] = blocks.filter((candidate) => candidate.includes(text));
    if (found === undefined || another !== undefined) throw new Error(`one block must have ${text}`);
    ran.add(found);
    return found;
  }

  const untilLogged = async (text: string) => {
    while (!log().includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it("backs up, as its example shows", async () => {
    const output = await run(block("--output-file /backup/keymoor.db"));
    const shape = (text: string) =>
      text
        .replaceAll(root, "")
        .replace(/mk-[0-9a-f]{16}/, "mk-")
        .replace(/\d+/g, "0");
    const [, example = ""] = /^```text\n([\s\S]*?)^```$/m.exec(page) ?? [];
    expect(shape(output)).toBe(shape(example));
    expect(await run(block("cd /backup"))).toMatch(/Backup: \S+\/backup\/keymoor-backup-\d{8}T\d{6}Z\.db/);
    await run(block("master.key /safe/keymoor-master.key"));
  });

  it("restores, and the audit trail verifies", async () => {
    expect(await run(block("admin restore"))).toContain("Restored into");
    expect(await run(block("audit verify --data"))).toContain("unbroken");
    await run(block("keymoor-restored/master.key"));
    expect(await run("keymoor audit verify --data /var/lib/keymoor-restored")).toContain("unbroken");
  });

  it("rotates a master key in the data folder", async () => {
    const output = await run(block("admin rotate-master-key"));
    expect(output.match(/mk-[0-9a-f]{16}/g)).toHaveLength(2);
    const [first, copied, after] = ["", "-1", "-2"].map((number) =>
      readFileSync(join(root, "safe", `keymoor-master${number}.key`), "latin1"),
    );
    expect(copied).toBe(first);
    expect(after).not.toBe(copied);
  });

  it("rotates a master key that the environment gives", async () => {
    await run("systemctl stop keymoor");
    configure(`KEYMOOR_MASTER_KEY=${readFileSync(join(root, "safe", "keymoor-master-2.key"), "latin1")}`);
    rmSync(join(root, "data", "master.key"));
    await run(block("NEW="));
    const sentence = /`(All data keys are sealed[^`]*)`/.exec(page)?.[1]?.replace(/\s+/g, " ") ?? "missing";
    await untilLogged(sentence);
    await run(block("sed -i"));
    expect(readFileSync(join(root, "etc", "keymoor.env"), "latin1")).toMatch(/^KEYMOOR_MASTER_KEY=\S{44}\n$/);
  }, 60_000);

  it("rotates a master key in a file that it may not write", async () => {
    const [, key = ""] =
      /KEYMOOR_MASTER_KEY=(.*)/.exec(readFileSync(join(root, "etc", "keymoor.env"), "latin1")) ?? [];
    writeFileSync(join(root, "etc", "first.key"), key, { mode: 0o400 });
    await run(block("next.key"));
    await untilLogged("Remove KEYMOOR_PREVIOUS_MASTER_KEY_FILE.");
    configure(`KEYMOOR_MASTER_KEY_FILE=${root}/etc/next.key\n`);
    await run("systemctl restart keymoor");
  }, 60_000);

  it("resets a lost password", async () => {
    const env = `export KEYMOOR_MASTER_KEY_FILE=/etc/keymoor/next.key\n`;
    expect((await run(env + block("reset-password"))).trim()).toMatch(/^\S{24}$/);
  }, 60_000);

  it("asks for the health of the server and for its metrics", async () => {
    expect(await run(block("/health"))).toMatch(/"status"[\s\S]*keymoor_/);
  });

  it("has no command that was not run", () => {
    expect(blocks.filter((text) => !ran.has(text))).toEqual([]);
  });
});
