import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { program } from "./fixtures/program.ts";
import {
  connectionBody,
  makeFolder,
  type RunningServer,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";

const rounds = 4;
const writers = 6;

describe("a server killed in the middle of concurrent writes", () => {
  const { folder, remove } = makeFolder();
  let server: RunningServer | undefined;

  afterEach(async () => {
    await server?.end("SIGKILL");
    remove();
  });

  it("keeps every create, rotation and delete that it acknowledged, and its audit chain verifies", async () => {
    /** Resource version that the last acknowledgement of each name said; 0: deleted; absent: never acknowledged. */
    const acknowledged = new Map<string, number>();
    /** Names whose last request was not answered: either outcome is right. */
    const inDoubt = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      server = await startServer(folder);
      const running = server;
      let isKilled = false;
      const work = Array.from({ length: writers }, async (_, writer) => {
        for (let n = 0; !isKilled; n += 1) {
          const name = `c-${round}-${writer}-${n}`;
          const steps = [
            {
              method: "POST",
              path: `${sqlV1}/connections`,
              body: connectionBody(name, "sk-first"),
              version: 1,
            },
            {
              method: "PUT",
              path: `${sqlV1}/connections/${name}`,
              body: connectionBody(name, "sk-second"),
              version: 2,
            },
            ...(n % 3 === 0
              ? [{ method: "DELETE", path: `${sqlV1}/connections/${name}`, body: undefined, version: 0 }]
              : []),
          ];
          for (const { method, path, body, version } of steps) {
            inDoubt.add(name);
            const answer = await running.send(method, path, body).catch(() => undefined);
            if (answer === undefined) return;
            expect([200, 201, 204]).toContain(answer.status);
            acknowledged.set(name, version);
            inDoubt.delete(name);
          }
        }
      });
      await untilSome(acknowledged, (round + 1) * 40);
      running.process.kill("SIGKILL");
      isKilled = true;
      await Promise.all(work);
      await running.end("SIGKILL");
    }

    server = await startServer(folder);
    expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * 40);
    for (const [name, version] of acknowledged) {
      if (inDoubt.has(name)) continue;
      const answer = await server.get(`${sqlV1}/connections/${name}`);
      if (version === 0) expect([name, answer.status]).toEqual([name, 404]);
      else {
        const { metadata } = answer.json as { metadata: { resource_version: string } };
        expect([name, metadata.resource_version]).toEqual([name, String(version)]);
      }
    }
    await server.end();
    const verdict = execFileSync(process.execPath, [program, "audit", "verify"], {
      env: { PATH: process.env.PATH, KEYMOOR_DATA: join(folder, "data") },
      encoding: "utf8",
    });
    expect(verdict).toMatch(/\d+ events/);
  }, 120_000);
});

async function untilSome(acknowledged: ReadonlyMap<string, number>, wanted: number): Promise<void> {
  while (acknowledged.size < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
}
