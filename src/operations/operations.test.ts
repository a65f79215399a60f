import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenOnLoopback } from "../../test/fixtures/loopback.ts";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  keymoorV1,
  openApi,
  openaiBody,
  organizationId,
  principals,
  sqlV1,
} from "../../test/fixtures/services.ts";
import { CredentialCache } from "./credential-cache.ts";
import { openCredential } from "./open-credential.ts";

let api: ApiFixture;
let secretsDir: string;
let number = 0;

beforeEach(async () => {
  secretsDir = mkdtempSync(join(tmpdir(), "keymoor-secrets-"));
  api = await openApi({ secretsDir, env: { LISTED: "from-the-environment" } });
});

afterEach(async () => {
  await api.close();
  rmSync(secretsDir, { recursive: true, force: true });
});

async function sql(statement: string, headers: Record<string, string> = {}, more: object = {}) {
  number += 1;
  const name = `s-${number}`;
  const answer = await api.send(
    "POST",
    `${sqlV1}/statements`,
    { name, spec: { statement, ...more } },
    headers,
  );
  const results =
    answer.status === 201 ? await api.send("GET", `${sqlV1}/statements/${name}/results`) : undefined;
  return {
    ...answer,
    phase: answer.json?.status?.phase as string | undefined,
    detail: answer.json?.status?.detail as string | undefined,
    columns: (answer.json?.status?.traits?.schema?.columns ?? []).map(
      ({ name: title }: { name: string }) => title,
    ),
    rows: (results?.json?.results?.data ?? []).map(({ row }: { row: (string | null)[] }) => row) as (
      | string
      | null
    )[][],
  };
}

/** The values that calls through a connection carry now, as the service sees them. */
async function withService<Result>(run: (url: string, seen: string[]) => Promise<Result>): Promise<Result> {
  const seen: string[] = [];
  const service: Server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? "none");
    response.end("ok");
  });
  const { url } = await listenOnLoopback(service);
  try {
    return await run(url, seen);
  } finally {
    service.close();
  }
}

const flinkKey = { authorization: basicOf("organizationAdmin", "flink") };

describe("a secret given as a reference", () => {
  it("is read anew on each use, and a changed value shows as a new version", async () => {
    await withService(async (url, seen) => {
      writeFileSync(join(secretsDir, "token"), "first-value\n");
      const made = await sql(
        `CREATE CONNECTION c WITH ('type'='rest','endpoint'='${url}','token'='\${file:token}')`,
      );
      expect([made.phase, made.text.includes("file:token")]).toEqual(["COMPLETED", false]);
      expect((await api.send("GET", "/c/c", undefined, flinkKey)).status).toBe(200);
      writeFileSync(join(secretsDir, "token"), "second-value");
      expect((await api.send("GET", "/c/c", undefined, flinkKey)).status).toBe(200);
      expect(seen).toEqual(["Bearer first-value", "Bearer second-value"]);
      const versions = await api.send("GET", `${keymoorV1}/connections/c/versions`);
      expect(versions.json.current_version ?? versions.json.current).toBe(2);
      expect((await api.send("GET", "/c/c", undefined, flinkKey)).status).toBe(200);
      expect((await api.send("GET", `${keymoorV1}/connections/c/versions`)).text).toBe(versions.text);
    });
  });

  it("that cannot be read is refused at creation and said by the call", async () => {
    const refused = await sql(
      "CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='${file:missing}')",
    );
    expect([refused.status, refused.json.errors[0].code]).toEqual([400, "secret_reference_invalid"]);
    writeFileSync(join(secretsDir, "gone"), "x-value");
    await sql(
      "CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='${file:gone}')",
    );
    rmSync(join(secretsDir, "gone"));
    const call = await api.send("GET", "/c/c", undefined, flinkKey);
    expect([call.status, call.json.errors[0].code]).toEqual([400, "secret_reference_invalid"]);
  });

  it("may name a listed variable and no other", async () => {
    const create = (name: string) =>
      sql(
        `CREATE OR REPLACE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='\${env:${name}}')`,
      );
    expect((await create("LISTED")).phase).toBe("COMPLETED");
    expect((await create("PATH")).json.errors[0].code).toBe("secret_reference_invalid");
  });
});

