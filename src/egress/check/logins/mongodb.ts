import type { Socket } from "node:net";
import type { Connection } from "mongodb/lib/cmap/connection.js";
import { type MongodbPlace, parseMongodbUrl } from "../../../connections/mongodb-url.ts";
import type { Login, LoginInput, LoginVerdict } from "../login.ts";
import { CheckFailure, type Place, type TlsVerification, textOf } from "../probe.ts";
import { networkFailure } from "./network-failure.ts";
import { expectSmallAnswers } from "./small-answers.ts";
import { type SrvResolver, type SrvSeed, srvSeed, systemResolver } from "./srv-records.ts";
import { tryHosts } from "./try-hosts.ts";

/** Logs in to MongoDB and leaves again. The driver gets a socket that is connected and encrypted already. */
export const loginMongodb: Login = mongodbLogin(systemResolver);

/** With one's own DNS. */
export function mongodbLogin(openResolver: () => SrvResolver): Login {
  return async (input) => {
    const url = parseMongodbUrl(input.endpoint);
    if (url.status !== "parsed") throw new CheckFailure("unreachable", url.reason);
    const seed = await seedOf(input, url, openResolver);
    const login = credentialsOf(input, url, seed.options);
    return await tryHosts(input.probes, seed.hosts, async (place, addresses) => {
      const socket = await input.probes.connect(place, addresses);
      const isEncrypted = url.tls !== "disable";
      const verify = verifications[url.tls];
      const channel = isEncrypted ? await input.probes.tls(place, socket, verify) : socket;
      const remark = isEncrypted
        ? verify === "nothing"
          ? "; the certificate was not verified, as the endpoint asks"
          : ""
        : "; the connection was not encrypted";
      return await input.probes.step("login", `No answer in time: ${textOf(place)}`, async () => {
        await logIn(channel, place, login);
        const verdict: LoginVerdict = { outcome: "accepted", detail: `Logged in${remark}` };
        return { detail: verdict.detail, value: verdict };
      });
    });
  };
}

const verifications: Readonly<Record<MongodbPlace["tls"], TlsVerification>> = {
  disable: "nothing",
  require: "nothing",
  "verify-ca": "authority",
  "verify-full": "host",
};

async function seedOf(
  { probes }: LoginInput,
  { seed }: MongodbPlace,
  openResolver: () => SrvResolver,
): Promise<SrvSeed> {
  if (seed.kind === "hosts") return { hosts: seed.hosts, options: new Map() };
  const resolver = openResolver();
  return await probes.step("lookup", `Lookup took too long: ${seed.name}`, async (ended) => {
    ended.addEventListener("abort", () => resolver.cancel(), { once: true });
    const found = await srvSeed(resolver, seed);
    const count = found.hosts.length;
    return { detail: `${count} ${count === 1 ? "host" : "hosts"} in the SRV record`, value: found };
  });
}

interface LoginCredentials {
  readonly username: string;
  readonly password: string;
  /** Database that knows the user. */
  readonly source: string;
  readonly mechanism: string;
  /** What a refusal may be about, beside a wrong password. */
  readonly hint: string;
  readonly replicaSet: string | undefined;
}

/** Others find their credential by themselves, from certificates, files and metadata services. */
const mechanisms = ["DEFAULT", "SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"];

/** https://github.com/mongodb/specifications/blob/master/source/auth/auth.md */
function credentialsOf(
  { values }: LoginInput,
  url: MongodbPlace,
  fromDns: SrvSeed["options"],
): LoginCredentials {
  const { username = "", password = "" } = values;
  if (username === "" || password === "") {
    throw new CheckFailure("cannot_tell", "Not tried: the user name or the password is empty");
  }
  const mechanism = url.authMechanism ?? "DEFAULT";
  if (!mechanisms.includes(mechanism)) {
    throw new CheckFailure(
      "cannot_tell",
      "Not tried: the endpoint's authMechanism is not one by user name and password",
    );
  }
  const fallback = mechanism === "PLAIN" ? "$external" : (url.database ?? "admin");
  const named = url.authSource ?? fromDns.get("authsource");
  return {
    username,
    password,
    source: named ?? fallback,
    hint:
      named === undefined && fallback === url.database
        ? `, or it is not "${fallback}" that knows the user: authSource in the endpoint can name another database`
        : "",
    mechanism,
    replicaSet: url.replicaSet ?? fromDns.get("replicaset"),
  };
}

