import { KeymoorError } from "../errors.ts";
import type { App } from "./app.ts";
import { UnreadableBody } from "./body.ts";

/**
 * For routes that take forms, as OAuth has them (RFC 6749 3.2): parameters that are not known are ignored, those without a
 * value count as absent, and none may come twice.
 */
export function takeFormBodies(app: App, known: readonly string[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>("*", { parseAs: "string" }, (request, text, done) =>
    done(null, isForm(request.headers["content-type"]) ? parseForm(text, known) : notAForm()),
  );
}

function parseForm(text: string, known: readonly string[]): Record<string, string> | UnreadableBody {
  const form = new URLSearchParams(text);
  const body: Record<string, string> = {};
  for (const name of known) {
    const [value, another] = form.getAll(name);
    if (another !== undefined) {
      return new UnreadableBody(
        new KeymoorError("invalid_request", `The parameter "${name}" is given twice.`, {
          pointer: `/${name}`,
        }),
      );
    }
    if (value) body[name] = value;
  }
  return body;
}

function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType);
}

function notAForm(): UnreadableBody {
  return new UnreadableBody(
    new KeymoorError("unsupported_media_type", "The body's Content-Type is not that of a form.", {
      hint: "Send the header Content-Type: application/x-www-form-urlencoded.",
    }),
  );
}