describe("CREATE CONNECTION", () => {
  const text = (secret: string, head = "CREATE CONNECTION") =>
    `${head} c WITH ('type'='elastic','endpoint'='https://es.example','api-key'='${secret}')`;
  const uid = async () => (await api.send("GET", `${sqlV1}/connections/c`)).json.metadata.uid as string;

  it("of a taken name ends FAILED and says so; IF NOT EXISTS keeps it, OR REPLACE makes it anew", async () => {
    expect((await sql(text("k1"))).phase).toBe("COMPLETED");
    const first = await uid();
    const again = await sql(text("k2"));
    expect([again.status, again.phase]).toEqual([201, "FAILED"]);
    expect(again.detail).toContain('"c"');
    const kept = await sql(text("k3", "CREATE CONNECTION IF NOT EXISTS"));
    expect([kept.phase, kept.detail, await uid()]).toEqual([
      "COMPLETED",
      'Connection "c" exists already; nothing was changed.',
      first,
    ]);
    expect((await sql(text("k4", "CREATE OR REPLACE CONNECTION"))).phase).toBe("COMPLETED");
    expect(await uid()).not.toBe(first);
  });

  it("OR REPLACE by many at once leaves one connection and one count", async () => {
    const ends = await Promise.all(
      Array.from({ length: 8 }, (_, n) => sql(text(`k${n}`, "CREATE OR REPLACE CONNECTION"))),
    );
    expect(ends.every(({ phase }) => phase === "COMPLETED" || phase === "FAILED")).toBe(true);
    const list = await api.send("GET", `${sqlV1}/connections`);
    expect([list.json.data.length, list.json.metadata.total_size]).toEqual([1, 1]);
  });

  it("whose statement name is taken creates nothing", async () => {
    await api.send("POST", `${sqlV1}/statements`, { name: "taken", spec: { statement: "SHOW CONNECTIONS" } });
    const answer = await api.send("POST", `${sqlV1}/statements`, {
      name: "taken",
      spec: { statement: text("k") },
    });
    expect([answer.status, answer.json.errors[0].code]).toEqual([409, "statement_already_exists"]);
    expect((await api.send("GET", `${sqlV1}/connections/c`)).status).toBe(404);
  });

  it("is printed by SHOW CREATE masked, and the text runs once the masks are filled in", async () => {
    const options =
      "'type'='mcp_server','endpoint'='https://mcp.example','transport-type'='streamable_http','token-endpoint'='https://auth.example/token','client-id'='the-client','client-secret'='it''s secret','scope'='read'";
    await sql(`CREATE CONNECTION \`o-1\` COMMENT 'it''s ours' WITH (${options})`);
    const [[printed = ""] = []] = (await sql("SHOW CREATE CONNECTION `o-1`")).rows as string[][];
    for (const hidden of ["the-client", "it''s secret", "read"]) expect(printed).not.toContain(hidden);
    expect(printed).toContain("'token-endpoint' = 'https://auth.example/token'");
    await sql("DROP CONNECTION `o-1`");
    expect((await sql(printed)).json.errors[0].code).toBe("secret_is_mask");
    expect((await sql(printed.replaceAll("'******'", "'filled in'"))).phase).toBe("COMPLETED");
    expect((await sql("SHOW CREATE CONNECTION `o-1`")).rows).toEqual([[printed]]);
  });
});

