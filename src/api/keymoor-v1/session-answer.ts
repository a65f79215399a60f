import { type Static, Type } from "@sinclair/typebox";
import type { FastifyReply } from "fastify";
import { type ConsoleSession, consoleSession } from "../../operations/console-session.ts";
import type { SignedIn } from "../../operations/new-session.ts";
import type { Services } from "../../operations/services.ts";
import { sessionCookie } from "../session-cookie.ts";

export const Session = Type.Object(
  {
    user: Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() }),
    csrf_token: Type.String({
      description: "For the header `Keymoor-Csrf` of every request with the cookie that changes something.",
    }),
    expires_at: Type.String({ format: "date-time" }),
    idle_expires_at: Type.String({
      format: "date-time",
      description: "When it ends unless a request is made before.",
    }),
  },
  { title: "Session" },
);

export const linkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  writeOnly: true,
  description: "What stands behind `#` in the link.",
  examples: ["kml_i-..."],
});

/** Whoever has just signed in gets the cookie, and what the page needs beside it. */
export function sendSession(services: Services, reply: FastifyReply, { user, session, token }: SignedIn) {
  const maxAgeSeconds = Math.round((Date.parse(session.expiresAt) - Date.parse(session.createdAt)) / 1000);
  return reply
    .code(201)
    .header("set-cookie", sessionCookie(services.settings.publicUrl, token, maxAgeSeconds))
    .send(sessionView(consoleSession(services, user, session)));
}

export function sessionView({
  user,
  csrfToken,
  expiresAt,
  idleExpiresAt,
}: ConsoleSession): Static<typeof Session> {
  return {
    user: { id: user.id, email: user.email ?? "", name: user.name },
    csrf_token: csrfToken,
    expires_at: expiresAt,
    idle_expires_at: idleExpiresAt,
  };
}
