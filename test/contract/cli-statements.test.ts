import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentId, principals } from "../fixtures/services.ts";
import { type CliClient, cliClient } from "./cli-client.ts";
import { type ContractServer, computePoolId, openContractServer, person } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";

const where = { cloud: "aws", region: "us-east-1" };
const secret = "sk-of-a-statement-0123456789";
const createConnection = `CREATE CONNECTION \`docs\` WITH ('type'='openai','endpoint'='https://api.openai.com/v1/embeddings','api-key'='${secret}')`;
const masked = createConnection.replace(secret, "******");

let server: ContractServer;
let cli: CliClient;
beforeAll(async () => {
  server = await openContractServer();
  cli = cliClient(`${server.origin}/confluent.cloud`, server.now);
  await cli.login(person);
});
afterAll(() => server.close());

describe("confluent flink statement", () => {
  it("create --wait runs a connection statement, and shows its text masked", async () => {
    const made = await cli.statement.create(where, "make-docs", { sql: createConnection, wait: true });
    expect(made).toMatchObject({
      name: "make-docs",
      statement: masked,
      status: "COMPLETED",
      computePool: "",
    });
    expect((await cli.connection.describe(where, "docs")).type).toBe("OPENAI");
  });

  it("create keeps a definition and a query of its compute pool byte for byte", async () => {
    await cli.computePool.use(computePoolId);
    cli.session.endpoint = server.origin;
    const model =
      "CREATE MODEL `m`\nINPUT (`t` STRING) OUTPUT (`e` ARRAY<FLOAT>)\nWITH ('provider'='openai', 'openai.connection'='docs', 'task'='embedding'); -- ü";
    expect(
      await cli.statement.create(where, "model", { sql: model, database: "db", wait: true }),
    ).toMatchObject({
      statement: model,
      status: "COMPLETED",
      computePool: computePoolId,
      properties: { "sql.current-catalog": "default", "sql.current-database": "db" },
      principal: principals.organizationAdmin,
    });
    const properties = { "sql.state-ttl": "1 h", "client.x": "y" };
    const query = { sql: "SELECT * FROM `t`;", properties, wait: true };
    expect(await cli.statement.create(where, "query", query)).toMatchObject({
      statement: query.sql,
      status: "RUNNING",
      properties,
    });
  });

  it("list filters by compute pool at the server and by status itself; describe shows properties and principal", async () => {
    expect((await cli.statement.list(where)).map(({ name }) => name).sort()).toEqual([
      "make-docs",
      "model",
      "query",
    ]);
    expect(
      (await cli.statement.list(where, { computePool: computePoolId, status: "running" })).map(
        ({ name }) => name,
      ),
    ).toEqual(["query"]);
    expect((await cli.statement.describe(where, "model")).principal).toBe(principals.organizationAdmin);
  });

  it("stop, resume and update send back the whole statement with a field changed", async () => {
    await cli.statement.stop(where, "query");
    expect((await cli.statement.describe(where, "query")).status).toBe("STOPPED");
    await cli.statement.resume(where, "query", {
      principal: principals.organizationAdmin,
      compute_pool_id: computePoolId,
    });
    expect((await cli.statement.describe(where, "query")).status).toBe("RUNNING");
    await cli.statement.update(where, "query", { stopped: true });
    expect((await cli.statement.describe(where, "query")).status).toBe("STOPPED");
  });

  it("exception list tells why a statement failed", async () => {
    const sql = "DROP CONNECTION `nothing-of-that-name`";
    await cli.statement.create(where, "fails", { sql });
    expect((await cli.statement.describe(where, "fails")).status).toBe("FAILED");
    const [exception] = await cli.statement.exceptions(where, "fails");
    expect(exception?.message).toContain("nothing-of-that-name");
    expect(await cli.statement.exceptions(where, "model")).toEqual([]);
  });

  it("delete removes it; a name that is gone, or never was, is said to be missing", async () => {
    for (const name of ["make-docs", "model", "query", "fails"]) await cli.statement.delete(where, name);
    expect(await cli.statement.list(where)).toEqual([]);
    expect(await failureOf(cli.statement.describe(where, "query"))).toMatch(/^There is no statement/);
    expect(await failureOf(cli.statement.delete(where, environmentId))).toContain("not found");
    await cli.connection.delete(where, "docs");
  });

  it("says what is wrong with a statement without repeating it", async () => {
    const refusals: readonly (readonly [string, string, RegExp])[] = [
      ["broken", `CREATE CONNECTION c WITH ('type'='openai','api-kye'='${secret}')`, /api-key/],
      ["Bad Name", "SHOW CONNECTIONS", /name/i],
      ["foreign", "SHOW CONNECTIONS", /principal|Nobody|sa-unknown|run as/i],
    ];
    for (const [name, sql, sentence] of refusals) {
      const serviceAccount = name === "foreign" ? { serviceAccount: "sa-unknown" } : {};
      const failure = await failureOf(cli.statement.create(where, name, { sql, ...serviceAccount }));
      expect(failure).toMatch(sentence);
      expect(failure).not.toContain(secret);
    }
  });
});