describe("ALTER CONNECTION ... SET", () => {
  const described = async () => {
    const { columns, rows } = await sql("DESCRIBE CONNECTION EXTENDED c");
    return Object.fromEntries(columns.map((title: string, at: number) => [title, rows[0]?.[at]]));
  };

  it("keeps the fields that are not given, changes the way to authenticate when another's are", async () => {
    await sql(
      "CREATE CONNECTION c WITH ('type'='elastic','endpoint'='https://es.example','username'='me','password'='p')",
    );
    expect((await sql("ALTER CONNECTION c SET ('password'='p2')")).phase).toBe("COMPLETED");
    expect(await described()).toMatchObject({
      Identity: "username=me",
      Version: "2",
      Authentication: "basic",
    });
    expect((await sql("ALTER CONNECTION c SET ('api-key'='k')")).phase).toBe("COMPLETED");
    expect(await described()).toMatchObject({ Identity: "", Version: "3" });
    expect((await sql("ALTER CONNECTION c SET ('password'='p3')")).json.errors[0].code).toBe(
      "option_missing",
    );
  });

  it("of the token endpoint wants the client secret with it", async () => {
    const oauth = "'token-endpoint'='https://auth.example/t','client-id'='i','client-secret'='s','scope'='x'";
    await sql(`CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example',${oauth})`);
    const stolen = await sql("ALTER CONNECTION c SET ('token-endpoint'='https://evil.example/t')");
    expect(stolen.json.errors[0].code).toBe("secret_must_be_repeated");
    const moved = await sql(
      "ALTER CONNECTION c SET ('token-endpoint'='https://b.example/t','client-secret'='s')",
    );
    expect(moved.phase).toBe("COMPLETED");
    expect((await described()).Options).toBe("token-endpoint=https://b.example/t");
  });

  it("of a missing one ends FAILED, with IF EXISTS COMPLETED", async () => {
    expect((await sql("ALTER CONNECTION gone SET ('token'='t')")).phase).toBe("FAILED");
    expect((await sql("ALTER CONNECTION IF EXISTS gone SET ('token'='t')")).phase).toBe("COMPLETED");
    expect((await sql("DROP CONNECTION gone")).phase).toBe("FAILED");
    expect((await sql("DROP CONNECTION IF EXISTS gone")).phase).toBe("COMPLETED");
  });

  it("by many at once applies every one, one after the other", async () => {
    await sql("CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='t')");
    const ends = await Promise.all(
      Array.from({ length: 6 }, (_, n) => sql(`ALTER CONNECTION c SET ('token'='t${n}')`)),
    );
    expect(ends.map(({ phase }) => phase)).toEqual(Array(6).fill("COMPLETED"));
    expect(await described()).toMatchObject({ Version: "7" });
  });
});

describe("names in SQL", () => {
  it("take this environment as catalog, by id or display name, and any database", async () => {
    for (const prefix of ["", "`default`.db.", `\`${environmentId}\`.\`lkc-1\`.`, "db."]) {
      const made = await sql(
        `CREATE CONNECTION ${prefix}c2 WITH ('type'='rest','endpoint'='https://a.example','token'='t')`,
      );
      expect([prefix, made.phase]).toEqual([prefix, "COMPLETED"]);
      expect((await sql(`DROP CONNECTION ${prefix}c2`)).phase).toBe("COMPLETED");
    }
    expect((await sql("DROP CONNECTION elsewhere.db.c2")).status).toBe(400);
  });

  it("are listed by SHOW CONNECTIONS, filtered by LIKE and NOT LIKE", async () => {
    for (const name of ["alpha", "beta_1", "betaX1"]) {
      await sql(`CREATE CONNECTION ${name} WITH ('type'='rest','endpoint'='https://a.example','token'='t')`);
    }
    const names = async (text: string) => (await sql(text)).rows.map(([name]) => name);
    expect(await names("SHOW CONNECTIONS")).toEqual(["alpha", "betaX1", "beta_1"]);
    expect(await names("SHOW CONNECTIONS LIKE 'beta_1'")).toEqual(["betaX1", "beta_1"]);
    expect(await names("SHOW CONNECTIONS IN `default`.db LIKE 'beta\\_1'")).toEqual(["beta_1"]);
    expect(await names("SHOW CONNECTIONS NOT LIKE 'beta%'")).toEqual(["alpha"]);
  });
});

describe("a statement for another principal", () => {
  const create = (name: string) =>
    `CREATE CONNECTION ${name} WITH ('type'='rest','endpoint'='https://a.example','token'='t')`;

  it("runs with the lesser of both rights", async () => {
    const asDeveloper = { principal: principals.flinkDeveloper };
    const refused = await sql(create("c1"), {}, asDeveloper);
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
    expect((await sql("SHOW CONNECTIONS", {}, asDeveloper)).phase).toBe("COMPLETED");
    const asAdmin = { principal: principals.organizationAdmin };
    const up = await sql(create("c2"), { authorization: basicOf("flinkAdmin") }, asAdmin);
    expect(up.status).toBe(403);
  });

  it("that does not exist is refused like one that may not be taken", async () => {
    const missing = await sql("SHOW CONNECTIONS", {}, { principal: "sa-nowhere" });
    const forbidden = await sql(
      "SHOW CONNECTIONS",
      { authorization: basicOf("flinkDeveloper") },
      { principal: principals.flinkAdmin },
    );
    expect([missing.status, forbidden.status]).toEqual([403, 403]);
    expect(missing.json.errors[0].detail).toBe(forbidden.json.errors[0].detail);
  });
});

