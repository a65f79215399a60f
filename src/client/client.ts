import { ClientError } from "./client-error.ts";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface JsonRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Encoded; without a query. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** A typed client stands on this: functions of `client/` take it first and know paths and shapes. */
export interface Client {
  readonly url: string;
  /** A JSON object in and out; undefined for a change that has nothing to say. Throws a ClientError for any status from 300 on. */
  request<Answer>(request: JsonRequest): Promise<Answer>;
  /** A list that stands bare, as the role catalogue does (contract/cli.md 3.2). */
  bareList<Item>(path: string): Promise<readonly Item[]>;
  /** All items of a list, page after page. */
  items<Item>(path: string, query?: Query, headers?: JsonRequest["headers"]): AsyncGenerator<Item, void>;
}

/** One request on the wire, and all of its answer: Node's own HTTP, or a browser's fetch. */
export type Transport = (request: WireRequest) => Promise<{ readonly status: number; readonly text: string }>;

export interface WireRequest {
  readonly method: string;
  /** Encoded, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** A client of the server at `url`, whatever carries its requests. */
export function jsonClient(url: string, transport: Transport): Client {
  const answerTo = async (given: JsonRequest): Promise<string> => {
    const { method = "GET", path, query, body, headers, signal, timeoutMs } = given;
    const { status, text } = await transport({
      method,
      path: path + queryText(query),
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    if (status >= 300) throw refusal(status, text, url);
    return text;
  };
  const request = async <Answer>(given: JsonRequest): Promise<Answer> => {
    const text = await answerTo(given);
    // Only a deletion, or a change of what is never shown, has nothing more to say.
    if (text === "" && given.method !== undefined && given.method !== "GET") return undefined as Answer;
    // The one place where an answer's shape is trusted: it is the server's own, and versioned by its path.
    return parseObject(text, url) as Answer;
  };
  return {
    url,
    request,
    async bareList<Item>(path: string) {
      return listed<Item>(parseJson(await answerTo({ path }), url) as readonly Item[], url);
    },
    async *items<Item>(path: string, query: Query = {}, headers: JsonRequest["headers"] = {}) {
      const turn = pageTurner(url);
      let page_token: string | undefined;
      do {
        const page: ListAnswer<Item> = await request({
          path,
          query: { page_size: 100, ...query, page_token },
          headers,
        });
        yield* listed(page.data, url);
        page_token = turn(page.metadata?.next);
      } while (page_token !== undefined);
    },
  };
}

/** Path with each segment percent-encoded. */
export function pathOf(...segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join("");
}

interface ListAnswer<Item> {
  readonly data: readonly Item[];
  readonly metadata?: { readonly next?: string };
}

function queryText(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? "" : `?${params}`;
}

/**
 * Gives the token of the page after each, from its `next`: the URL that the server has for itself, of which only the token
 * counts. A token that comes again would turn pages for ever.
 */
export function pageTurner(url: string): (next: string | undefined) => string | undefined {
  const turned = new Set<string>();
  return (next) => {
    const token = pageTokenOf(next);
    if (token === undefined) return undefined;
    if (turned.has(token)) {
      throw new ClientError(
        "unreachable",
        `The list of ${new URL(url).origin} has no end: it comes back to the same page.`,
        {
          hint: "Something between you and the server may answer in its place.",
        },
      );
    }
    turned.add(token);
    return token;
  };
}

/** The token in a `next`; undefined on the last page. */
export function pageTokenOf(next: string | undefined): string | undefined {
  if (next === undefined || !URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get("page_token") || undefined;
}

/** The items of one page of a list: objects, as all of Keymoor's are. */
export function listed<Item>(data: readonly Item[] | undefined, url: string): readonly Item[] {
  if (Array.isArray(data) && data.every((item: unknown): boolean => isObject(item))) return data;
  throw notKeymoor(url);
}

function parseObject(text: string, url: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text, url);
  if (!isObject(value)) throw notKeymoor(url);
  return value;
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notKeymoor(url);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface ErrorBody {
  readonly errors?: readonly {
    readonly id?: string;
    readonly code?: string;
    readonly detail?: string;
    readonly source?: { readonly pointer?: string; readonly line?: number; readonly column?: number };
  }[];
}

/** What an answer of status 300 or more says. */
export function refusal(status: number, text: string, url: string): ClientError {
  let body: ErrorBody | null = null;
  try {
    body = JSON.parse(text) as ErrorBody | null;
  } catch {
    // A page of some proxy, or of another server.
  }
  const error = body?.errors?.[0];
  if (typeof error?.detail !== "string") return notKeymoor(url, status);
  const { pointer, line, column } = error.source ?? {};
  return new ClientError("answered", error.detail, {
    status,
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(error.id === undefined ? {} : { requestId: error.id }),
    ...(pointer === undefined ? {} : { pointer }),
    ...(line === undefined || column === undefined ? {} : { position: { line, column } }),
  });
}

export const checkUrl = "Check the URL (`keymoor profile list`, or KEYMOOR_URL).";

/** What answers in another shape is something else. */
export function notKeymoor(url: string, status?: number): ClientError {
  const what = status === undefined ? "" : ` (status ${status})`;
  return new ClientError(
    "unreachable",
    `What answers at ${new URL(url).origin} is no Keymoor server${what}.`,
    {
      hint: checkUrl,
      ...(status === undefined ? {} : { status }),
    },
  );
}
