import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { AuthMethod, ConnectionType } from "../../src/connections/define.ts";
import { connectionTypes } from "../../src/connections/types/index.ts";
import type { CheckResult } from "../../src/egress/check-result.ts";
import { localEgress } from "../../src/egress/fixtures/calls.ts";
import { type Service, startRecorder } from "../../src/egress/fixtures/service.ts";
import { connectionOf } from "./call-type.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const secret = Buffer.from("a secret value 0123456789").toString("base64");

/** A service that answers this status, with an error code where AWS has one, and repeats the credential; tokens are granted. */
async function start(status: number): Promise<Service> {
  const service = await startRecorder(({ url, headers }, response) => {
    if (url === "/token") {
      response.end(`{"access_token":"${secret}","token_type":"Bearer","expires_in":3600}`);
      return;
    }
    const errorType = status === 401 ? { "x-amzn-errortype": "UnrecognizedClientException" } : {};
    response.writeHead(status, errorType).end(JSON.stringify({ headers, secret }));
  });
  closing.push(() => service.close());
  return service;
}

/** Every secret is the same text, so that one search finds them all. */
function valuesOf(origin: string, method: AuthMethod): Record<string, string> {
  const all: Record<string, string> = {
    username: "ada",
    "token-endpoint": `${origin}/token`,
    "client-id": "client",
    scope: "read",
    "aws-access-key": "AKIDEXAMPLE",
    "service-key": JSON.stringify({
      type: "service_account",
      client_email: "sa@project.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${origin}/token`,
    }),
  };
  return Object.fromEntries(Object.keys(method.fields).map((name) => [name, all[name] ?? secret]));
}

async function check(
  type: ConnectionType,
  method: AuthMethod,
  status: number,
): Promise<{ result: CheckResult; asked: string[] }> {
  const service = await start(status);
  const { pathname, search } = /^https?:/.test(type.endpoint.example)
    ? new URL(type.endpoint.example)
    : { pathname: "/", search: "" };
  const values = valuesOf(service.origin, method);
  const egress = localEgress();
  closing.push(() => egress.close());
  const result = await egress.check(connectionOf(type, method, service.origin + pathname + search, values));
  const asked = service.requests.map(({ url }) => url).filter((url) => url !== "/token");
  return { result, asked };
}

/** What each type makes of a service that answers 200, 401 and 500, and how many requests it takes to find out. */
function expected(type: ConnectionType, method: AuthMethod): { outcomes: string[]; requests: number } {
  switch (type.verify?.kind) {
    case "request": {
      const isProven = type.verify.isPublic !== true || method.fetchesToken === true;
      return { outcomes: [isProven ? "accepted" : "cannot_tell", "refused", "cannot_tell"], requests: 1 };
    }
    case "mcp":
      return { outcomes: ["unreachable", "refused", "cannot_tell"], requests: 1 }; // 200, but no MCP
    default: {
      const outcome = type.verify?.kind === "token" && method.fetchesToken ? "accepted" : "cannot_tell";
      return { outcomes: [outcome, outcome, outcome], requests: 0 };
    }
  }
}

describe.each(connectionTypes)("a check of type $name", (type) => {
  test.each(type.auth)(
    "with $name tells what a status means, and shows nothing of the answer",
    async (method) => {
      const { outcomes, requests } = expected(type, method);
      const checks = await Promise.all([200, 401, 500].map((status) => check(type, method, status)));
      expect(checks.map(({ result }) => result.outcome)).toEqual(outcomes);
      for (const { result, asked } of checks) {
        expect(asked).toHaveLength(requests);
        const names = result.steps.map(({ name }) => name);
        expect(names.slice(0, 3)).toEqual(["lookup", "connect", "tls"]);
        expect(names.includes("token")).toBe(method.fetchesToken === true);
        expect(names.includes("service")).toBe(requests > 0);
        expect(JSON.stringify(result)).not.toContain(secret);
        expect(result.detail).toMatch(/[^.]$/);
      }
    },
  );
});