describe("a statement that is neither about connections nor a definition", () => {
  it.each(["SELECT 1", "SELECT connection FROM t", "CREATE DATABASE d", "INSERT INTO t SELECT 1"])(
    "ends FAILED because no engine is attached: %s",
    async (text) => {
      const ended = await sql(text);
      expect([ended.status, ended.phase]).toEqual([201, "FAILED"]);
      expect(ended.detail).toContain("No engine is attached");
    },
  );
});

describe("a use token", () => {
  const make = (headers: Record<string, string> = {}, seconds = 60) =>
    api.send(
      "POST",
      `${keymoorV1}/use-tokens`,
      { name: "t", connections: ["c"], expires_in_seconds: seconds },
      headers,
    );

  it("calls its connections and no other, until it expires", async () => {
    await withService(async (url) => {
      for (const name of ["c", "d"]) {
        await sql(`CREATE CONNECTION ${name} WITH ('type'='rest','endpoint'='${url}','token'='tttttttt')`);
      }
      const bearer = { authorization: `Bearer ${(await make()).json.token}` };
      expect((await api.send("GET", "/c/c", undefined, bearer)).status).toBe(200);
      expect((await api.send("GET", "/c/d", undefined, bearer)).status).toBe(403);
      expect((await api.send("GET", "/c/nowhere", undefined, bearer)).status).toBe(403);
      api.advance(61_000);
      expect((await api.send("GET", "/c/c", undefined, bearer)).status).toBe(401);
    });
  });

  it("lets through no more than its maker may do now", async () => {
    await sql("CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='tttttttt')");
    const made = await make({ authorization: basicOf("flinkDeveloper", "flink") });
    expect(made.status).toBe(201);
    const used = { authorization: `Bearer ${made.json.token}` };
    for (const path of [
      `${sqlV1}/connections`,
      `${keymoorV1}/use-tokens`,
      `${keymoorV1}/connections/c/usage`,
    ]) {
      expect([path, (await api.send("GET", path, undefined, used)).status]).toEqual([path, 403]);
    }
    expect((await make(used)).status).toBe(403);
  });

  it("for a connection that does not exist, or by someone without the right, is not made", async () => {
    expect((await make()).status).toBe(404);
    expect((await make({ authorization: basicOf("nobody") })).status).toBe(403);
  });
});

describe("credential versions", () => {
  it("the last three stay for rollback; a rotation after a compromise destroys the others at once", async () => {
    const path = `${sqlV1}/connections/v`;
    await api.send("POST", `${sqlV1}/connections`, openaiBody("v", "sk-version-1"));
    for (const n of [2, 3, 4]) await api.send("PUT", path, openaiBody("v", `sk-version-${n}`));
    const versions = async () =>
      ((await api.send("GET", `${keymoorV1}/connections/v/versions`)).json.data ?? []).map(
        ({ version }: { version: number }) => version,
      ) as number[];
    expect((await versions()).toSorted()).toEqual([2, 3, 4]);
    expect((await api.send("POST", `${keymoorV1}/connections/v/versions/2/activate`)).status).toBe(200);
    expect((await api.send("POST", `${keymoorV1}/connections/v/versions/1/activate`)).status).toBe(404);
    await api.send("PUT", `${path}?compromised=true`, openaiBody("v", "sk-version-5"));
    expect(await versions()).toEqual([5]);
  });
});

describe("the audit trail", () => {
  it("has one event for each change, in the transaction of the change, and for each refusal", async () => {
    await api.send("POST", `${sqlV1}/connections`, openaiBody("a"));
    await sql("ALTER CONNECTION a SET ('api-key'='k2')");
    await api.send("POST", `${sqlV1}/connections`, openaiBody("a"), {
      authorization: basicOf("flinkDeveloper"),
    });
    await api.send("DELETE", `${sqlV1}/connections/a`);
    await api.services.store.flush();
    const events = (await api.send("GET", `/keymoor/v1/audit-events?page_size=100`)).json.data as {
      action: string;
      outcome: string;
      principal: string;
      resource_name: string;
      organization_id: string;
    }[];
    const of = (action: string) =>
      events.filter((event) => event.action === action).map(({ outcome, principal }) => [outcome, principal]);
    expect(of("connection.create").toSorted()).toEqual([
      ["done", principals.organizationAdmin],
      ["refused", principals.flinkDeveloper],
    ]);
    expect(of("connection.rotate")).toEqual([["done", principals.organizationAdmin]]);
    expect(of("connection.delete")).toEqual([["done", principals.organizationAdmin]]);
    expect(new Set(events.map(({ organization_id: id }) => id))).toEqual(new Set([organizationId]));
  });
});

