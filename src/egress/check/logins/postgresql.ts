import type { Socket } from "node:net";
import type { Worker } from "node:worker_threads";
import type { TlsMode } from "../../../connections/driver-url.ts";
import { type PostgresqlPlace, parsePostgresqlUrl } from "../../../connections/postgresql-url.ts";
import type { ResolvedAddress } from "../../address-policy.ts";
import { CheckFailure } from "../check-failure.ts";
import type { TlsVerification } from "../handshake.ts";
import type { LoginInput, LoginVerdict } from "../login.ts";
import { type Place, textOf } from "../place.ts";
import { tryHosts } from "../try-hosts.ts";
import { askDriver, withDriver } from "./ask-driver.ts";
import type { DriverVerdict } from "./driver-messages.ts";
import { networkFailure } from "./network-failure.ts";
import { postgresqlFraming } from "./postgresql-framing.ts";
import { WholeMessages } from "./whole-messages.ts";

/** Logs in to PostgreSQL and leaves again. The driver gets a socket that is connected and encrypted already. */
export async function loginPostgresql(input: LoginInput): Promise<LoginVerdict> {
  const url = parsePostgresqlUrl(input.endpoint);
  if (url.status !== "parsed") throw new CheckFailure("unreachable", url.reason);
  const { username = "", password = "" } = input.values;
  // The driver would look for them in the environment.
  if (username === "" || password === "") {
    throw new CheckFailure("cannot_tell", "Not tried: the user name or the password is empty");
  }
  // In the protocol it ends a value, and what follows it would be taken for another setting.
  if (`${username}${password}`.includes("\0")) {
    throw new CheckFailure("refused", "PostgreSQL knows no user name or password with a NUL character in it");
  }
  // A connection that waits for its turn would be closed by some servers.
  return await tryHosts(input.probes, url.hosts, (place, addresses) =>
    input.turns.take(input.signal, () => loginAt({ input, url, place, addresses, username, password })),
  );
}

interface Attempt {
  readonly input: LoginInput;
  readonly url: PostgresqlPlace;
  readonly place: Place;
  readonly addresses: readonly ResolvedAddress[];
  readonly username: string;
  readonly password: string;
}

/**
 * With the mode of the URL. For `allow` and `prefer` the server's rules may admit only the other of encrypted and
 * unencrypted connections; the driver then tries that one, and so does this.
 */
async function loginAt(attempt: Attempt): Promise<LoginVerdict> {
  const { tls } = attempt.url;
  try {
    return await loginOnce(attempt, tls === "allow" ? "disable" : tls);
  } catch (error) {
    if (!(error instanceof NotAdmitted)) throw error;
    if (tls === "allow" && !error.wasEncrypted) return await loginOnce(attempt, "require");
    if (tls === "prefer" && error.wasEncrypted) return await loginOnce(attempt, "disable");
    throw error;
  }
}

async function loginOnce(attempt: Attempt, mode: TlsMode): Promise<LoginVerdict> {
  const { place, addresses } = attempt;
  const { probes, driverFile } = attempt.input;
  const socket = await probes.connect(place, addresses);
  const isEncrypted = mode !== "disable" && (await offersTls(attempt, socket, mode));
  const verify = verifications[mode] ?? "nothing";
  const channel = isEncrypted ? await probes.tls(place, socket, verify) : socket;
  const remark = isEncrypted
    ? verify === "nothing"
      ? `; the certificate was not verified (sslmode=${attempt.url.tls})`
      : ""
    : `; the connection was not encrypted (sslmode=${attempt.url.tls})`;
  return await withDriver({ driverFile, name: "postgresql", probes }, (driver) =>
    probes.step("login", `No answer in time: ${textOf(place)}`, async (ended) => {
      const { outcome, detail } = await logIn(driver, attempt, channel, isEncrypted, ended);
      const verdict: LoginVerdict = { outcome, detail: `${detail}${remark}` };
      return { detail: verdict.detail, value: verdict };
    }),
  );
}

const verifications: Partial<Record<TlsMode, TlsVerification>> = {
  "verify-ca": "authority",
  "verify-full": "host",
};

/** SSLRequest: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL */
async function offersTls({ input, place }: Attempt, socket: Socket, mode: TlsMode): Promise<boolean> {
  return await input.probes.step("tls", `No answer in time: ${textOf(place)}`, async (ended) => {
    const answer = await firstAnswer(socket, sslRequest, place, ended);
    // One byte and no more: what an attacker put behind it would count as said under TLS (CVE-2021-23222).
    if (answer.equals(Buffer.from("S"))) return { detail: "The server has TLS", value: true };
    if (!answer.equals(Buffer.from("N"))) {
      throw notPostgresql(place);
    }
    if (mode === "prefer")
      return { detail: "The server has no TLS, and sslmode=prefer goes on", value: false };
    throw new CheckFailure("unreachable", `The server has no TLS, and sslmode asks for it: ${textOf(place)}`);
  });
}

