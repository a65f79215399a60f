import ipaddr from "ipaddr.js";
import { KeymoorError } from "../../errors.ts";
import type { AuthMethod } from "../define.ts";
import { accessToken } from "./access-token.ts";
import { withHeader } from "./with-header.ts";

/**
 * A Google service account's key file: a JWT signed with its private key is exchanged for an access token (RFC 7523).
 * https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export function googleServiceAccount(): AuthMethod {
  return {
    name: "google_service_account",
    label: "Google service account key",
    fields: {
      "service-key": {
        label: "Service account key",
        wire: "SERVICE_KEY",
        secret: true,
        form: "text",
        hint: "The whole JSON key file of the service account.",
      },
    },
    sets: ["authorization"],
    fetchesToken: true,
    apply: async (request, { "service-key": text = "" }, context) => {
      const token = await context.token(async (post) => {
        const key = parseServiceKey(text);
        const assertion = await signAssertion(key, context.now);
        const answer = await post({
          url: key.tokenUri,
          headers: {},
          form: { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion },
        });
        return accessToken(answer);
      });
      return withHeader(request, "authorization", `Bearer ${token}`, "service-key");
    },
  };
}

/** Every Google Cloud API; what the account may do is decided by its IAM roles. */
const scope = "https://www.googleapis.com/auth/cloud-platform";

/** Google takes no assertion that lives longer. */
const assertionLifeSeconds = 3600;

interface ServiceKey {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
  readonly tokenUri: string;
}

function parseServiceKey(text: string): ServiceKey {
  const file = parseObject(text);
  if (file === undefined) throw unusable("is not the JSON key file of a service account");
  const { type, client_email, private_key, private_key_id, token_uri } = file;
  if (type !== "service_account") throw unusable(`is a key file of another kind than "service_account"`);
  if (typeof client_email !== "string" || client_email === "") throw unusable(`has no "client_email"`);
  if (typeof private_key !== "string" || private_key === "") throw unusable(`has no "private_key"`);
  return {
    clientEmail: client_email,
    privateKey: private_key,
    privateKeyId: typeof private_key_id === "string" ? private_key_id : undefined,
    tokenUri: checkTokenUri(token_uri ?? "https://oauth2.googleapis.com/token"),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // The parser's message quotes the text, which is a secret.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The assertion is as good as a password until it expires, so it travels in clear at most to this machine or a private
 * address, where the address rule has the last word; anywhere else `token_uri` must be https.
 */
function checkTokenUri(uri: unknown): string {
  if (typeof uri === "string" && URL.canParse(uri)) {
    const { protocol, hostname } = new URL(uri);
    if (protocol === "https:" || (protocol === "http:" && isLocal(hostname))) return uri;
  }
  throw unusable(`has a "token_uri" that is not an https address`);
}

function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return (
    ipaddr.isValid(host) && ["loopback", "private", "uniqueLocal"].includes(ipaddr.process(host).range())
  );
}

async function signAssertion(key: ServiceKey, now: Date): Promise<string> {
  // Loaded by the first call that needs it, to keep an idle server small.
  const { importPKCS8, SignJWT } = await import("jose");
  const issuedAt = Math.floor(now.getTime() / 1000);
  const privateKey = await importPKCS8(key.privateKey, "RS256").catch(() => {
    throw unusable(`has a "private_key" that is no RSA key in PEM form`);
  });
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(key.privateKeyId && { kid: key.privateKeyId }) })
    .setIssuer(key.clientEmail)
    .setAudience(key.tokenUri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + assertionLifeSeconds)
    .sign(privateKey);
}

function unusable(because: string): KeymoorError {
  return new KeymoorError("call_not_possible", `The value of "service-key" ${because}.`, {
    hint: "Set it to the whole JSON key file of a Google service account.",
  });
}
