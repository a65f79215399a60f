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
  "apikey",
  "token",
  "accesstoken",
  "secret",
  "sig",
  "code",
  "username",
  "passphrase",
  "authorization",
  "authtoken",
  "sessiontoken",
  "sastoken",
  "signature",
  "accesskey",
  "secretkey",
  "subscriptionkey",
  "xamzsignature",
  "xamzsecuritytoken",
  "xgoogsignature",
]);

/** JDBC drivers have `sslpassword`, `trustStorePassword`, `keyStoreSecret` and more. */
const credentialSuffixes = ["password", "passwd", "pwd", "secret"];
