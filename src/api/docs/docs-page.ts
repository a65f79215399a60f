import { createHash } from "node:crypto";
import { curlExample } from "./curl-example.ts";
import { docsStyle } from "./docs-style.ts";
import { type Html, html, prose } from "./html.ts";
import type {
  OpenApiAnswer,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  Schema,
} from "./openapi.ts";
import { refName, schemaRows, typeOf } from "./schema-view.ts";

/** Nothing but the page's own style: no script, no other host, no frame. */
export const docsPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(docsStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** One thing to do, by one method or by several that do the same. */
interface Listed {
  readonly path: string;
  readonly methods: readonly { readonly method: string; readonly id: string }[];
  /** By the first method. */
  readonly operation: OpenApiOperation;
}

/** The OpenAPI document as a page to read: no script, so it works wherever HTML does. */
export function docsPage(document: OpenApiDocument): string {
  const listed = operationsOf(document);
  const groups = (document.tags ?? []).map((tag) => ({
    ...tag,
    listed: listed.filter(({ operation }) => operation.tags?.includes(tag.name)),
  }));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.info.title} API</title>
<style>${html.raw(docsStyle)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1>${document.info.title} API</h1>
<p>${document.info.description ?? ""}</p>
<p>Requests carry an API key by HTTP Basic, an access token or a token of an external issuer as <code>Authorization: Bearer</code>, or the cookie of a browser's session. Calls also take a use token as <code>Authorization: Bearer</code>. In the examples <code>KEY</code> is <code>id:secret</code> of a Flink API key and <code>CLOUD_KEY</code> that of a Cloud API key, <code>ORG</code> and <code>ENV</code> are ids: the first start shows all four. The same in machine's terms: <a href="/openapi.json">openapi.json</a>.</p>
</header>
<nav aria-label="Operations">${groups.map(
    ({ name, listed }) =>
      html`<section><h2><a href="#${anchor(name)}">${name}</a></h2><ul>${listed.map(
        ({ methods, operation }) =>
          html`<li><a href="#${operation.operationId ?? ""}">${badges(methods)} ${operation.summary ?? ""}</a></li>`,
      )}</ul></section>`,
  )}<section><h2><a href="#schemas">Schemas</a></h2></section></nav>
<main id="main">${groups.map(
    ({ name, description, listed }) =>
      html`<section class="group" id="${anchor(name)}"><h2>${name}</h2><p>${description ?? ""}</p>${listed.map(
        (one) => operationView(document, one),
      )}</section>`,
  )}
<section class="group" id="schemas"><h2>Schemas</h2>${Object.entries(document.components.schemas).map(
    ([name, schema]) => schemaView(name, schema),
  )}</section>
</main>
</body>
</html>
`;
  return String(page);
}

function operationsOf({ paths }: OpenApiDocument): readonly Listed[] {
  return Object.entries(paths).flatMap(([path, operations]) => {
    const bySummary = new Map<string, Listed>();
    for (const [name, operation] of Object.entries(operations)) {
      const { summary = "", operationId: id = "" } = operation;
      const known = bySummary.get(summary) ?? { path, methods: [], operation };
      const method = { method: name.toUpperCase(), id };
      bySummary.set(summary, { ...known, methods: [...known.methods, method] });
    }
    return [...bySummary.values()];
  });
}

function operationView(document: OpenApiDocument, { path, methods, operation }: Listed): Html {
  const [{ method } = { method: "GET" }, ...others] = methods;
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return html`<article id="${operation.operationId ?? ""}">
<h3>${operation.summary ?? ""}</h3>
<p class="route">${badge(method)} ${others.map((other) => html`<span id="${other.id}">${badge(other.method)}</span> `)}<code>${path}</code></p>
${operation.description === undefined ? "" : html`<p>${prose(operation.description)}</p>`}
${parametersView(operation.parameters ?? [])}
${body === undefined ? "" : html`<h4>Body</h4>${bodyView(body)}`}
<h4>Example</h4><pre tabindex="0"><code>${curlExample(document, { path, method, operation })}</code></pre>
<h4>Answers</h4><dl>${Object.entries(operation.responses).map(([status, answer]) => answerView(status, answer))}</dl>
</article>`;
}

function parametersView(parameters: readonly OpenApiParameter[]): Html | "" {
  if (parameters.length === 0) return "";
  return html`<h4>Parameters</h4><div class="table" tabindex="0"><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th></th></tr></thead><tbody>${parameters.map(
    ({ name, in: place, required, schema, description }) =>
      html`<tr><td><code>${name}</code>${required ? "" : html` <small>optional</small>`}</td><td>${place}</td><td>${typeOf(schema)}</td><td>${prose(description ?? schema.description ?? "")}</td></tr>`,
  )}</tbody></table></div>`;
}

function bodyView(schema: Schema): Html {
  const name = refName(schema);
  return name === undefined ? fieldsView(schema) : html`<p><a href="#schema-${name}">${name}</a></p>`;
}

function answerView(status: string, { description, content }: OpenApiAnswer): Html {
  const schema = Object.values(content ?? {})[0]?.schema;
  const name = schema && refName(schema);
  const link = name === undefined || name === "Error" ? "" : html` <a href="#schema-${name}">${name}</a>`;
  const lines = (description ?? "").split("\n\n");
  return html`<dt>${status}${link}</dt>${lines.map((line) => html`<dd>${prose(line)}</dd>`)}`;
}

function schemaView(name: string, schema: Schema): Html {
  const [example] = schema.examples ?? [];
  return html`<article id="schema-${name}"><h3>${name}</h3>${schema.description === undefined ? "" : html`<p>${prose(schema.description)}</p>`}${fieldsView(schema)}${
    example === undefined
      ? ""
      : html`<h4>Example</h4><pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`
  }</article>`;
}

function fieldsView(schema: Schema): Html {
  return html`<div class="table" tabindex="0"><table><thead><tr><th>Field</th><th>Type</th><th></th></tr></thead><tbody>${schemaRows(
    schema,
  ).map(
    ({ name, type, isOptional, description }) =>
      html`<tr><td><code>${name}</code>${isOptional ? html` <small>optional</small>` : ""}</td><td>${type}</td><td>${prose(description)}</td></tr>`,
  )}</tbody></table></div>`;
}

function badges(methods: Listed["methods"]): readonly Html[] {
  return methods.map(({ method }) => badge(method));
}

function badge(method: string): Html {
  return html`<span class="method ${method.toLowerCase()}">${method}</span>`;
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z]+/g, "-");
}