describe("what only some may see or change", () => {
  it("identifying values of DESCRIBE EXTENDED are in no stored row, and shown to a reader who may rotate", async () => {
    await sql(
      "CREATE CONNECTION c WITH ('type'='elastic','endpoint'='https://es.example','username'='the-user','password'='p')",
    );
    const name = (await sql("DESCRIBE CONNECTION EXTENDED c")).json.name as string;
    const path = `${sqlV1}/statements/${name}/results`;
    expect((await api.send("GET", path)).text).toContain("username=the-user");
    const developer = await api.send("GET", path, undefined, { authorization: basicOf("flinkDeveloper") });
    expect([developer.status, developer.text.includes("the-user")]).toEqual([200, false]);
    const stored = await api.services.store.read.statementRows(environmentId, name, 0, 10);
    expect(JSON.stringify(stored)).not.toContain("the-user");
  });

  it("a statement of another is changed and deleted by those who manage connections, not by developers", async () => {
    const name = (await sql("SHOW CONNECTIONS")).json.name as string;
    const developer = { authorization: basicOf("flinkDeveloper") };
    const path = `${sqlV1}/statements/${name}`;
    const patch = [{ op: "replace", path: "/spec/stopped", value: true }];
    expect((await api.send("PATCH", path, patch, developer)).status).toBe(403);
    expect((await api.send("DELETE", path, undefined, developer)).status).toBe(403);
    expect((await api.send("DELETE", path, undefined, { authorization: basicOf("flinkAdmin") })).status).toBe(
      202,
    );
  });

  it("a credential does not open once its connection's endpoint was changed in the database", async () => {
    await withService(async (url, seen) => {
      await sql(
        "CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='a-secret-token')",
      );
      const { read } = api.services.store;
      const moved = { ...api.services, store: { ...api.services.store, read: { ...read } } };
      const connection = await read.connection({ environmentId, cloud: "aws", region: "us-east-1" }, "c");
      if (connection === undefined) throw new Error("the connection was made");
      await expect(openCredential(moved, { ...connection, endpoint: url })).rejects.toMatchObject({
        message: "The sealed credential does not open.",
      });
      await expect(
        openCredential(moved, { ...connection, options: { "token-endpoint": url } }),
      ).rejects.toThrow();
      expect(seen).toEqual([]);
    });
  });

  it("a failed attempt with an existing key is attributed to the key, and to nobody with an unknown one", async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    await api.send("GET", `${sqlV1}/connections`, undefined, basic("u-orgadmin-cloud:wrong"));
    await api.send("GET", `${sqlV1}/connections`, undefined, basic("nobody-knows:wrong"));
    await api.services.store.flush();
    const { data } = (await api.send("GET", "/keymoor/v1/audit-events?action=authenticate")).json;
    const who = data.map(({ principal, credential }: Record<string, string>) => [principal, credential]);
    expect(who).toContainEqual([principals.organizationAdmin, "u-orgadmin-cloud"]);
    expect(who).toContainEqual([null, null]);
    expect(JSON.stringify(data)).not.toContain("nobody-knows");
  });

  it("a use token that a client sends in a second header too does not reach the service", async () => {
    const headers: string[] = [];
    const service = createServer((request, response) => {
      headers.push(JSON.stringify(request.headers));
      response.end("ok");
    });
    const { url } = await listenOnLoopback(service);
    await sql(`CREATE CONNECTION c WITH ('type'='rest','endpoint'='${url}','token'='a-secret-token')`);
    const made = await api.send("POST", `${keymoorV1}/use-tokens`, {
      name: "t",
      connections: ["c"],
      expires_in_seconds: 60,
    });
    const { token } = made.json as { token: string };
    const both = { authorization: `Bearer ${token}`, "x-api-key": token, "x-other": `Bearer ${token}` };
    expect((await api.send("GET", "/c/c", undefined, both)).status).toBe(200);
    service.close();
    expect(headers).toHaveLength(1);
    expect(headers[0]).not.toContain(token);
  });

  it("SHOW CREATE of a connection without credential runs as it is printed", async () => {
    await sql("CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='')");
    const [[printed = ""] = []] = (await sql("SHOW CREATE CONNECTION c")).rows as string[][];
    expect(printed).toContain("'token' = ''");
    expect((await sql("ALTER CONNECTION c SET ('environment'='default')")).json.errors[0].code).toBe(
      "option_missing",
    );
    await sql("DROP CONNECTION c");
    expect((await sql(printed)).phase).toBe("COMPLETED");
  });
});