const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

function firstAnswer(socket: Socket, request: Buffer, place: Place, ended: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      ended.removeEventListener("abort", onClose);
      socket.off("data", onData).off("error", onError).off("close", onClose);
      socket.pause(); // TLS or the driver goes on reading
      act();
    };
    const failed = (error: unknown): void => settle(() => reject(networkFailure(error, place)));
    const onData = (chunk: Buffer): void => settle(() => resolve(chunk));
    const onError = (error: Error): void => failed(error);
    const onClose = (): void => failed(undefined);
    ended.addEventListener("abort", onClose, { once: true });
    socket.on("data", onData).once("error", onError).once("close", onClose).write(request);
  });
}

async function logIn(
  driver: Worker,
  attempt: Attempt,
  channel: Socket,
  isEncrypted: boolean,
  ended: AbortSignal,
): Promise<LoginVerdict> {
  const { url, place, username, password } = attempt;
  const misunderstood = (): CheckFailure => notPostgresql(place);
  const { verdict, broken } = await askDriver(driver, {
    login: { driver: "postgresql", ...place, user: username, password, database: url.database ?? username },
    channel,
    messages: new WholeMessages(postgresqlFraming({ isEncrypted, misunderstood }), misunderstood),
    misunderstood,
    ended,
  });
  if (verdict.kind === "closed") throw networkFailure(broken, place);
  if (verdict.kind !== "logged_in") throw loginFailure(verdict, attempt, isEncrypted);
  // `trust` in pg_hba.conf, and methods that go by something else than the password.
  if (!verdict.wasAsked) return { outcome: "cannot_tell", detail: notAsked };
  const detail = url.database === undefined ? "Logged in" : `Logged in to database "${url.database}"`;
  return { outcome: "accepted", detail };
}

const notAsked =
  "Logged in without being asked for the password: the server's rules (pg_hba.conf) admit this connection with any";

function notPostgresql(place: Place): CheckFailure {
  return new CheckFailure(
    "unreachable",
    `The service answered, but not as a PostgreSQL server does: ${textOf(place)}`,
  );
}

/** The server turned the connection away by its rules, before it asked for a password. */
class NotAdmitted extends CheckFailure {
  readonly wasEncrypted: boolean;

  constructor(wasEncrypted: boolean) {
    super(
      "unreachable",
      wasEncrypted
        ? "The server admits no such connection (pg_hba.conf): check the user name, the database and the address that Keymoor comes from"
        : "The server admits no such connection (pg_hba.conf): it may take encrypted ones only; add sslmode=require to the endpoint",
    );
    this.wasEncrypted = wasEncrypted;
  }
}

function loginFailure(verdict: DriverVerdict, { url }: Attempt, isEncrypted: boolean): CheckFailure {
  if (verdict.kind !== "server_error") {
    return new CheckFailure(
      "cannot_tell",
      "The server asked for a way to log in, or answered it in one, that the driver does not take",
    );
  }
  const { code, wasAsked } = verdict;
  // Wrong passwords of LDAP, RADIUS and PAM have the same code as a rule of pg_hba.conf that turns away.
  if (code === "28000" && !wasAsked) return new NotAdmitted(isEncrypted);
  if (code === "3D000") {
    // Without one in the URL it is called as the user, whose name is nobody's business.
    const name = url.database === undefined ? "named as the user" : `"${url.database}"`;
    return new CheckFailure("unreachable", `Database does not exist: ${name}`);
  }
  const known = Object.hasOwn(sqlStates, code) ? sqlStates[code] : undefined;
  if (known !== undefined) return new CheckFailure(...known);
  return new CheckFailure(
    "cannot_tell",
    "The server answered with an error that says nothing of the password",
  );
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const sqlStates: Readonly<Record<string, readonly [CheckFailure["outcome"], string]>> = {
  "28P01": ["refused", "Refused by the database: user name or password is wrong"],
  "28000": ["refused", "Refused by the database: this user may not log in, or the password is wrong"],
  "42501": ["refused", "Refused by the database: this user may not connect to it"],
  "53300": ["cannot_tell", "The server has too many connections to take one more"],
  "57P03": ["unreachable", "The server is starting up or shutting down"],
};
