import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  environmentId,
  openApi,
  openaiBody,
  principals,
  region,
  sqlV1,
} from "../../test/fixtures/services.ts";
import { envelopeKeyId } from "../secrets/envelope.ts";
import { masterKeyPath } from "../secrets/master-key.ts";

let api: ApiFixture;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

const path = "/keymoor/v1/master-key/rotate";
const rotate = () => api.send("POST", path);

async function sealedUnder(): Promise<readonly string[]> {
  const rows = await api.services.store.read.credentialsAfter({ connectionUid: "", version: 0 }, 1000);
  const ring = await api.services.store.read.ringKeys();
  return [...new Set([...rows, ...ring].map(({ sealed }) => envelopeKeyId(sealed)))];
}

it("seals every version of every credential and the ring anew, more than fit into one batch", async () => {
  for (let n = 0; n < 60; n += 1) {
    await api.send("POST", `${sqlV1}/connections`, openaiBody(`c-${n}`));
    await api.send("PUT", `${sqlV1}/connections/c-${n}`, openaiBody(`c-${n}`, "sk-second-0123456789"));
  }
  const [before] = await sealedUnder();
  const { status, json } = await rotate();
  expect([status, json]).toEqual([
    200,
    {
      key_id: api.services.vault.keyId,
      previous_key_id: before,
      credentials: 120,
      unopened: 0,
      old_copies_remain: false,
      seconds: expect.any(Number),
    },
  ]);
  expect(await sealedUnder()).toEqual([json.key_id]);
  expect(existsSync(`${masterKeyPath(api.folder)}.previous`)).toBe(false);
});

it("a second rotation is refused while one is under way", async () => {
  await api.send("POST", `${sqlV1}/connections`, openaiBody("one"));
  const [first, second] = await Promise.all([rotate(), rotate()]);
  expect([first.status, second.status].sort()).toEqual([200, 409]);
  const refused = first.status === 409 ? first : second;
  expect(refused.json.errors[0].code).toBe("master_key_being_rotated");
  expect((await rotate()).status).toBe(200);
});