describe("a statement that is refused for what an option says", () => {
  it.each([
    [
      "CREATE CONNECTION c WITH (\n  'type' = 'opneai', 'endpoint' = 'https://a.example')",
      "line 2, column 3",
      "openai",
    ],
    [
      "CREATE CONNECTION c WITH ('type'='rest', 'endpoint'='ftp://a.example', 'token'='t')",
      "line 1, column 42",
      "https",
    ],
    [
      "CREATE CONNECTION c WITH ('type'='rest', 'endpoint'='https://a.example', 'token'='******')",
      "line 1, column 74",
      "mask",
    ],
    [
      "CREATE CONNECTION c WITH ('type'='rest', 'endpoint'='https://a.example', 'api-key'='k')",
      "line 1, column 74",
      '"token"',
    ],
    ["CREATE CONNECTION c WITH ('type'='rest', 'token'='t')", "line 1, column 19", '"endpoint"'],
    [
      "CREATE CONNECTION c WITH ('type'='rest', 'endpoint'='https://a.example', 'token'='t', 'region'='mars')",
      "line 1, column 87",
      "us-east-1",
    ],
    ["DROP CONNECTION other.db.c", "line 1, column 17", "default"],
    [
      "CREATE CONNECTION c WITH ('type'='rest', 'endpoint'='https://a.example', 'token'='${vault:x}')",
      "line 1, column 74",
      "file",
    ],
    [
      "CREATE CONNECTION c WITH ('type'='rest', 'endpoint'='https://a.example', 'token'='x${env:LISTED}')",
      "line 1, column 74",
      "whole value",
    ],
  ])("says where it stands: %s", async (text, where, words) => {
    const refused = await sql(text);
    expect(refused.status).toBe(400);
    const [error] = refused.json.errors;
    expect(error.detail).toContain(`at ${where}.`);
    expect(error.detail).toContain(words);
    expect(error.source).toMatchObject({ pointer: "/spec/statement" });
  });

  it("is refused too for a catalog in its properties that is not this environment", async () => {
    const properties = (catalog: string) => ({ properties: { "sql.current-catalog": catalog } });
    expect((await sql("SHOW CONNECTIONS", {}, properties("nonsense"))).json.errors[0].code).toBe(
      "invalid_name",
    );
    expect((await sql("SHOW CONNECTIONS", {}, properties("default"))).phase).toBe("COMPLETED");
  });
});

describe("what changes nothing", () => {
  it("is audited as unchanged, and its statement names no connection that is not there", async () => {
    const dropped = await sql("DROP CONNECTION IF EXISTS nothing");
    expect(dropped.json.status.traits.connection_refs).toEqual([]);
    await sql("CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='t')");
    await sql(
      "CREATE CONNECTION IF NOT EXISTS c WITH ('type'='rest','endpoint'='https://a.example','token'='t')",
    );
    await sql("ALTER CONNECTION IF EXISTS nothing SET ('token'='t')");
    await api.services.store.flush();
    const { data } = (await api.send("GET", "/keymoor/v1/audit-events?page_size=100")).json;
    const of = (name: string) =>
      data
        .filter((event: { action: string }) => event.action === name)
        .map((event: { outcome: string }) => event.outcome);
    expect(of("connection.delete")).toEqual(["unchanged"]);
    expect(of("connection.create").toSorted()).toEqual(["done", "unchanged"]);
    expect(of("connection.rotate")).toEqual([]);
  });

  it("such as activating the current version, does not raise the resource version", async () => {
    await api.send("POST", `${sqlV1}/connections`, openaiBody("v"));
    expect((await api.send("POST", `${keymoorV1}/connections/v/versions/1/activate`)).status).toBe(200);
    expect((await api.send("GET", `${sqlV1}/connections/v`)).json.metadata.resource_version).toBe("1");
  });
});

