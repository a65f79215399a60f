/**
 * Where a URL carries a credential, in words that end "The endpoint carries ...", or undefined. Endpoints are shown to
 * everyone who may list, so nothing secret may stand in them.
 */
export function credentialsInUrl(url: string): string | undefined {
  if (hasUserInfo(url)) return "a user name or password before its host";
  const name = parameterNames(url).map(normalize).find(isCredential);
  return name === undefined ? undefined : `a credential in its parameter "${shownName(name)}"`;
}

function hasUserInfo(url: string): boolean {
  if (/^https?:/i.test(url)) return /^https?:\/*[^/\\?#]*@/i.test(url);
  const beforeParameters = url.split(/[?;#]/, 1)[0] ?? "";
  // Unlike a web address, a database's has no use for `@` in its path, and an unescaped "/" in a password is a common
  // slip. Oracle alone begins its address with a bare one: jdbc:oracle:thin:@//host:1521/service.
  const address = beforeParameters.replace(/^(?:[A-Za-z0-9+.-]+:)+/, "");
  return address.replace(/^\/*/, "").indexOf("@") > 0 || /^\/+@/.test(address);
}

/** Names of query parameters, and for JDBC of properties in all the ways that drivers separate them. */
function parameterNames(url: string): string[] {
  const separators = /^jdbc:/i.test(url) ? /[?&;#:,(){}\s]/ : /[?&;#]/;
  const [, ...parts] = url.split(separators);
  return parts.filter((part) => part.includes("=")).map((part) => part.slice(0, part.indexOf("=")));
}

/** `api_key`, `Api-Key` and `%61pikey` are one name. */
function normalize(name: string): string {
  return decode(name).trim().toLowerCase().replace(/[-_.]/g, "");
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isCredential(name: string): boolean {
  if (harmlessNames.has(name)) return false;
  return credentialNames.has(name) || credentialSuffixes.some((suffix) => name.endsWith(suffix));
}

/** A name from our own list, never the text that was sent. */
function shownName(name: string): string {
  return credentialNames.has(name)
    ? name
    : (credentialSuffixes.find((suffix) => name.endsWith(suffix)) ?? "");
}

const credentialNames = new Set([
  "password",
  "pwd",
  "user",
  "key",
  "secret",
  "sig",
  "code",
  "username",
  "passphrase",
  "auth",
  "authorization",
  "signature",
  "xamzsignature",
  "xgoogsignature",
]);

/**
 * Names are made longer than they are in the list: `x-api-key`, `x-amz-security-token`, `Ocp-Apim-Subscription-Key`, and in
 * JDBC drivers `trustStorePassword` or `keyStoreSecret`. An end, so that `max_tokens` and `tokenizer` are none of these.
 */
const credentialSuffixes = [
  "password",
  "passwd",
  "pwd",
  "secret",
  "apikey",
  "accesskey",
  "secretkey",
  "subscriptionkey",
  "token",
];

/** Paging and language models have tokens of their own. Whole names: an `admin_token` ends like a `min_token`. */
const harmlessNames = new Set([
  "pagetoken",
  "nextpagetoken",
  "nexttoken",
  "continuationtoken",
  "skiptoken",
  "$skiptoken",
  "synctoken",
  "maxtoken",
  "mintoken",
  "stoptoken",
  "bostoken",
  "eostoken",
  "padtoken",
]);
