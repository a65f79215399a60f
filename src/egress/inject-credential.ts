import type {
  ApplyContext,
  AuthMethod,
  Credential,
  FieldValues,
  OutgoingRequest,
} from "../connections/define.ts";
import { KeymoorError } from "../errors.ts";
import { type HeaderLines, headerMap } from "./call-headers.ts";

export interface Injection {
  readonly method: AuthMethod;
  readonly credential: Credential;
  /** The connection's public options; some are fields of the method. */
  readonly options: Readonly<Record<string, string>>;
  readonly request: {
    readonly method: string;
    readonly url: URL;
    readonly headers: HeaderLines;
    readonly body: Uint8Array | undefined;
  };
  readonly context: ApplyContext;
}

export interface Injected {
  readonly url: URL;
  readonly headers: HeaderLines;
  /** What the answer must not hold. */
  readonly secrets: readonly string[];
}

/** Puts the credential on a request. Plain values exist from here until the request is written. */
export async function injectCredential({
  method,
  credential,
  options,
  request,
  context,
}: Injection): Promise<Injected> {
  if (method.apply === undefined) {
    throw new KeymoorError(
      "call_not_possible",
      "This way to authenticate is for drivers that log in by themselves.",
    );
  }
  const values = fieldValues(method, credential, options);
  const before = headerMap(request.headers);
  const outgoing: OutgoingRequest = {
    method: request.method,
    url: request.url,
    headers: before,
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  const after = await method.apply(outgoing, values, context);

  const set = [...after.headers].filter(
    ([name, value]) => before.get(name) !== value && !writtenLater.has(name),
  );
  return {
    url: after.url,
    headers: mergedHeaders(method, request.headers, after, set),
    secrets: secretsOf(method, set, values),
  };
}

/** The dispatcher writes these itself. */
const writtenLater: ReadonlySet<string> = new Set(["host", "content-length"]);

type Entries = readonly (readonly [string, string])[];

function mergedHeaders(
  method: AuthMethod,
  lines: HeaderLines,
  after: OutgoingRequest,
  set: Entries,
): HeaderLines {
  // A signature covers joined values, so a signed request sends them joined; otherwise duplicates go on as they came.
  if (method.signsBody) return [...after.headers].filter(([name]) => !writtenLater.has(name)).flat();
  return [...lines, ...set.flat()];
}

/** Plain values of every field, public ones included. */
export function fieldValues(
  method: AuthMethod,
  credential: Credential,
  options: Readonly<Record<string, string>>,
): FieldValues {
  const values: Record<string, string> = {};
  for (const [name, field] of Object.entries(method.fields)) {
    const value = field.public ? (options[name] ?? field.default) : credential.values[name]?.reveal();
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/**
 * What an echo would show: the credentials of an Authorization header behind its scheme, and every secret field as it is,
 * because services decode what they are sent (Basic). The ones that only sign or buy a token, such as an AWS secret key,
 * are among them: who stores them might hand them out, and to search for one more costs microseconds. Names, dates and
 * hashes that a signature adds are no secrets and may come back.
 */
function secretsOf(method: AuthMethod, set: Entries, values: FieldValues): string[] {
  const secrets: string[] = [];
  for (const [name, header] of set) {
    if (name === "authorization") secrets.push(header.slice(header.indexOf(" ") + 1));
  }
  for (const [key, value] of Object.entries(values)) {
    if (method.fields[key]?.secret === true) secrets.push(value);
  }
  return secrets;
}