describe("what a maintainer would look for", () => {
  it("use tokens of others are listed for those who manage access only", async () => {
    await sql("CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='t')");
    const body = { name: "mine", connections: ["c"], expires_in_seconds: 60 };
    await api.send("POST", `${keymoorV1}/use-tokens`, body);
    const developer = { authorization: basicOf("flinkDeveloper") };
    await api.send("POST", `${keymoorV1}/use-tokens`, { ...body, name: "his" }, developer);
    const seen = async (headers?: Record<string, string>) => {
      const { json } = await api.send("GET", `${keymoorV1}/use-tokens`, undefined, headers);
      return json.data.map(({ name }: { name: string }) => name).toSorted();
    };
    expect(await seen(developer)).toEqual(["his"]);
    expect(await seen()).toEqual(["his", "mine"]);
  });

  it("opened credentials are dropped when they are rotated, and none outlives its half minute", async () => {
    await withService(async (url) => {
      await sql(`CREATE CONNECTION c WITH ('type'='rest','endpoint'='${url}','token'='a-secret-token')`);
      expect((await api.send("GET", "/c/c", undefined, flinkKey)).status).toBe(200);
      expect(api.services.credentials.size).toBe(1);
      await sql("ALTER CONNECTION c SET ('token'='another-token')");
      expect(api.services.credentials.size).toBe(0);
    });
    vi.useFakeTimers();
    try {
      const cache = new CredentialCache();
      cache.set("u", 1, { method: "bearer", values: {} }, Date.now());
      vi.advanceTimersByTime(30_000);
      expect(cache.size).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("a changed reference pushes out no version that a person made, names none, and does not fail the call that met it", async () => {
    await withService(async (url) => {
      writeFileSync(join(secretsDir, "token"), "value-0");
      await sql(`CREATE CONNECTION c WITH ('type'='rest','endpoint'='${url}','token'='\${file:token}')`);
      for (const n of [1, 2, 3, 4]) {
        writeFileSync(join(secretsDir, "token"), `value-${n}`);
        expect((await api.send("GET", "/c/c", undefined, flinkKey)).status).toBe(200);
      }
      const { data } = (await api.send("GET", `${keymoorV1}/connections/c/versions`)).json;
      // The server's own are kept as many as the setting says.
      expect(data.map(({ version }: { version: number }) => version)).toEqual([5, 4, 3, 1]);
      expect(data[0].created_by).toBe("keymoor:server");
    });
  });

  it("the audit trail says which statement made a change", async () => {
    const made = await sql(
      "CREATE CONNECTION c WITH ('type'='rest','endpoint'='https://a.example','token'='t')",
    );
    const { data } = (await api.send("GET", `/keymoor/v1/audit-events?resource_name=${made.json.name}`)).json;
    expect(data.map(({ action, outcome }: Record<string, string>) => [action, outcome])).toEqual([
      ["statement.create", "done"],
    ]);
  });

  it("the right to read the audit trail is judged before the query, and the refusal is noted", async () => {
    const path = "/keymoor/v1/audit-events?outcome=nonsense";
    expect(
      (await api.send("GET", path, undefined, { authorization: basicOf("flinkDeveloper") })).status,
    ).toBe(403);
    expect((await api.send("GET", path)).status).toBe(400);
    await api.services.store.flush();
    const { data } = (await api.send("GET", "/keymoor/v1/audit-events?action=audit.list&outcome=refused"))
      .json;
    expect(data.map(({ principal, code }: Record<string, string>) => [principal, code]).toSorted()).toEqual([
      [principals.flinkDeveloper, "user_unauthorized"],
      [principals.organizationAdmin, "invalid_request"],
    ]);
  });
});

describe("going back to an earlier version", () => {
  it("brings back its way to authenticate and its public options, and the credential opens with them", async () => {
    await withService(async (url, seen) => {
      await sql(
        `CREATE CONNECTION c WITH ('type'='rest','endpoint'='${url}','username'='me','password'='p-w-d-1')`,
      );
      const oauth = `'token-endpoint'='${url}/token','client-id'='i','client-secret'='s','scope'='x'`;
      expect((await sql(`ALTER CONNECTION c SET (${oauth})`)).phase).toBe("COMPLETED");
      const activated = await api.send("POST", `${keymoorV1}/connections/c/versions/1/activate`);
      expect(activated.status).toBe(200);
      expect((await api.send("GET", "/c/c", undefined, flinkKey)).status).toBe(200);
      expect(seen).toEqual([`Basic ${Buffer.from("me:p-w-d-1").toString("base64")}`]);
      expect((await sql("SHOW CREATE CONNECTION c")).rows[0]?.[0]).not.toContain("token-endpoint");
    });
  });
});
