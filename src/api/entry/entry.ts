import type { App } from "../app.ts";
import { html } from "../docs/html.ts";
import { pageHeaders } from "../page-headers.ts";
import { type EntryFacts, entryPage, entryPagePolicy } from "./entry-page.ts";

const pages: readonly (EntryFacts & { readonly path: string })[] = [
  {
    path: "/invite",
    title: "Choose a password",
    text: "You were invited to Keymoor. Your password needs 12 characters or more, of whatever kind.",
    button: "Set password and sign in",
    fields: html`<label for="name">Your name (optional)</label>
<input id="name" name="name" autocomplete="name" maxlength="200">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="1024">`,
    target: "/keymoor/v1/invitations/accept",
  },
  {
    path: "/sign-in",
    title: "Sign in",
    text: "This link signs you in to Keymoor once.",
    button: "Sign in",
    fields: "",
    target: "/keymoor/v1/session/link",
  },
];

/** Where links that let in once lead, as long as there is no console, which has pages of its own for them. */
export function addEntryRoutes(app: App): void {
  for (const { path, ...facts } of pages) {
    const page = entryPage(facts);
    app.get(path, { config: { access: "open" } }, async (_request, reply) =>
      reply.headers(pageHeaders(entryPagePolicy)).send(page),
    );
  }
}
