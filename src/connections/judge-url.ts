import { type ErrorCode, KeymoorError } from "../errors.ts";
import { waysToAuthenticate } from "./accepted-options.ts";
import { credentialsInUrl } from "./credentials-in-url.ts";
import type { ConnectionType } from "./define.ts";
import { looksLikeReference } from "./looks-like-reference.ts";

const endpointMaxLength = 16384;

/** The endpoint byte for byte, if its form is right for the type. Nothing of it is repeated in an error. */
export function judgeEndpoint(type: ConnectionType, endpoint: string | undefined): string {
  if (endpoint === undefined || endpoint === "") {
    throw new KeymoorError("option_missing", `Option "endpoint" is missing.`, {
      hint: `For example: ${type.endpoint.example}`,
      option: "endpoint",
      pointer: endpointPointer,
    });
  }
  judgeUrl(endpoint, {
    subject: "The endpoint",
    schemes: type.endpoint.schemes,
    invalid: "endpoint_invalid",
    example: type.endpoint.example,
    instead: waysToAuthenticate(type),
    option: "endpoint",
    pointer: endpointPointer,
  });
  return endpoint;
}

/** Judges a public option of a type that is a URL, or for `url-or-path` a URL relative to the endpoint. */
export function judgeUrlOption(
  type: ConnectionType,
  key: string,
  form: "url" | "url-or-path",
  text: string,
): void {
  const rules: UrlRules = {
    subject: `Option "${key}"`,
    schemes: ["https", "http"],
    invalid: "option_value_invalid",
    example: form === "url" ? "https://auth.example.com/oauth2/token" : "/sse",
    instead: waysToAuthenticate(type),
    option: key,
    pointer: "/spec/auth_data/data",
  };
  const isRelative = form === "url-or-path" && !/^[a-z][a-z0-9+.-]*:/i.test(text);
  // Which host a path is relative to makes no difference to its form.
  const base = text.startsWith("//") ? "https:" : "https://endpoint.invalid/";
  judgeUrl(isRelative ? base + text : text, rules);
}

interface UrlRules {
  readonly subject: string;
  readonly schemes: readonly string[];
  readonly invalid: ErrorCode;
  readonly example: string;
  readonly instead: string;
  readonly option: string;
  readonly pointer: string;
}

const endpointPointer = "/spec/endpoint";

function judgeUrl(url: string, rules: UrlRules): void {
  const fault = faultOf(url, rules.schemes);
  if (fault !== undefined) {
    throw new KeymoorError(rules.invalid, `${rules.subject} ${fault}.`, {
      hint: `For example: ${rules.example}`,
      option: rules.option,
      pointer: rules.pointer,
    });
  }
  const credentials = credentialsInUrl(url);
  if (credentials !== undefined) {
    throw new KeymoorError("endpoint_carries_credentials", `${rules.subject} carries ${credentials}.`, {
      hint: `Everyone who may list sees it; remove that part and use ${rules.instead}.`,
      option: rules.option,
      pointer: rules.pointer,
    });
  }
}

function faultOf(url: string, schemes: readonly string[]): string | undefined {
  if (isLongerThan(url, endpointMaxLength)) return `is longer than ${endpointMaxLength} characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]|^\s|\s$/.test(url)) return "has a space or control character in or around it";
  if (looksLikeReference(url)) return "has a reference in it, which only what is sealed may be";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return "is not an absolute URL";
  if (!schemes.includes(scheme)) return `has a scheme other than ${alternatives(schemes)}`;
  if (scheme === "jdbc") return /^jdbc:[a-z0-9]+:./i.test(url) ? undefined : "is not a JDBC URL";
  if (/\s/.test(url)) return "has a space in it";
  // Written out because the URL standard reads `https:host` and `https:\\host` as well, and drivers do not.
  const authority = /^[^:]+:\/\/([^/\\?#]*)/.exec(url)?.[1];
  if (authority === undefined) return `does not have "//" after its scheme`;
  if (scheme === "http" || scheme === "https") return webFaultOf(url, authority);
  // Drivers take several hosts with commas, which the URL standard does not know.
  return authority.split(",").every((host) => host !== "") ? undefined : "names no host";
}

function webFaultOf(url: string, authority: string): string | undefined {
  if (authority === "") return "names no host";
  if (url.includes("\\")) return `has a "\\" in it`;
  return URL.canParse(url) ? undefined : "is not a valid URL";
}

/** Characters, not UTF-16 units; counted only when it matters. */
function isLongerThan(text: string, characters: number): boolean {
  return text.length > characters && (text.length > 2 * characters || [...text].length > characters);
}

function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
