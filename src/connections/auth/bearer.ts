import type { AuthMethod } from "../define.ts";
import { withHeader } from "./with-header.ts";

/** A bearer token as it is, RFC 6750 2.1. An empty one sends nothing. */
export function bearer(): AuthMethod {
  return {
    name: "bearer",
    label: "Bearer token",
    wire: "BEARER",
    fields: {
      token: { label: "Token", wire: "BEARER_TOKEN", secret: true },
    },
    sets: ["authorization"],
    anonymousWhenEmpty: true,
    apply: (request, { token = "" }) =>
      token === "" ? request : withHeader(request, "authorization", `Bearer ${token}`, "token"),
  };
}
