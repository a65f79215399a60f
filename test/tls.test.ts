import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../src/egress/fixtures/certificates.ts";
import { launch, makeFolder, type Started, start, stop } from "./fixtures/launch.ts";
import { freePort } from "./fixtures/loopback.ts";

const authority = makeCertificate({ name: "test authority" });
const certificateOf = (name: string, notAfter?: Date) =>
  makeCertificate({ name, issuer: authority, addresses: ["127.0.0.1"], ...(notAfter && { notAfter }) });

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** As Kubernetes lays out a mounted secret: the files are links into `..data`, which is a link to a folder that is replaced. */
function mount(folder: string, pair: Pair, turn: number): void {
  const files = join(folder, `..turn-${turn}`);
  mkdirSync(files);
  writeFileSync(join(files, "tls.crt"), pair.cert);
  writeFileSync(join(files, "tls.key"), pair.key);
  symlinkSync(`..turn-${turn}`, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  if (turn > 0) rmSync(join(folder, `..turn-${turn - 1}`), { recursive: true });
  else for (const name of ["tls.crt", "tls.key"]) symlinkSync(`..data/${name}`, join(folder, name));
}

const settings = { KEYMOOR_TLS_CERT: "tls.crt", KEYMOOR_TLS_KEY: "tls.key" };

/** Whose certificate a new connection is shown. */
async function shownAt(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), ca: authority.cert });
  await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

async function statusOver(agent: Agent, url: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    request(`${url}/health`, { agent }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode));
    })
      .once("error", reject)
      .end();
  });
}

const lines = (server: Started, level: string) =>
  server
    .stderr()
    .split("\n")
    .filter((line) => line.includes(`"level":"${level}"`));

describe("a server with a certificate", () => {
  it("takes up a new one on every listener, and drops no connection", async () => {
    const folder = makeFolder();
    mount(folder, certificateOf("first"), 0);
    const listen = await freePort();
    writeFileSync(
      join(folder, "seed.yaml"),
      `regions: [ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1, listen: "127.0.0.1:${listen}" } ]\n`,
    );
    const server = await start(folder, { ...settings, KEYMOOR_SEED: "seed.yaml" });
    const urls = [server.url, `https://127.0.0.1:${listen}`];
    expect(await Promise.all(urls.map(shownAt))).toEqual(["first", "first"]);
    const sockets: TLSSocket[] = [];
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert });
    onTestFinished(() => agent.destroy());
    agent.on("free", (socket: TLSSocket) => {
      if (!sockets.includes(socket)) sockets.push(socket);
    });
    expect(await statusOver(agent, server.url)).toBe(200);

    mount(folder, certificateOf("second"), 1);
    await expect
      .poll(() => Promise.all(urls.map(shownAt)), { timeout: 15_000 })
      .toEqual(["second", "second"]);
    expect(await statusOver(agent, server.url)).toBe(200);
    expect(sockets.map((socket) => socket.getPeerCertificate().subject.CN)).toEqual(["first"]);
    expect(lines(server, "info").filter((line) => line.includes("was renewed"))).toHaveLength(1);
    expect(await stop(server)).toMatchObject({ code: 0 });
  });

  it("keeps the one before over a pair that does not fit, says so once, and takes the pair when it does", async () => {
    const folder = makeFolder();
    const [first, second] = [certificateOf("first"), certificateOf("second")];
    const write = ({ cert, key }: Pair) => {
      writeFileSync(join(folder, "tls.crt"), cert);
      writeFileSync(join(folder, "tls.key"), key);
    };
    write(first);
    const server = await start(folder, settings);
    const refusals = () => lines(server, "warn").filter((line) => line.includes("stays in use"));

    write({ cert: second.cert, key: first.key });
    await expect.poll(refusals, { timeout: 15_000 }).toHaveLength(1);
    rmSync(join(folder, "tls.key"));
    await expect.poll(refusals, { timeout: 15_000 }).toHaveLength(2);
    expect(refusals()[0]).toContain(
      "KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key.",
    );
    expect(refusals()[1]).toContain("tls.key cannot be read (it does not exist).");
    expect(await shownAt(server.url)).toBe("first");

    write(second);
    await expect.poll(() => shownAt(server.url), { timeout: 15_000 }).toBe("second");
    const { stderr } = await stop(server);
    expect(refusals()).toHaveLength(2);
    expect(stderr).not.toContain("PRIVATE KEY");
  });

  it("says at the start that it has expired or soon will, and serves", async () => {
    const folder = makeFolder();
    for (const [notAfter, sentence] of [
      [new Date(Date.UTC(2021, 0, 1)), "The server's certificate expired on 2021-01-01: clients refuse it."],
      [
        new Date(Date.now() + 3.5 * 86_400_000),
        /The server's certificate expires on \d{4}-\d\d-\d\d, in 3 days\./,
      ],
    ] as const) {
      const { cert, key } = certificateOf("dated", notAfter);
      writeFileSync(join(folder, "tls.crt"), cert);
      writeFileSync(join(folder, "tls.key"), key);
      const server = await start(folder, settings);
      await stop(server);
      expect(lines(server, "warn")).toEqual([expect.stringMatching(sentence)]);
    }
  });

  it("refuses to start with a certificate and a key that do not belong together", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "tls.crt"), certificateOf("one").cert);
    writeFileSync(join(folder, "tls.key"), certificateOf("other").key);
    const { code, stderr } = await launch(folder, settings).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key."),
    ]);
  });

  it("speaks TLS 1.2 and 1.3 and nothing older, whatever Node is told", async () => {
    const folder = makeFolder();
    const { cert, key } = certificateOf("versions");
    writeFileSync(join(folder, "tls.crt"), cert);
    writeFileSync(join(folder, "tls.key"), key);
    const server = await start(folder, { ...settings, NODE_OPTIONS: "--tls-min-v1.0" });
    const { hostname, port } = new URL(server.url);
    const spoken = (version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") =>
      new Promise((resolve) => {
        const socket = connect({
          host: hostname,
          port: Number(port),
          ca: authority.cert,
          minVersion: version,
          maxVersion: version,
          // OpenSSL offers TLS 1.1 at level 0 only, and it is the server that shall refuse.
          ciphers: "DEFAULT@SECLEVEL=0",
        });
        socket.once("secureConnect", () => resolve(socket.getProtocol()));
        socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
        socket.once("close", () => resolve("closed"));
        socket.once("secureConnect", () => socket.destroy());
      });
    expect(await spoken("TLSv1.2")).toBe("TLSv1.2");
    expect(await spoken("TLSv1.3")).toBe("TLSv1.3");
    expect(await spoken("TLSv1.1")).toBe("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
    await stop(server);
  });
});