describe("confluent flink shell", () => {
  it("runs the connection statements, and its history holds masked text only", async () => {
    const shell = await cli.shell(where);
    const created = await shell.run(`${createConnection};`);
    expect([created.kind, created.details]).toEqual(["CREATE_CONNECTION", expect.any(String)]);
    expect((await shell.run("SHOW CONNECTIONS;")).rows).toEqual([["docs"]]);
    expect(await shell.run("DESCRIBE CONNECTION `docs`;")).toMatchObject({
      columns: ["Name", "Type", "Endpoint", "Comment"],
      rows: [["docs", "OPENAI", "https://api.openai.com/v1/embeddings", expect.anything()]],
    });
    await shell.run("ALTER CONNECTION `docs` SET ('api-key' = 'sk-of-a-rotation-0123456789');");
    await shell.run("DROP CONNECTION `docs`;");
    expect(shell.history).toHaveLength(5);
    expect(shell.history.join("\n")).not.toMatch(/sk-of-a/);
    expect(shell.history[0]).toBe(`${masked};`);
  });

  it("works without a compute pool, and with one", async () => {
    cli.session.computePool = "";
    expect((await (await cli.shell(where)).run("SHOW CONNECTIONS")).columns).toHaveLength(1);
    cli.session.computePool = computePoolId;
    expect((await (await cli.shell(where)).run("SHOW CONNECTIONS")).columns).toHaveLength(1);
  });

  it("keeps SET and USE to itself and sends what they say with the next statement", async () => {
    const shell = await cli.shell(where);
    const requests = await cli.requestsOf(async () => {
      await shell.run("SET 'sql.secrets.key' = 'sk-of-a-property-0123456789';");
      await shell.run("USE `sales`;");
    });
    expect(requests).toEqual([]);
    await shell.run("SELECT 1;");
    const [sent] = cli.session.exchanges.filter(({ sent }) => sent.body?.includes('"SELECT 1;"'));
    expect(sent?.sent.body).toContain("sk-of-a-property-0123456789");
    expect(sent?.received.text).toContain('"sql.current-database":"sales"');
    expect(sent?.received.text).not.toContain("sk-of-a-property-0123456789");
  });

  it("shows a recorded query without rows, and the reason of a failure", async () => {
    const shell = await cli.shell(where);
    expect(await shell.run("SELECT 1;")).toMatchObject({ kind: "SELECT", rows: [] });
    expect(await failureOf(shell.run("DROP CONNECTION `not-there`;"))).toMatch(
      /^can't fetch results. Statement phase is: FAILED\nError details: .*not-there/,
    );
    expect(await failureOf(shell.run("CREATE CONNECTION c WITH ('type' = );"))).toMatch(/line 1/i);
  });
});
