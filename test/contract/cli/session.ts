import { STATUS_CODES } from "node:http";
import { nextToken, objectAt, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { type Exchange, exchange, goJson, type Received } from "../wire.ts";

/** What the command prints to stderr before it ends with exit code 1. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  /** Lines of the Suggestions block below it. */
  readonly suggestion: string;

  constructor(message: string, suggestion = "") {
    super(message);
    this.suggestion = suggestion;
  }
}

export interface CliOptions {
  /** `CONFLUENT_CLOUD_EMAIL` and `_PASSWORD`, or what was typed at the prompt. */
  readonly email: string;
  readonly password: string;
  /** `--organization`. */
  readonly organization?: string;
}

type Query = Readonly<Record<string, string | undefined>>;

const userAgent = "Confluent-CLI/v4.60.0 (https://confluent.io; support@confluent.io)";
/** The SDK adds its own mark twice (contract/cli.md 9.11). */
const userAgentV1 = `${userAgent} ccloud-sdk-go/v1 (linux/amd64; go1.25) ccloud-sdk-go/v1 (linux/amd64; go1.25)`;

/**
 * What the CLI keeps between commands in its config file, and how it sends a request (contract/cli.md 1 to 3). Commands stand
 * in the files beside this one.
 */
export class CliSession {
  readonly exchanges: Exchange[] = [];
  environment = "";
  user = { id: 0, resourceId: "", email: "" };
  organization = "";
  computePool = "";
  region: { readonly cloud: string; readonly region: string } | undefined;
  /** `flink endpoint use`: wins over what the region object says. */
  endpoint: string | undefined;
  token = "";
  refreshToken = "";
  private readonly origin: string;
  private readonly now: () => Date;
  private readonly ca: string | undefined;
  /** `login --url`: whatever it is, it ends in `confluent.cloud`. */
  readonly base: string;

  constructor(base: string, now: () => Date, ca?: string) {
    this.base = base;
    this.ca = ca;
    this.origin = new URL(base).origin;
    this.now = now;
  }

