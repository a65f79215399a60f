import type { AuthMethod } from "../define.ts";
import { withHeader } from "./with-header.ts";

/** A key in one header, after a scheme where the service wants one: `apiKey("authorization", "Bearer")`. */
export function apiKey(header: string, scheme?: string): AuthMethod {
  return {
    name: "api_key",
    label: "API key",
    wire: "API_KEY",
    fields: {
      "api-key": { label: "API key", wire: "API_KEY", secret: true },
    },
    sets: [header],
    apply: (request, { "api-key": key = "" }) =>
      withHeader(request, header, scheme === undefined ? key : `${scheme} ${key}`, "api-key"),
  };
}
