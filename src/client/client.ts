import type { IncomingMessage } from "node:http";
import { ClientError } from "./client-error.ts";
import { type HttpOptions, type HttpRequest, send } from "./http.ts";

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
  /** JSON in and out; undefined for an answer without a body. Throws a ClientError for any status from 300 on. */
  request<Answer>(request: JsonRequest): Promise<Answer>;
  /** All items of a list, page after page. */
  items<Item>(path: string, query?: Query, headers?: JsonRequest["headers"]): AsyncGenerator<Item, void>;
  /** The answer as it comes, whatever its status. */
  stream(request: HttpRequest): Promise<IncomingMessage>;
}

export function createClient(options: HttpOptions): Client {
  const request = async <Answer>(given: JsonRequest): Promise<Answer> => {
    const { method = "GET", path, query, body, headers, signal, timeoutMs } = given;
    const answer = await send(options, {
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
    const text = await readText(answer);
    const status = answer.statusCode ?? 0;
    if (status >= 300) throw refusal(status, text, options.url);
    // The one place where an answer's shape is trusted: it is the server's own, and versioned by its path.
    return (text === "" ? undefined : parse(text, options.url)) as Answer;
  };
  return {
    url: options.url,
    request,
    async *items<Item>(path: string, query: Query = {}, headers: JsonRequest["headers"] = {}) {
      let page_token: string | undefined;
      do {
        const page: ListAnswer<Item> = await request({
          path,
          query: { page_size: 100, ...query, page_token },
          headers,
        });
        yield* page.data;
        page_token = nextToken(page.metadata?.next);
      } while (page_token !== undefined);
    },
    stream: (given) => send(options, given),
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

/** `next` is the URL that the server has for itself; of it only the token counts. */
export function nextToken(next: string | undefined): string | undefined {
  if (next === undefined || !URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get("page_token") || undefined;
}

export async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(chunk);
  } catch {
    throw new ClientError("unreachable", "The server broke off in the middle of its answer.", {
      hint: "Try again.",
    });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notKeymoor(url);
  }
}

interface ErrorBody {
  readonly errors?: readonly {
    readonly id?: string;
    readonly code?: string;
    readonly detail?: string;
    readonly source?: { readonly line?: number; readonly column?: number };
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
  if (error?.detail === undefined) return notKeymoor(url, status);
  const { line, column } = error.source ?? {};
  return new ClientError("answered", error.detail, {
    status,
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(error.id === undefined ? {} : { requestId: error.id }),
    ...(line === undefined || column === undefined ? {} : { position: { line, column } }),
  });
}

function notKeymoor(url: string, status?: number): ClientError {
  const what = status === undefined ? "" : ` (status ${status})`;
  return new ClientError(
    "unreachable",
    `What answers at ${new URL(url).origin} is no Keymoor server${what}.`,
    {
      hint: "Check the URL (`keymoor profile list`, or KEYMOOR_URL).",
      ...(status === undefined ? {} : { status }),
    },
  );
}
