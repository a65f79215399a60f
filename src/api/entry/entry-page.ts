import { createHash } from "node:crypto";
import { type Html, html } from "../docs/html.ts";
import { entryScript } from "./entry-script.ts";
import { entryStyle } from "./entry-style.ts";

/** Its own style and script and no other, and nothing from elsewhere; the script speaks to this server alone. */
export const entryPagePolicy = [
  "default-src 'none'",
  `style-src ${hashOf(entryStyle)}`,
  `script-src ${hashOf(entryScript)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface EntryFacts {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly fields: Html | "";
  /** Where the form is sent, as JSON. */
  readonly target: string;
}

/** A page for whoever follows a link that lets in once. It is the same for everybody: the token is behind `#` and stays in the browser. */
export function entryPage({ title, text, button, fields, target }: EntryFacts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - Keymoor</title>
<style>${html.raw(entryStyle)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<form data-target="${target}">
${fields}
<button>${button}</button>
</form>
<p role="status"></p>
<noscript><p>This page needs JavaScript: what stands behind # in the link never leaves the browser without it.</p></noscript>
</main>
<script>${html.raw(entryScript)}</script>
</body>
</html>
`;
  return String(page);
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