async function logIn(socket: Socket, place: Place, login: LoginCredentials): Promise<void> {
  const driver = await import("./mongodb-driver.ts");
  const providers = new Map([
    ["SCRAM-SHA-1", new driver.ScramSHA1()],
    ["SCRAM-SHA-256", new driver.ScramSHA256()],
    ["PLAIN", new driver.Plain()],
  ]);
  const options = {
    id: 1,
    generation: 0,
    hostAddress: textOf(place),
    monitorCommands: false,
    loadBalanced: false,
    metadata: Promise.resolve({ driver: { name: "keymoor", version: "1" }, os: { type: process.platform } }),
    authProviders: { getOrCreateProvider: (mechanism: string) => providers.get(mechanism) },
    credentials: new driver.MongoCredentials({ ...login, mechanismProperties: {} }),
  };
  expectSmallAnswers(socket);
  const connection = new driver.Connection(socket, options);
  refuseEndlessWork(connection);
  try {
    await driver.performInitialHandshake(connection, options);
    judgeHello(connection.hello ?? {}, place, login);
  } catch (error) {
    throw loginFailure(error, place, login);
  } finally {
    connection.destroy();
  }
}

/**
 * In SCRAM the server says how often the password is to be hashed, and the driver does as told, in a pool of four threads
 * that the whole process shares. MongoDB's own default is 15,000.
 */
function refuseEndlessWork(connection: Connection): void {
  const command = connection.command.bind(connection);
  connection.command = async (...args) => {
    const answer = await command(...args);
    for (const { payload } of [answer, answer.speculativeAuthenticate ?? {}] as { payload?: unknown }[]) {
      const iterations = /(?:^|,)i=(\d+)/.exec(textOfPayload(payload))?.[1];
      if (iterations !== undefined && Number(iterations) > maxIterations) {
        throw new CheckFailure("cannot_tell", "The server asks for more work than a login may take");
      }
    }
    return answer;
  };
}

const maxIterations = 200_000;

/** BSON's Binary has its bytes in `buffer`. */
function textOfPayload(payload: unknown): string {
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString("latin1");
  if (typeof payload !== "object" || payload === null || !("buffer" in payload)) return "";
  return payload.buffer instanceof Uint8Array ? Buffer.from(payload.buffer).toString("latin1") : "";
}

/** An arbiter knows no users, so the driver does not log in to it. */
function judgeHello(hello: Readonly<Record<string, unknown>>, place: Place, login: LoginCredentials): void {
  if (hello.arbiterOnly === true) {
    throw new CheckFailure("cannot_tell", `This host of the replica set logs nobody in: ${textOf(place)}`);
  }
  if (login.replicaSet !== undefined && hello.setName !== login.replicaSet) {
    throw new CheckFailure(
      "unreachable",
      `The host is not of the replica set that the endpoint names: ${textOf(place)}`,
    );
  }
}

function loginFailure(error: unknown, place: Place, { hint }: LoginCredentials): CheckFailure {
  if (error instanceof CheckFailure) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "MongoServerError") {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const known = Object.hasOwn(serverErrors, code) ? serverErrors[code] : undefined;
    if (known !== undefined) {
      const [outcome, detail] = known;
      return new CheckFailure(outcome, outcome === "refused" ? detail + hint : detail);
    }
    return new CheckFailure(
      "cannot_tell",
      "The server answered with an error that says nothing of the password",
    );
  }
  if (name === "MongoCompatibilityError") {
    return new CheckFailure("cannot_tell", "The server's version is too old or too new for the driver");
  }
  if (name.startsWith("MongoNetwork")) return networkFailure((error as Error).cause, place);
  return new CheckFailure(
    "cannot_tell",
    `The answer is not MongoDB's, or not one to a login: ${textOf(place)}`,
  );
}

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml; 8000 is Atlas's own. */
const serverErrors: Readonly<Record<string, readonly [CheckFailure["outcome"], string]>> = {
  11: ["refused", "Refused by the database: user name or password is wrong"],
  18: ["refused", "Refused by the database: user name or password is wrong"],
  8000: ["refused", "Refused by Atlas: user name or password is wrong"],
  334: [
    "cannot_tell",
    "The server does not have this way to log in; authMechanism in the endpoint names another",
  ],
};
