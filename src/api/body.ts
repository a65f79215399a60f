import { isUtf8 } from "node:buffer";
import type { FastifyRequest } from "fastify";
import { KeymoorError } from "../errors.ts";
import type { App } from "./app.ts";

export const largestBodyBytes = 1024 * 1024;

/** The contract's own bodies have four levels. */
const deepestBody = 32;

/** A body that could not be read as JSON. It is told when the operation asks for the body, after key, right and name. */
export class UnreadableBody {
  readonly error: KeymoorError;

  constructor(error: KeymoorError) {
    this.error = error;
  }
}

export function takeJsonBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>("*", { parseAs: "buffer" }, (request, bytes, done) =>
    done(null, parseBody(request, bytes)),
  );
}

/** For routes that need none: an empty object says as much. */
export function judgeEmptyBody(body: unknown): void {
  if (body instanceof UnreadableBody) throw body.error;
  if (body === undefined || body === null) return;
  if (typeof body === "object" && !Array.isArray(body) && Object.keys(body).length === 0) return;
  throw new KeymoorError("invalid_request", "This path takes no body.", { hint: "Send none, or {}." });
}

function parseBody(request: FastifyRequest, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isJson(request.headers["content-type"])) {
    return new UnreadableBody(
      new KeymoorError("unsupported_media_type", "The body's Content-Type is not JSON.", {
        hint: "Send the header Content-Type: application/json.",
      }),
    );
  }
  if (!isUtf8(bytes)) {
    return new UnreadableBody(
      new KeymoorError("malformed_body", "The body is not UTF-8, which JSON is written in."),
    );
  }
  const body = parseJson(bytes);
  if (isWithin(body, deepestBody)) return body;
  return new UnreadableBody(
    new KeymoorError("invalid_request", `The body is nested more than ${deepestBody} levels deep.`),
  );
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    // The parser's own message quotes the text, which may hold secrets.
    return new UnreadableBody(
      new KeymoorError("malformed_body", "The body is not valid JSON.", {
        hint: "Check quotes, commas and brackets.",
      }),
    );
  }
}

/** Whatever goes through a body afterwards may recurse, and need not fear for the stack. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || value instanceof UnreadableBody) return true;
  return levels > 0 && Object.values(value).every((child) => isWithin(child, levels - 1));
}

/** `application/json` and every `+json`, such as a JSON Patch's. */
function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType);
}
