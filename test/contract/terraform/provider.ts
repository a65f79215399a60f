import { STATUS_CODES } from "node:http";
import { nextToken, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { type Exchange, escapeAsGo, exchange, type Received } from "../wire.ts";

/** What `terraform` prints after "Error:". */
export class TerraformFailure extends Error {
  override readonly name = "TerraformFailure";
}

/** A key and its secret, as HTTP Basic carries them. */
export interface KeyPair {
  readonly key: string;
  readonly secret: string;
}

/** `oauth { ... }` of the provider block (contract/terraform.md 7). */
export interface OAuthBlock {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  readonly identityPoolId: string;
}

/** The provider block. Option 2 is the second half: all of it, or nothing. */
export interface ProviderBlock {
  readonly endpoint?: string;
  readonly cloud?: KeyPair;
  readonly oauth?: OAuthBlock;
  readonly flink?: FlinkBlock;
}

export interface FlinkBlock {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly computePoolId: string;
  readonly principalId: string;
  readonly restEndpoint: string;
  /** Absent with OAuth. */
  readonly credentials?: KeyPair;
}

type Query = Readonly<Record<string, string | undefined>>;

const userAgent =
  "Terraform/1.11.4 (+https://www.terraform.io) Terraform-Plugin-SDK/2.10.1 terraform-provider-confluent/2.83.0 (https://confluent.cloud; support@confluent.io)";

/** How the provider sends requests and what it makes of refusals (contract/terraform.md 1). One per run of `terraform`. */
export class Provider {
  readonly exchanges: Exchange[] = [];
  readonly block: ProviderBlock;
  private tokens: { readonly external: string; readonly exchanged: string } | undefined;

  constructor(block: ProviderBlock) {
    this.block = block;
  }

  /** With OAuth every start fetches a token and exchanges it, even if only `/sql` is used afterwards. */
  async start(): Promise<void> {
    const { oauth, endpoint } = this.block;
    if (oauth === undefined) return;
    const external = await this.form(oauth.tokenUrl, {
      grant_type: "client_credentials",
      client_id: oauth.clientId,
      client_secret: oauth.clientSecret,
      ...(oauth.scope !== undefined && { scope: oauth.scope }),
    });
    const exchanged = await this.form(`${endpoint ?? ""}/sts/v1/oauth2/token`, {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: external,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      identity_pool_id: oauth.identityPoolId,
    });
    this.tokens = { external, exchanged };
  }

  /** The SDK appends the path to the base as it stands, a slash at its end included. */
  async control(method: string, path: string, body?: object, query: Query = {}): Promise<Received> {
    const authorization =
      this.tokens === undefined
        ? basic(this.block.cloud)
        : { authorization: `Bearer ${this.tokens.exchanged}` };
    return await this.send(
      method,
      `${this.block.endpoint ?? ""}${path}${queryText(query)}`,
      authorization,
      body,
    );
  }

  /** `/sql` takes the Flink key, or the external token with the pool in a header. */
  async sql(
    base: string,
    credentials: KeyPair | undefined,
    method: string,
    path: string,
    body?: object,
    query: Query = {},
  ): Promise<Received> {
    const { oauth } = this.block;
    const authorization =
      this.tokens === undefined || oauth === undefined
        ? basic(credentials)
        : {
            authorization: `Bearer ${this.tokens.external}`,
            "confluent-identity-pool-id": oauth.identityPoolId,
          };
    return await this.send(method, `${base}${path}${queryText(query)}`, authorization, body);
  }

  /** All items of a control plane's list, 99 a page. */
  async list(path: string, query: Query = {}): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let token: string | undefined;
    do {
      const answer = await this.control("GET", path, undefined, {
        ...query,
        page_size: "99",
        page_token: token,
      });
      const page = readJson(accept(answer));
      const data = valueAt(page, "data");
      if (Array.isArray(data)) items.push(...data);
      token = nextToken(page);
    } while (token !== undefined);
    return items;
  }

  private async form(url: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams(fields).toString();
    const headers = {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "Go-http-client/1.1",
      "accept-encoding": "gzip",
    };
    const received = await this.keep({ method: "POST", url, headers, body });
    if (received.status !== 200) throw new TerraformFailure(received.text);
    const json = readJson(received);
    if (typeof valueAt(json, "expires_in") !== "number") throw new TerraformFailure("no expires_in");
    return textAt(json, "access_token");
  }

  private async send(
    method: string,
    url: string,
    authorization: Readonly<Record<string, string>>,
    body: object | undefined,
  ): Promise<Received> {
    const headers = {
      accept: "application/json",
      "accept-encoding": "gzip",
      "user-agent": userAgent,
      ...authorization,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    return await this.keep({
      method,
      url,
      headers,
      ...(body !== undefined && { body: escapeAsGo(JSON.stringify(body)) }),
    });
  }

  private async keep(sent: Exchange["sent"]): Promise<Received> {
    const received = await exchange(sent);
    this.exchanges.push({ sent, received });
    // Sent five times in fifteen seconds, and then the body is lost.
    if (received.status === 429 || (received.status >= 500 && received.status !== 501))
      throw new TerraformFailure(`${sent.method} ${sent.url} giving up after 5 attempt(s)`);
    return received;
  }
}

const shownStatuses: readonly number[] = [400, 401, 402, 403, 404, 409, 422];

/** The answer, or the failure as it is printed: only statuses that the operation declares get their sentence. */
export function accept(answer: Received, declared = shownStatuses): Received {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const line = `${answer.status} ${STATUS_CODES[answer.status]}`;
  if (!declared.includes(answer.status)) throw new TerraformFailure(`${line}: ${answer.text}`);
  throw new TerraformFailure(`${line}: ${textAt(readJson(answer), "errors.0.detail")}`);
}

/**
 * What a refresh makes of an answer: 404 drops the object from the state, and so does 403, unless it says that the key is bad.
 */
export function isGone({ status, text }: Received): boolean {
  return status === 404 || (status === 403 && !text.includes("invalid API key"));
}

/** RFC 3339 or nothing, a version as text: the SDK fails a whole body for a field of another type. */
export function judgeMetadata(json: unknown): void {
  for (const path of ["metadata.created_at", "metadata.updated_at"]) {
    const time = optionalTextAt(json, path);
    if (time !== "" && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(time))
      throw new TerraformFailure(`parsing time in ${path}`);
  }
  optionalTextAt(json, "metadata.resource_version");
}

function basic(pair: KeyPair | undefined): Readonly<Record<string, string>> {
  if (pair === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${pair.key}:${pair.secret}`).toString("base64")}` };
}

function queryText(query: Query): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const sorted = given.sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.length === 0 ? "" : `?${new URLSearchParams(sorted)}`;
}
