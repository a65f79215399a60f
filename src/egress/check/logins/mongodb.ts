import type { Socket } from "node:net";
import type { Worker } from "node:worker_threads";
import { type MongodbPlace, parseMongodbUrl } from "../../../connections/mongodb-url.ts";
import type { ResolvedAddress } from "../../address-policy.ts";
import { CheckFailure } from "../check-failure.ts";
import type { TlsVerification } from "../handshake.ts";
import type { Login, LoginInput, LoginVerdict } from "../login.ts";
import { type Place, textOf } from "../place.ts";
import { type SrvResolver, srvLookup, srvText, systemResolver } from "../srv-lookup.ts";
import { tryHosts } from "../try-hosts.ts";
import { askDriver, withDriver } from "./ask-driver.ts";
import type { DriverVerdict } from "./driver-messages.ts";
import { mongodbFraming } from "./mongodb-framing.ts";
import { networkFailure } from "./network-failure.ts";
import { type SrvSeed, srvSeed } from "./srv-records.ts";
import { WholeMessages } from "./whole-messages.ts";

/** Logs in to MongoDB and leaves again. The driver gets a socket that is connected and encrypted already. */
export const loginMongodb: Login = mongodbLogin(systemResolver);

/** With one's own DNS. */
export function mongodbLogin(openResolver: () => SrvResolver): Login {
  return async (input) => {
    const url = parseMongodbUrl(input.endpoint);
    if (url.status !== "parsed") throw new CheckFailure("unreachable", url.reason);
    const seed = await seedOf(input, url, openResolver);
    const login = credentialsOf(input, url, seed.options);
    // A connection that waits for its turn would be closed by some servers.
    return await tryHosts(input.probes, seed.hosts, (place, addresses) =>
      input.turns.take(input.signal, () => loginAt({ input, url, login, place, addresses })),
    );
  };
}

interface Attempt {
  readonly input: LoginInput;
  readonly url: MongodbPlace;
  readonly login: LoginCredentials;
  readonly place: Place;
  readonly addresses: readonly ResolvedAddress[];
}

async function loginAt({ input, url, login, place, addresses }: Attempt): Promise<LoginVerdict> {
  const { probes, driverFile } = input;
  const socket = await probes.connect(place, addresses);
  const isEncrypted = url.tls !== "disable";
  const verify = verifications[url.tls];
  const channel = isEncrypted ? await probes.tls(place, socket, verify) : socket;
  const remark = isEncrypted
    ? verify === "nothing"
      ? "; the certificate was not verified, as the endpoint asks"
      : ""
    : "; the connection was not encrypted";
  return await withDriver({ driverFile, name: "mongodb", probes }, (driver) =>
    probes.step("login", `No answer in time: ${textOf(place)}`, async (ended) => {
      await logIn(driver, channel, place, login, ended);
      const verdict: LoginVerdict = { outcome: "accepted", detail: `Logged in${remark}` };
      return { detail: verdict.detail, value: verdict };
    }),
  );
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
  return await srvLookup(probes, seed.name, openResolver, async (resolver) => {
    const found = await srvSeed(resolver, seed);
    return { detail: srvText(found.hosts.length), value: found };
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
  if (mechanism === "PLAIN" && url.tls === "disable") {
    throw new CheckFailure(
      "cannot_tell",
      "Not tried: authMechanism=PLAIN sends the password in clear text, and the connection is not encrypted; add tls=true to the endpoint",
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

async function logIn(
  driver: Worker,
  channel: Socket,
  place: Place,
  login: LoginCredentials,
  ended: AbortSignal,
): Promise<void> {
  const { username, password, source, mechanism } = login;
  const misunderstood = (): CheckFailure =>
    new CheckFailure(
      "unreachable",
      `The service answered, but not as a MongoDB server does: ${textOf(place)}`,
    );
  const { verdict, broken } = await askDriver(driver, {
    login: { driver: "mongodb", address: textOf(place), username, password, source, mechanism },
    channel,
    messages: new WholeMessages(mongodbFraming(misunderstood), misunderstood),
    misunderstood,
    ended,
  });
  if (verdict.kind === "closed") throw networkFailure(broken, place);
  if (verdict.kind !== "logged_in") throw loginFailure(verdict, place, login);
  judgeHello(verdict, place, login);
}

/** An arbiter knows no users, so the driver does not log in to it. */
function judgeHello(
  { isArbiter, replicaSet }: Extract<DriverVerdict, { kind: "logged_in" }>,
  place: Place,
  login: LoginCredentials,
): void {
  if (isArbiter) {
    throw new CheckFailure("cannot_tell", `This host of the replica set logs nobody in: ${textOf(place)}`);
  }
  if (login.replicaSet !== undefined && replicaSet !== login.replicaSet) {
    throw new CheckFailure(
      "unreachable",
      `The host is not of the replica set that the endpoint names: ${textOf(place)}`,
    );
  }
}

function loginFailure(
  verdict: Exclude<DriverVerdict, { kind: "logged_in" | "closed" }>,
  place: Place,
  { hint }: LoginCredentials,
): CheckFailure {
  switch (verdict.kind) {
    case "server_error": {
      const known = Object.hasOwn(serverErrors, verdict.code) ? serverErrors[verdict.code] : undefined;
      const [outcome, detail] = known ?? unknownError;
      return new CheckFailure(outcome, outcome === "refused" ? detail + hint : detail);
    }
    case "other_version":
      return new CheckFailure("cannot_tell", "The server's version is too old or too new for the driver");
    case "too_much_work":
      return new CheckFailure("cannot_tell", "The server asks for more work than a login may take");
    case "not_understood":
      return new CheckFailure(
        "cannot_tell",
        `The answer is not MongoDB's, or not one to a login: ${textOf(place)}`,
      );
  }
}

const unknownError = [
  "cannot_tell",
  "The server answered with an error that says nothing of the password",
] as const;

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
