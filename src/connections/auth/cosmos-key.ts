import { createHmac } from "node:crypto";
import { KeymoorError } from "../../errors.ts";
import type { AuthMethod } from "../define.ts";
import { withHeader } from "./with-header.ts";

/**
 * An account key of Azure Cosmos DB for NoSQL, which signs verb, resource and date of every request.
 * https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources
 */
export function cosmosKey(): AuthMethod {
  return {
    name: "cosmos_key",
    label: "Account key",
    wire: "API_KEY",
    fields: {
      "api-key": {
        label: "Account key",
        wire: "API_KEY",
        secret: true,
        hint: "Primary or secondary key of the account, in base64.",
      },
    },
    sets: ["authorization", "date", "x-ms-date"],
    apply: (request, { "api-key": key = "" }, context) => {
      const keyBytes = Buffer.from(key, "base64");
      if (keyBytes.length === 0 || keyBytes.toString("base64") !== key) {
        throw new KeymoorError(
          "call_not_possible",
          `The value of "api-key" is not a Cosmos DB account key.`,
          {
            hint: "Set it to the account's primary or secondary key, which is base64 text.",
          },
        );
      }
      const date = context.now.toUTCString();
      const { type, link } = resourceOf(request.url.pathname);
      const text = `${request.method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
      const signature = createHmac("sha256", keyBytes).update(text, "utf8").digest("base64");
      const token = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
      const dated = withHeader(request, "x-ms-date", date, "api-key");
      return withHeader(dated, "authorization", token, "api-key");
    },
  };
}

/**
 * What the request is about, read from its path. Types and ids alternate: `/dbs/d/colls/c/docs` is about the `docs` of
 * `dbs/d/colls/c`, and `/dbs/d/colls/c/docs/1` about the document itself. Ids are signed decoded and in their case.
 */
export function resourceOf(pathname: string): { readonly type: string; readonly link: string } {
  const parts = pathname.split("/").filter(Boolean).map(decode);
  // A path before the account's own, as a reverse proxy adds it, is not part of the resource.
  const start = parts.findIndex((part) => rootTypes.includes(part.toLowerCase()));
  const resource = start < 0 ? [] : parts.slice(start);
  const isFeed = resource.length % 2 === 1;
  const type = resource.at(isFeed ? -1 : -2) ?? "";
  const link = (isFeed ? resource.slice(0, -1) : resource).join("/");
  // Offers have no names, only resource ids, and those are signed in lower case and alone.
  if (type.toLowerCase() === "offers") return { type: "offers", link: (resource[1] ?? "").toLowerCase() };
  return { type: type.toLowerCase(), link };
}

const rootTypes = ["dbs", "offers"];

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not percent-encoded UTF-8: the service sees these very bytes
  }
}
