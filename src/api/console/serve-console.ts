import { readFile } from "node:fs/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { KeymoorError } from "../../errors.ts";
import type { App } from "../app.ts";
import { pageHeaders } from "../page-headers.ts";
import { acceptsHtml, bestEncoding } from "./best-encoding.ts";
import type { Asset, ConsoleFiles, NamedFile } from "./console-files.ts";

/** Nothing from another host, and no script or style within the page: it shows what people type as secrets. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Its files, open like /docs: they say nothing that the repository does not. */
export function addConsoleRoutes(app: App, files: ConsoleFiles): void {
  app.get("/assets/*", { config: { access: "open" } }, async (request, reply) => {
    const { "*": name } = request.params as { readonly "*": string };
    const asset = files.assets.get(name);
    if (asset === undefined) throw noSuchFile();
    return await sendAsset(asset, request, reply);
  });
  for (const [name, file] of files.others) {
    app.get(`/${name}`, { config: { access: "open" } }, (request, reply) => sendNamed(file, request, reply));
  }
}

/**
 * The page, for a browser that looks for one where nothing else stands; what its path means is the business of the script in
 * it. Undefined: it was something else that was looked for.
 */
export function sendConsolePage(
  files: ConsoleFiles | undefined,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  if ((method !== "GET" && method !== "HEAD") || !acceptsHtml(headers.accept ?? "")) return undefined;
  reply.headers(pageHeaders(policy));
  return files === undefined ? reply.code(404).send(notBuilt) : reply.send(files.page);
}

async function sendAsset(asset: Asset, { headers }: FastifyRequest, reply: FastifyReply) {
  const accepted = headers["accept-encoding"];
  const encoding = bestEncoding(typeof accepted === "string" ? accepted : "", asset.encodings);
  const content = await readFile(`${asset.path}${encoding?.extension ?? ""}`).catch((cause: unknown) => {
    throw noSuchFile(cause); // a build of more than a day ago has taken its place
  });
  return reply
    .headers({
      "content-type": asset.type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(encoding === undefined ? {} : { "content-encoding": encoding.name }),
    })
    .send(content);
}

function sendNamed({ content, type, etag }: NamedFile, { headers }: FastifyRequest, reply: FastifyReply) {
  reply.headers({ "content-type": type, "cache-control": "no-cache", etag });
  const known = headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return known?.includes(etag) ? reply.code(304).send() : reply.send(content);
}

function noSuchFile(cause?: unknown): KeymoorError {
  return new KeymoorError("route_not_found", "The console has no such file.", {
    hint: "Load the page again: a newer version may be running.",
    ...(cause !== undefined && { cause }),
  });
}

const notBuilt = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Keymoor</title>
</head>
<body>
<h1>The console is not built</h1>
<p>The API works without it: see <a href="/docs">its documentation</a>. <code>npm start</code> builds the console; so does <code>npm run build</code>, and a restart finds it.</p>
</body>
</html>
`;
