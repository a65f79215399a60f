import { isCredentialKey } from "./credential-words.ts";
import type { Span } from "./url.ts";

/** User info of every URL in a text, and the values of the parameters and JDBC properties that carry credentials. */
export function secretsInText(text: string): readonly Span[] {
  if (!text.includes("//") && !jdbcLogin.test(text)) return [];
  const spans = [...userInfo(text), ...credentialParameters(text)].sort(
    (one, other) => one.start - other.start,
  );
  let done = 0;
  return spans.filter(({ start, end }) => {
    const isFree = start >= done;
    if (isFree) done = end;
    return isFree;
  });
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
    } else if (
      lastAt > from &&
      (noPort.test(authority) || driverScheme.test(text.slice(Math.max(0, slashes - 32), slashes)))
    ) {
      // The `@` further on ends a password with a slash in it: what follows the colon is no port, or no path has an `@`.
      spans.push({ start, end: lastAt });
      from = lastAt;
    }
  }
  return spans;
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

const noPort = /:(?!\d{0,5}$)[^\]]*$/;

/** Schemes of databases, of which a text may hold one; web addresses may have `@` in their paths. */
const driverScheme =
  /(?:mongodb(?:\+srv)?|couchbases?|jdbc:[a-z:]+|amqps?|rediss?|postgres(?:ql)?|mysql):@?$/i;

const authorityEnd = /[/?#\s"'`<>]/g;

const parameter = /[?&;]([\w.-]{1,40})=([^&;#\s"']*)/g;

const shortNames: ReadonlySet<string> = new Set(["key", "sig", "code"]);
