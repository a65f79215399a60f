import { openLocalVault } from "../../src/secrets/key-ring.ts";
import type { CheckRecord, StatusPhase } from "../../src/storage/records.ts";
import { openSqliteStore } from "../../src/storage/sqlite-store.ts";
import type { Store } from "../../src/storage/store.ts";
import { keymoorV1, type RunningServer, seeded, sqlV1 } from "../fixtures/server-process.ts";
import { writerFile } from "../fixtures/writer-file.ts";

interface Shown {
  readonly name: string;
  readonly type: string;
  readonly endpoint: string;
  readonly data: Readonly<Record<string, string>>;
  readonly phase: StatusPhase;
  readonly detail: string;
  readonly callsPerDay: number;
}

const apiKey = { API_KEY: "sk-showcase-0123456789" };
const login = { USERNAME: "flink", PASSWORD: "showcase-0123456789" };

const shown: readonly Shown[] = [
  show("support-openai", "OPENAI", "https://api.openai.com/v1/chat/completions", apiKey, "READY", 41),
  show("summaries-claude", "ANTHROPIC", "https://api.anthropic.com/v1/messages", apiKey, "READY", 17),
  show("docs-search", "ELASTIC", "https://docs.es.eu-west-1.aws.elastic.cloud:9243", login, "READY", 8),
  show(
    "products",
    "PINECONE",
    "https://products-4kx2.svc.eu-west1-gcp.pinecone.io",
    apiKey,
    "INVALID_AUTH",
    3,
  ),
  show("orders", "MONGODB", "mongodb+srv://orders.example.net", login, "UNREACHABLE", 0),
  show(
    "weather",
    "REST",
    "https://api.weather.example.com/v2",
    { BEARER_TOKEN: "showcase-0123" },
    "PENDING",
    0,
  ),
  show(
    "tickets",
    "MCP_SERVER",
    "https://tickets.example.com/mcp",
    { BEARER_TOKEN: "showcase-0123" },
    "READY",
    2,
  ),
];

function show(
  name: string,
  type: string,
  endpoint: string,
  data: Readonly<Record<string, string>>,
  phase: StatusPhase,
  callsPerDay: number,
): Shown {
  return {
    name,
    type,
    endpoint,
    data,
    phase,
    detail: details(new URL(endpoint).hostname)[phase],
    callsPerDay,
  };
}

function details(host: string): Readonly<Record<StatusPhase, string>> {
  return {
    PENDING: "",
    READY: "Accepted: the service answered 200",
    UNREACHABLE: `Lookup failed: ${host}`,
    INVALID_AUTH: "Refused by the service: 401 Unauthorized",
  };
}

/** Connections as a team has them, made by the API. */
export async function makeShowcase(server: RunningServer): Promise<void> {
  for (const { name, type, endpoint, data } of shown) {
    const auth_data = { kind: "PlaintextProvider", data: JSON.stringify(data) };
    await made(server, `${sqlV1}/connections`, {
      name,
      spec: { connection_type: type, endpoint, auth_data },
    });
  }
  await made(server, `${sqlV1}/statements`, {
    name: "makes-answers",
    spec: {
      statement:
        "CREATE MODEL answers INPUT (question STRING) OUTPUT (answer STRING) WITH ('provider' = 'openai', 'openai.connection' = 'support-openai')",
      properties: {},
    },
  });
  await made(server, "/iam/v2/service-accounts", { display_name: "orders", description: "writes orders" });
  await made(server, "/iam/v2/invitations", { email: "grace@example.com" });
  await made(server, `${keymoorV1}/use-tokens`, {
    name: "support service",
    connections: ["support-openai"],
    expires_in_seconds: 86_400,
  });
}

async function made(server: RunningServer, path: string, body: unknown): Promise<void> {
  const { status, text } = await server.send("POST", path, body, seeded.cloudKey);
  if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
}

/**
 * What checks and calls of a month would have left, in the data folder of a server that has stopped: the services are real ones,
 * and a test dials none.
 */
export async function fillShowcase(dataFolder: string): Promise<void> {
  const folder = dataFolder;
  const store = await openSqliteStore({
    folder,
    writerFile: await writerFile(),
    auditRetentionDays: 400,
    unlock: (rows, isNew) => openLocalVault({ value: undefined, file: undefined, folder }, rows, isNew),
  });
  for (const one of shown) await fill(store, one);
  await store.flush();
  await store.close();
}

async function fill(store: Store, { name, phase, detail, callsPerDay }: Shown): Promise<void> {
  const place = { organizationId: seeded.organization, environmentId: seeded.environment };
  const found = await store.read.connection({ ...place, cloud: "aws", region: "us-east-1" }, name);
  if (found === undefined) throw new Error(`${name} was not made`);
  const now = Date.now();
  if (phase !== "PENDING") {
    await store.write([
      {
        do: "record_check",
        check: checkOf(found.uid, phase, detail, new Date(now - 180_000).toISOString()),
        expectedPhase: "PENDING",
        statusDetail: detail,
        dueAt: null,
        failures: phase === "UNREACHABLE" ? 1 : 0,
        unfinished: 0,
        refused: phase === "INVALID_AUTH",
      },
    ]);
  }
  for (let day = 0; day < 30; day += 1) {
    const at = new Date(now - day * 86_400_000 - 60_000).toISOString();
    const calls = Math.round(callsPerDay * (1.2 + Math.sin(day)));
    for (let call = 0; call < calls; call += 1) {
      store.note({ note: "use", uid: found.uid, at, principal: "sa-dev123", useTokenId: "" });
    }
  }
}

function checkOf(connectionUid: string, phase: StatusPhase, detail: string, at: string): CheckRecord {
  const isReachable = phase !== "UNREACHABLE";
  const after = (durationMs: number) =>
    isReachable
      ? ({ outcome: "passed", durationMs, detail: "" } as const)
      : ({ outcome: "skipped", durationMs: 0, detail: "" } as const);
  return {
    connectionUid,
    id: `chk-${connectionUid.slice(0, 8)}`,
    at,
    trigger: "created",
    outcome: phase === "READY" ? "accepted" : phase === "INVALID_AUTH" ? "refused" : "unreachable",
    phase,
    detail,
    credentialVersion: 1,
    durationMs: isReachable ? 214 : 31,
    certificateExpiresAt: null,
    steps: [
      {
        name: "lookup",
        outcome: isReachable ? "passed" : "failed",
        durationMs: 31,
        detail: isReachable ? "" : detail,
      },
      { name: "connect", ...after(12) },
      { name: "tls", ...after(48) },
      {
        name: "service",
        ...after(123),
        ...(phase === "INVALID_AUTH" && { outcome: "failed" as const }),
        detail: isReachable ? detail : "",
      },
    ],
  };
}
