import type { Static } from "@sinclair/typebox";
import type { Session as SessionSchema } from "../api/keymoor-v1/session-answer.ts";

/** A browser's session, as the routes at `/keymoor/v1/session` answer it. */
export type ConsoleSession = Static<typeof SessionSchema>;
