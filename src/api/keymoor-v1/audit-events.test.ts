import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  openApi,
  openaiBody,
  sqlV1,
} from "../../../test/fixtures/services.ts";

const path = "/keymoor/v1/audit-events";
interface Event {
  readonly id: string;
  readonly action: string;
  readonly region: string;
  readonly outcome: string;
}

describe("audit events", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    for (const region of ["us-east-1", "eu-west-1"]) {
      await api.send("POST", `${sqlV1}/connections`, openaiBody("orders"), {
        "keymoor-region": `aws.${region}`,
      });
      api.advance(1000);
    }
    await api.services.store.flush();
  });
  afterAll(() => api.close());

  const list = async (query: string): Promise<Event[]> =>
    (await api.send("GET", `${path}?page_size=100&${query}`)).json.data;
  const file = (query: string, headers?: Readonly<Record<string, string>>) =>
    api.send("GET", `${path}/export?${query}`, undefined, headers);

  it("of one thing are its trail: by kind, name, cloud and region", async () => {
    const trail = await list("resource_kind=connection&resource_name=orders&cloud=AWS&region=eu-west-1");
    expect(trail.map(({ action, region }) => [action, region])).toEqual([["connection.create", "eu-west-1"]]);
    expect(await list("resource_kind=connection&resource_name=orders")).toHaveLength(2);
    expect(await list("resource_kind=statement&resource_name=orders")).toEqual([]);
    expect(await list("resource_name=orders&cloud=gcp")).toEqual([]);
  });

  it("are exported as the list has them, a line each, all pages as one", async () => {
    const at = api.services.now().toISOString();
    const before = await list(`to=${at}`);
    const whole = await file(`to=${at}`);
    expect(whole.headers).toMatchObject({
      "content-type": "application/x-ndjson",
      "content-disposition": 'attachment; filename="audit-events.jsonl"',
      "cache-control": "no-store",
    });
    const lines = whole.text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(before);
    const some = await file("resource_name=orders&region=eu-west-1");
    expect(some.text.trimEnd().split("\n")).toHaveLength(1);
    expect((await file("action=nothing.ever")).text).toBe("");
  });

  it("are exported as a table too, whose first line names its columns", async () => {
    const { headers, text } = await file("format=csv&resource_name=orders");
    expect(headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="audit-events.csv"',
    });
    const [names, first, second, ...rest] = text.split("\r\n");
    const [event] = await list("resource_name=orders");
    expect(names?.split(",")).toEqual(Object.keys(event ?? {}));
    expect(first?.split(",")).toEqual(
      Object.values(event ?? {}).map((value) => (value === null ? "" : `${value}`)),
    );
    expect(second).toContain("us-east-1");
    expect(rest).toEqual([""]);
  });

  it("are exported in pages, the last of which is not the first", async () => {
    const { services } = api;
    const [event] = (
      await services.store.read.auditEvents({ organizationId: await organizationId() }, undefined, 1)
    ).items;
    if (event === undefined) throw new Error("there is an event");
    const { instance: _, sequence: __, mac: ___, ...plain } = event;
    await services.store.write(
      Array.from({ length: 1100 }, (_unused, i) => ({
        do: "append_audit" as const,
        event: { ...plain, id: crypto.randomUUID(), action: "test.many", resourceName: `r${i}` },
      })),
    );
    const ids = (await file("action=test.many")).text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).resource_name);
    expect([ids.length, new Set(ids).size]).toEqual([1100, 1100]);
  });

  async function organizationId(): Promise<string> {
    return (await api.services.access.organizationId()) ?? "";
  }

  it("are exported for those who may list them, and that is audited by its own name", async () => {
    const developer = await file("", { authorization: basicOf("flinkDeveloper") });
    expect([developer.status, developer.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
    const admin = { authorization: basicOf("environmentAdmin") };
    const own = await file(`environment=${environmentId}`, admin);
    expect(own.status).toBe(200);
    const environments = new Set(
      own.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).environment_id),
    );
    expect([...environments]).toEqual([environmentId]);
    await api.services.store.flush();
    const outcomes = await list("action=audit.export");
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["done", "refused"]));
  });

  it("are refused to be exported in a form that is none", async () => {
    const answer = await file("format=xml");
    expect([answer.status, answer.json.errors[0].source.parameter]).toEqual([400, "format"]);
  });
});