it("takes OrganizationAdmin and a Cloud key; a refusal is audited and changes nothing", async () => {
  const before = readFileSync(masterKeyPath(api.folder), "latin1");
  const refused = [
    basicOf("organizationAdmin", "flink"),
    basicOf("environmentAdmin"),
    basicOf("flinkAdmin"),
    basicOf("nobody"),
  ];
  for (const authorization of refused) {
    const answer = await api.send("POST", path, undefined, { authorization });
    expect([answer.status, answer.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
  }
  expect((await api.send("POST", path, undefined, { authorization: "" })).status).toBe(401);
  expect(readFileSync(masterKeyPath(api.folder), "latin1")).toBe(before);
  await api.services.store.flush();
  const { json } = await api.send("GET", "/keymoor/v1/audit-events?action=master_key.rotate");
  expect(json.data).toHaveLength(refused.length);
  expect(json.data.at(-1)).toMatchObject({ outcome: "refused", principal: principals.organizationAdmin });
});

it("a credential that was moved in the database does not stop it, is counted, and stays as it is", async () => {
  await api.send("POST", `${sqlV1}/connections`, openaiBody("good"));
  await api.send("POST", `${sqlV1}/connections`, openaiBody("meddled"));
  const database = new DatabaseSync(join(api.folder, "keymoor.db"));
  database.exec("update connection set endpoint = 'https://evil.example' where name = 'meddled'");
  database.close();
  const { json } = await rotate();
  expect(json).toMatchObject({ credentials: 1, unopened: 1 });
  const good = await api.services.store.read.connection({ environmentId, ...region }, "good");
  const credential = await api.services.store.read.credential(good?.uid ?? "", 1);
  expect(envelopeKeyId(credential?.sealed ?? new Uint8Array())).toBe(json.key_id);
});

it("what fails half way keeps both keys, and the next rotation brings it to its end", async () => {
  await api.send("POST", `${sqlV1}/connections`, openaiBody("one"));
  const [before] = await sealedUnder();
  const { compact } = api.services.store;
  const store = api.services.store as { compact: typeof compact };
  store.compact = () => Promise.reject(new Error("the disk is full"));
  expect((await rotate()).status).toBe(500);
  expect(existsSync(`${masterKeyPath(api.folder)}.previous`)).toBe(true);
  store.compact = compact;
  const { status, json } = await rotate();
  expect([status, json.previous_key_id === before]).toEqual([200, false]);
  expect(await sealedUnder()).toEqual([json.key_id]);
  expect(existsSync(`${masterKeyPath(api.folder)}.previous`)).toBe(false);
});

/** Its next write of the step that records a rotation fails. */
function failOnce({ services }: ApiFixture): void {
  const { write } = services.store;
  const store = services.store as { write: typeof write };
  store.write = (steps) => {
    if (!steps.some((step) => step.do === "append_audit" && step.event.action === "master_key.rotate"))
      return write.call(store, steps);
    store.write = write;
    return Promise.reject(new Error("the disk is full"));
  };
}

async function rotationsAudited({ services, send }: ApiFixture) {
  await services.store.flush();
  const { json } = await send("GET", "/keymoor/v1/audit-events?action=master_key.rotate");
  return json.data.map((event: Record<string, unknown>) => [
    event.outcome,
    event.principal,
    event.resource_name,
  ]);
}

it("an exchange that succeeds only when it is tried again stands in the audit trail, by who asked for it", async () => {
  const retrying = await openApi({ retryMs: 10 });
  await retrying.send("POST", `${sqlV1}/connections`, openaiBody("one"));
  failOnce(retrying);
  expect((await retrying.send("POST", path)).status).toBe(500);
  const { keyId } = retrying.services.vault;
  while (existsSync(`${masterKeyPath(retrying.folder)}.previous`))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const admin = principals.organizationAdmin;
  expect(await rotationsAudited(retrying)).toEqual(
    expect.arrayContaining([
      ["done", admin, keyId],
      ["failed", admin, null],
    ]),
  );
  expect(await rotationsAudited(retrying)).toHaveLength(2);
  await retrying.close();
});

it("so does one that the next rotation brings to its end", async () => {
  failOnce(api);
  expect((await rotate()).status).toBe(500);
  const first = api.services.vault.keyId;
  const { json } = await rotate();
  const done = (await rotationsAudited(api)).filter(([outcome]: readonly unknown[]) => outcome === "done");
  expect(done.map(([, , keyId]: readonly unknown[]) => keyId)).toEqual([json.key_id, first]);
});

it("the key before is kept, and the answer says why, while another program reads what it opens", async () => {
  const slow = await openApi({ longestReaderMs: 300 });
  const previous = `${masterKeyPath(slow.folder)}.previous`;
  const oldCopies = () =>
    readdirSync(slow.folder).filter(
      (name) => /^keymoor\.db/.test(name) && readFileSync(join(slow.folder, name)).includes(sealed),
    );
  await slow.send("POST", `${sqlV1}/connections`, openaiBody("one"));
  const [row] = await slow.services.store.read.credentialsAfter({ connectionUid: "", version: 0 }, 1);
  const sealed = Buffer.from(row?.sealed ?? new Uint8Array());
  const reader = new DatabaseSync(join(slow.folder, "keymoor.db"), { readOnly: true });
  reader.exec("begin");
  reader.prepare("select count(*) from connection").get();
  const { status, json } = await slow.send("POST", path);
  expect([status, json.old_copies_remain, existsSync(previous)]).toEqual([200, true, true]);
  expect(oldCopies()).not.toEqual([]);
  const second = await slow.send("POST", path);
  expect([second.status, second.json.errors[0].code]).toEqual([409, "master_key_being_rotated"]);
  expect(second.json.errors[0].detail).toContain("another program reads");
  reader.exec("commit");
  reader.close();
  const third = await slow.send("POST", path);
  expect([third.status, third.json.old_copies_remain]).toEqual([200, false]);
  expect(third.json.previous_key_id).toBe(json.key_id);
  expect([existsSync(previous), oldCopies()]).toEqual([false, []]);
  await slow.close();
});

it("a reader that ends in time is waited for", async () => {
  await api.send("POST", `${sqlV1}/connections`, openaiBody("one"));
  const reader = new DatabaseSync(join(api.folder, "keymoor.db"), { readOnly: true });
  reader.exec("begin");
  reader.prepare("select count(*) from connection").get();
  let looks = 0;
  const { emptyLog } = api.services.store;
  const store = api.services.store as { emptyLog: typeof emptyLog };
  store.emptyLog = () => {
    looks += 1;
    if (looks === 2) reader.exec("commit");
    return emptyLog();
  };
  const { status, json } = await rotate();
  reader.close();
  expect([status, json.old_copies_remain, looks >= 2]).toEqual([200, false, true]);
  expect(existsSync(`${masterKeyPath(api.folder)}.previous`)).toBe(false);
});
