import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  connectionBody,
  makeFolder,
  type RunningServer,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";

const { folder, remove } = makeFolder();
const data = join(folder, "data");
mkdirSync(data);

/** A disk of 6 MiB for the data folder; only root on Linux may make one. */
function mountSmallDisk(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", data], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const isMounted = mountSmallDisk();
if (!isMounted) remove();

describe.skipIf(!isMounted)("a disk that is full (needs root on Linux, to mount a small one)", () => {
  let server: RunningServer | undefined;

  afterAll(async () => {
    await server?.end("SIGKILL");
    execFileSync("umount", [data]);
    remove();
  });

  it("fails the write with one clear sentence, keeps reading, and takes writes again once there is room", async () => {
    server = await startServer(folder);
    expect(
      (await server.send("POST", `${sqlV1}/connections`, connectionBody("before", "sk-before"))).status,
    ).toBe(201);
    const ballast = join(data, "ballast");
    fill(ballast);
    let failed: Awaited<ReturnType<RunningServer["send"]>> | undefined;
    for (let n = 0; n < 400 && failed === undefined; n += 1) {
      const answer = await server.send(
        "POST",
        `${sqlV1}/connections`,
        connectionBody(`more-${n}`, "x".repeat(3900)),
      );
      if (answer.status !== 201) failed = answer;
    }
    expect(failed?.status).toBe(507);
    expect(failed?.json).toMatchObject({ errors: [{ code: "storage_full", status: "507" }] });
    expect((await server.get(`${sqlV1}/connections/before`)).status).toBe(200);
    rmSync(ballast);
    const again = await server.send("POST", `${sqlV1}/connections`, connectionBody("after", "sk-after"));
    expect(again.status).toBe(201);
    expect((await server.get(`${sqlV1}/connections/after`)).status).toBe(200);
  });
});

/** Takes what room is left, but for a little. */
function fill(file: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(file, block, { flag: "a" });
  } catch {
    // full
  }
}
