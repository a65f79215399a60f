import { isCredentialKey } from "./credential-words.ts";
import { namedSecrets } from "./named-secrets.ts";
import { schemeSecrets } from "./scheme-secrets.ts";
import type { Span } from "./url.ts";

/**
 * User info of every URL in a text, the values of the parameters and JDBC properties that carry credentials, what stands
 * behind the name of a credential, and what an Authorization header says.
 */
export function secretsInText(text: string): readonly Span[] {
  if (!/[@=:]|\bb(?:earer|asic)\s/i.test(text)) return [];
  const spans = [
    ...userInfo(text),
    ...passwords(text),
    ...credentialParameters(text),
    ...namedSecrets(text),
    ...schemeSecrets(text),
  ].sort((one, other) => one.start - other.start);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last === undefined || span.start > last.end) merged.push(span);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

function userInfo(text: string): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  const login = jdbcLogin.exec(text);
  if (login !== null) {
    from = login[0].length;
    spans.push({ start: login[1]?.length ?? 0, end: from - 1 });
  }
  const lastAt = text.lastIndexOf("@");
  for (let slashes = text.indexOf("//", from); slashes >= 0; slashes = text.indexOf("//", from)) {
    const start = slashes + 2;
    authorityEnd.lastIndex = start;
    from = authorityEnd.exec(text)?.index ?? text.length;
    const authority = text.slice(start, from);
    const at = authority.lastIndexOf("@");
    if (at >= 0) {
      spans.push({ start, end: start + at });
    } else if (/[:@]/.test(text.charAt(slashes - 1)) && authority.split(",").some(hasNoPort)) {
      // A password with a slash in it, or one whose `@` got lost.
      from = Math.max(lastAt, from);
      spans.push({ start, end: from });
    } else if (lastAt > from && driverScheme.test(text.slice(Math.max(0, slashes - 32), slashes))) {
      spans.push({ start, end: lastAt });
      from = lastAt;
    }
  }
  return spans;
}

/** Whether what follows the colon is no port. IPv6 addresses stand in brackets. */
function hasNoPort(host: string): boolean {
  const colon = host.indexOf(":", host.lastIndexOf("]") + 1);
  return colon >= 0 && !/^\d{0,5}$/.test(host.slice(colon + 1));
}

/** `name:password@`, whatever stands before it: the URL may be damaged. */
function passwords(text: string): readonly Span[] {
  return [...text.matchAll(password)].map(({ 0: all, index }) => ({
    start: index + 1,
    end: index + all.length - 1,
  }));
}

function credentialParameters(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const found of text.matchAll(parameter)) {
    const [all, name = "", value = ""] = found;
    if (value === "" || !(shortNames.has(name.toLowerCase()) || isCredentialKey(name, value))) continue;
    const end = found.index + all.length;
    spans.push({ start: end - value.length, end });
  }
  return spans;
}

/** Oracle's thin driver takes `jdbc:oracle:thin:user/password@host`. */
const jdbcLogin = /^(jdbc:\w+:\w+:)(?!\/\/)[^@\s]+@/i;

/** Schemes of databases: their URLs have no `@` behind the host; web addresses may. */
const driverScheme =
  /(?:mongodb(?:\+srv)?|couchbases?|jdbc:[a-z:]+|amqps?|rediss?|postgres(?:ql)?|mysql):@?$/i;

const authorityEnd = /[/?#\s"'`<>]/g;

const password = /:[^\s:/@"'`<>]+@/g;

const parameter = /[?&;]([\w.-]{1,40})=([^&;#\s"']*)/g;

const shortNames: ReadonlySet<string> = new Set(["key", "sig", "code"]);