  /** Runs a command as the program does: a fresh token first, a usage report after a success, none after an error. */
  async command<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
    if (this.token === "")
      throw new CliFailure(
        "you must log in to Confluent Cloud with a username and password to use this command",
      );
    await this.renewIfOld();
    const result = await run();
    const report = { command: path, flags: [], version: "v4.60.0", os: "linux", arch: "amd64", error: false };
    // Any answer will do (contract/cli.md 1.4).
    await this.send("POST", `${this.origin}/api/cli/v1/usages`, userAgent, report);
    return result;
  }

  async logIn({ email, password, organization }: CliOptions): Promise<void> {
    for (const _time of ["which method?", "which organization?"]) {
      const realm = await this.v1("GET", "/api/login/realm", undefined, {
        XXX_sizecache: "0",
        client_id: "oX2nvSKl5jvBKVgwehZfvR4K8RhsZIEs",
        email,
        org_resource_id: organization,
      });
      const json = realm.status === 200 ? readJson(realm) : {};
      if (valueAt(json, "is_sso") === true || valueAt(json, "mfa_required") === true)
        throw new CliFailure("the CLI would open a browser");
    }
    await this.openSession({
      email,
      password,
      ...(organization !== undefined && { orgResourceId: organization }),
    });
    const me = await this.me();
    const accounts = valueAt(me, "accounts");
    this.environment = Array.isArray(accounts) && accounts.length > 0 ? textAt(accounts[0], "id") : "";
    // A GET with a body; 404 is as good as an answer.
    await this.v1("GET", "/api/growth/v1/free-trial-info", { orgId: 1 });
  }

  async logOut(): Promise<void> {
    accept(await this.v1("DELETE", "/api/sessions", { idToken: this.token }));
    this.token = "";
    this.refreshToken = "";
  }

  /** Under 60 s before its end, a token is renewed (contract/cli.md 2). */
  async renewIfOld(): Promise<void> {
    if (expiryOf(this.token) - this.now().getTime() / 1000 >= 60) return;
    if (!(await this.renew())) throw new CliFailure("expired token");
  }

  async me(): Promise<unknown> {
    const me = readJson(accept(await this.v1("GET", "/api/me")));
    if (valueAt(me, "organization.suspension_status") !== undefined)
      throw new CliFailure("Your organization has been suspended");
    this.user = {
      id: Number(valueAt(me, "user.id")),
      resourceId: textAt(me, "user.resource_id"),
      email: textAt(me, "user.email"),
    };
    this.organization = textAt(me, "organization.resource_id");
    return me;
  }

  /** Answer of the v2 control plane: the path of the login URL is replaced by `/api`. */
  async v2(method: string, path: string, body?: object, query?: Query): Promise<Received> {
    const url = `${this.origin}/api${path}${queryText(query)}`;
    const answer = await this.send(method, url, userAgent, body);
    if (answer.status !== 401) return answer;
    // Once more with a new session; without one, the sentence of the first answer is shown.
    return (await this.renew()) ? await this.send(method, url, userAgent, body) : answer;
  }

  /** All items of a v2 list, page by page. */
  async v2List(path: string, query: Query = {}, pageSize = 100): Promise<readonly unknown[]> {
    return await pages((pageToken) =>
      this.v2("GET", path, undefined, { ...query, page_size: String(pageSize), page_token: pageToken }),
    );
  }

  async v1(method: string, path: string, body?: object, query?: Query): Promise<Received> {
    return await this.send(method, `${this.origin}${path}${queryText(query)}`, userAgentV1, body);
  }

  /** Where the whole login URL stays in front: the role catalogue. */
  async based(path: string, query?: Query): Promise<Received> {
    return await this.send("GET", `${this.base}${path}${queryText(query)}`, userAgent);
  }

  /** Of the gateway, with a token that is fetched anew for every command. */
  async dataPlaneToken(): Promise<string> {
    const answer = await this.send("POST", `${this.base}/api/access_tokens`, "Go-http-client/1.1", {});
    const json = readJson(answer);
    const error = optionalTextAt(json, "error");
    if (error !== "") throw new CliFailure(error);
    // An answer without a token is no error here: the gateway must say 401 itself (contract/cli.md 2).
    return optionalTextAt(json, "token");
  }

  async gateway(token: string, method: string, url: string, body?: object): Promise<Received> {
    return await this.send(method, url, userAgent, body, token);
  }

  /** Whether the refresh token was good for a new session. */
  private async renew(): Promise<boolean> {
    try {
      await this.openSession({ refreshToken: this.refreshToken, orgResourceId: this.organization });
      return true;
    } catch (failure) {
      if (failure instanceof CliFailure) return false;
      throw failure;
    }
  }

  private async openSession(body: object): Promise<void> {
    const answer = await this.v1("POST", "/api/sessions", body);
    if (answer.status !== 200) throw new CliFailure("incorrect email, password, or organization ID");
    const json = readJson(answer);
    const token = textAt(json, "token");
    const refreshToken = optionalTextAt(json, "refresh_token");
    // The next command would take either for a text that it encrypted itself (contract/cli.md 2).
    if (!Number.isFinite(expiryOf(token)) || (refreshToken !== "" && !refreshToken.startsWith("v1.")))
      throw new CliFailure("failed to decode base64");
    this.token = token;
    this.refreshToken = refreshToken;
  }

  private async send(
    method: string,
    url: string,
    agent: string,
    body?: object,
    token = this.token,
  ): Promise<Received> {
    const sent = {
      method,
      url,
      ca: this.ca,
      headers: {
        accept: "application/json",
        "accept-encoding": "gzip",
        "user-agent": agent,
        ...(token !== "" && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: goJson(body as Readonly<Record<string, unknown>>) }),
    };
    const received = await exchange(sent);
    // Five tries and fifteen seconds, and the sentence is lost (contract/cli.md 6, 9.7).
    if (received.status >= 500) throw new CliFailure(`${method} ${url} giving up after 5 attempt(s)`);
    this.exchanges.push({ sent, received });
    return received;
  }
}

/** The answer, or the failure that the CLI prints for it (contract/cli.md 6). */
export function accept(answer: Received): Received {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new CliFailure(shownSentence(answer), shownSuggestion(answer));
}

function shownSentence(answer: Received): string {
  const json = readJson(answer);
  const detail = valueAt(json, "errors.0.detail");
  if (typeof detail === "string" && detail !== "") return detail.replace(/\n$/, "");
  const message = valueAt(json, "message") ?? valueAt(json, "error.message");
  if (typeof message === "string" && message !== "") return message.replace(/\.+$/, "");
  return `${answer.status} ${STATUS_CODES[answer.status]}`;
}

function shownSuggestion(answer: Received): string {
  return optionalTextAt(readJson(answer), "errors.0.resolution");
}

/** Items of all pages; a request is made with the token of the page before. */
export async function pages(
  read: (pageToken: string | undefined) => Promise<Received>,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let token: string | undefined;
  do {
    const page = readJson(accept(await read(token)));
    objectAt(page, "metadata");
    const data = valueAt(page, "data");
    if (Array.isArray(data)) items.push(...data);
    token = nextToken(page);
  } while (token !== undefined);
  return items;
}

/** In order of name, as Go's url.Values prints them; absent ones are left out. */
export function queryText(query: Query = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const sorted = given.sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.length === 0 ? "" : `?${new URLSearchParams(sorted)}`;
}

/** `exp` of a token, which the CLI reads without checking the signature; NaN when the token is no JWT that has one. */
function expiryOf(token: string): number {
  const parts = token.split(".");
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part))) return Number.NaN;
  try {
    const exp = valueAt(JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8")), "exp");
    return typeof exp === "number" ? exp : Number.NaN;
  } catch {
    return Number.NaN;
  }
}
