import type { IncomingMessage } from "node:http";
import { KeymoorError } from "../errors.ts";
import type { App } from "./app.ts";

/** Refuses what Node lets through and the next program might read otherwise: where a request goes and where it ends. */
export function judgeFraming(app: App): void {
  app.addHook("onRequest", ({ raw }, reply, done) => {
    const fault = framingFault(raw);
    if (fault === undefined) return done();
    // Nobody can tell where the next request would begin.
    reply.header("connection", "close");
    done(fault);
  });
}

/** RFC 9112 6.3: a request without length and encoding has no body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

function framingFault({ headers, rawHeaders }: IncomingMessage): KeymoorError | undefined {
  // Only chunked is undone here; what else was done to the body would go on unsaid (RFC 9112 6.1).
  const encoding = headers["transfer-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "chunked") {
    return new KeymoorError(
      "invalid_request",
      "The Transfer-Encoding header says something else than chunked.",
      {
        hint: "Send chunked alone, or a Content-Length.",
      },
    );
  }
  if (!hasTwoHosts(rawHeaders)) return undefined;
  // RFC 9112 3.2. The host may choose the region, and Node would take the first one.
  return new KeymoorError("invalid_request", "The request has more than one Host header.", {
    hint: "Send one.",
  });
}

function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count > 1;
}
