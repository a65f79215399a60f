import { objectAt, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { placeOf, sqlPath } from "./flink-place.ts";
import { accept, isGone, judgeMetadata, type Provider, TerraformFailure } from "./provider.ts";
import { type Attributes, type Resource, textOf } from "./resource.ts";

/** `confluent_flink_statement` (contract/terraform.md 4). */
export const statement: Resource = {
  type: "confluent_flink_statement",
  forceNew: ["statement", "statement_name", "properties"],

  create: async (provider, block) => {
    const place = placeOf(provider, block);
    const body = {
      name: textOf(block, "statement_name"),
      spec: {
        statement: textOf(block, "statement"),
        properties: block.properties ?? {},
        compute_pool_id: place.computePool,
        principal: place.principal,
      },
    };
    const created = readJson(accept(await send(provider, block, "POST", undefined, body)));
    textAt(created, "name");
    textAt(created, "spec.compute_pool_id");
    await expectPhase(provider, block, ["RUNNING", "COMPLETED"]);
    return (await readState(provider, block)) ?? missing();
  },

  read: readState,

  /** Stopping and resuming sends back the whole object that was read. */
  update: async (provider, _state, block, changed) => {
    if (changed.some((name) => name !== "stopped")) throw new TerraformFailure("only stopped can be updated");
    const name = textOf(block, "statement_name");
    const read = readJson(accept(await send(provider, block, "GET", name)));
    const place = placeOf(provider, block);
    const resumed = { principal: place.principal, compute_pool_id: place.computePool };
    const spec = {
      ...objectAt(read, "spec"),
      stopped: block.stopped,
      ...(block.stopped === false && resumed),
    };
    accept(await send(provider, block, "PUT", name, { ...(read as object), spec }));
    await expectPhase(provider, block, block.stopped === true ? ["STOPPED"] : ["RUNNING", "COMPLETED"]);
    return (await readState(provider, block)) ?? missing();
  },

  delete: async (provider, state) => {
    accept(await send(provider, state, "DELETE", textOf(state, "statement_name")));
    if ((await readState(provider, state)) !== undefined)
      throw new TerraformFailure("the statement is still there");
  },
};

/** A phase on the way would be asked again after ten seconds; without an engine none is needed. */
async function expectPhase(provider: Provider, block: Attributes, phases: readonly string[]): Promise<void> {
  const json = readJson(accept(await send(provider, block, "GET", textOf(block, "statement_name"))));
  const phase = textAt(json, "status.phase");
  if (!phases.includes(phase))
    throw new TerraformFailure(`the statement is ${phase}: ${optionalTextAt(json, "status.detail")}`);
}

/** All of the spec has to be echoed; properties that begin with `sql.secrets` are not read. */
async function readState(provider: Provider, known: Attributes): Promise<Attributes | undefined> {
  const answer = await send(provider, known, "GET", textOf(known, "statement_name"));
  if (isGone(answer)) return undefined;
  const json = readJson(accept(answer));
  judgeMetadata(json);
  textAt(json, "organization_id");
  textAt(json, "environment_id");
  const properties = Object.entries(objectAt(json, "spec.properties")).filter(
    ([name]) => !name.startsWith("sql.secrets"),
  );
  for (const offset of Object.values(valueAt(json, "status.latest_offsets") ?? {})) {
    if (typeof offset !== "string") throw new TerraformFailure("latest_offsets is not a map of strings");
  }
  return {
    ...known,
    statement_name: textAt(json, "name"),
    statement: textAt(json, "spec.statement"),
    properties: Object.fromEntries(properties.sort()),
    compute_pool_seen: textAt(json, "spec.compute_pool_id"),
    principal_seen: textAt(json, "spec.principal"),
    stopped: valueAt(json, "spec.stopped") === true,
  };
}

function send(
  provider: Provider,
  attributes: Attributes,
  method: string,
  name: string | undefined,
  body?: object,
) {
  const place = placeOf(provider, attributes);
  return provider.sql(
    place.restEndpoint,
    place.credentials,
    method,
    sqlPath(place, "statements", name),
    body,
  );
}

function missing(): never {
  throw new TerraformFailure("a statement was not found after it was created");
}
