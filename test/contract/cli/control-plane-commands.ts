import { objectAt, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { accept, CliFailure, type CliSession } from "./session.ts";

/** `confluent environment ...`, `organization`, `flink region`, `flink endpoint`, `flink compute-pool` (contract/cli.md 3.2). */
export function controlPlaneCommands(session: CliSession) {
  const get = async (path: string, query?: Readonly<Record<string, string>>) =>
    readJson(accept(await session.v2("GET", path, undefined, query)));
  const send = async (
    method: string,
    path: string,
    body?: object,
    query?: Readonly<Record<string, string>>,
  ) => accept(await session.v2(method, path, body, query));
  const made = async (method: string, path: string, body: object) => readJson(await send(method, path, body));
  /** GET each, whose every failure is "not found", then DELETE. */
  const remove = async (path: string, kind: string, id: string, query?: Readonly<Record<string, string>>) => {
    if ((await session.v2("GET", `${path}/${id}`, undefined, query)).status !== 200)
      throw new CliFailure(`${kind} "${id}" not found`);
    await send("DELETE", `${path}/${id}`, undefined, query);
  };

  const environments = "/org/v2/environments";
  const pools = "/fcpm/v2/compute-pools";
  const inEnvironment = () => ({ environment: session.environment });

  return {
    environment: {
      list: () =>
        session.command("environment list", async () =>
          (await session.v2List(environments)).map(environmentRow(session)),
        ),
      use: (id: string) =>
        session.command("environment use", async () => {
          await get(`${environments}/${id}`);
          session.environment = id;
        }),
      describe: (id: string) =>
        session.command("environment describe", async () =>
          environmentRow(session)(await get(`${environments}/${id}`)),
        ),
      create: (name: string) =>
        session.command("environment create", async () =>
          environmentRow(session)(
            await made("POST", environments, {
              display_name: name,
              stream_governance_config: { package: "ESSENTIALS" },
            }),
          ),
        ),
      update: (id: string, name: string) =>
        session.command("environment update", async () =>
          environmentRow(session)(await made("PATCH", `${environments}/${id}`, { display_name: name })),
        ),
      delete: (id: string) =>
        session.command("environment delete", () => remove(environments, "environment", id)),
    },

    organization: {
      list: () =>
        session.command("organization list", async () =>
          (await session.v2List("/org/v2/organizations")).map(organizationRow),
        ),
      describe: () =>
        session.command("organization describe", async () =>
          organizationRow(await get(`/org/v2/organizations/${session.organization}`)),
        ),
    },

    region: {
      list: (cloud?: string) =>
        session.command("flink region list", async () =>
          (await session.v2List("/fcpm/v2/regions", { cloud })).map(regionRow),
        ),
      use: (cloud: string, region: string) =>
        session.command("flink region use", async () => {
          const found = (await session.v2List("/fcpm/v2/regions", { cloud, region_name: region })).map(
            regionRow,
          );
          if (found.length === 0) throw new CliFailure(`Flink region "${region}" is not available`);
          session.region = { cloud, region };
        }),
      /** As the later CLI asks: it looks for its upper-case cloud in the answer, letter by letter. */
      useLater: (cloud: string, region: string) =>
        session.command("flink region use", async () => {
          const query = { cloud: cloud.toUpperCase(), region_name: region };
          const found = (await session.v2List("/fcpm/v2/regions", query)).map(regionRow);
          if (!found.some((one) => one.cloud === cloud.toUpperCase() && one.region === region))
            throw new CliFailure(`Flink region "${region}" is not available`);
          session.region = { cloud, region };
        }),
    },

    endpoint: {
      list: () => session.command("flink endpoint list", () => publicEndpoints(session)),
      /** Taken only when it is, letter by letter, one of the list (contract/cli.md 9.9). */
      use: (endpoint: string) =>
        session.command("flink endpoint use", async () => {
          if (!(await publicEndpoints(session)).includes(endpoint))
            throw new CliFailure(`Flink endpoint "${endpoint}" is invalid`);
          session.endpoint = endpoint;
        }),
      /** As the later CLI asks: one list of endpoints, of which it shows those of type REST. */
      listLater: () =>
        session.command("flink endpoint list", async () => {
          const { cloud, region } = currentRegion(session);
          const query = {
            cloud: cloud.toUpperCase(),
            region,
            environment: session.environment,
            service: "FLINK",
          };
          const items = await session.v2List("/endpoint/v1/endpoints", query);
          return items
            .filter((item) => textAt(item, "endpoint_type") === "REST")
            .map((item) => textAt(item, "endpoint"));
        }),
    },

    computePool: {
      list: (region?: string) =>
        session.command("flink compute-pool list", async () =>
          (await session.v2List(pools, { ...inEnvironment(), "spec.region": region })).map(poolRow),
        ),
      describe: (id: string) =>
        session.command("flink compute-pool describe", async () =>
          poolRow(await get(`${pools}/${id}`, inEnvironment())),
        ),
      create: (name: string, { cloud, region }: { cloud: string; region: string }, maxCfu = 5) =>
        session.command("flink compute-pool create", async () =>
          poolRow(
            await made("POST", pools, {
              spec: {
                display_name: name,
                cloud,
                region,
                max_cfu: maxCfu,
                environment: { id: session.environment, related: "", resource_name: "" },
              },
            }),
          ),
        ),
      use: (id: string) =>
        session.command("flink compute-pool use", async () => {
          await get(`${pools}/${id}`, inEnvironment());
          session.computePool = id;
        }),
      update: (id: string, change: { name?: string; maxCfu?: number }) =>
        session.command("flink compute-pool update", async () => {
          const pool = poolRow(await get(`${pools}/${id}`, inEnvironment()));
          const environment = await get(`${environments}/${session.environment}`);
          return poolRow(
            await made("PATCH", `${pools}/${id}`, {
              id,
              spec: {
                max_cfu: change.maxCfu ?? pool.maxCfu,
                environment: {
                  id: session.environment,
                  related: optionalTextAt(environment, "metadata.self"),
                  resource_name: optionalTextAt(environment, "metadata.resource_name"),
                },
                ...(change.name !== undefined && { display_name: change.name }),
              },
            }),
          );
        }),
      delete: (id: string) =>
        session.command("flink compute-pool delete", () =>
          remove(pools, "Flink compute pool", id, inEnvironment()),
        ),
    },
  };
}

function environmentRow(session: CliSession) {
  return (json: unknown) => ({
    isCurrent: textAt(json, "id") === session.environment,
    id: textAt(json, "id"),
    name: textAt(json, "display_name"),
    governance: optionalTextAt(json, "stream_governance_config.package"),
  });
}

function organizationRow(json: unknown) {
  return {
    id: textAt(json, "id"),
    name: textAt(json, "display_name"),
    isJitEnabled: valueAt(json, "jit_enabled") === true,
  };
}

function regionRow(json: unknown) {
  return {
    cloud: textAt(json, "cloud"),
    region: textAt(json, "region_name"),
    name: optionalTextAt(json, "display_name"),
    endpoint: textAt(json, "http_endpoint"),
    privateEndpoint: optionalTextAt(json, "private_http_endpoint"),
  };
}

function poolRow(json: unknown) {
  // The spec and its environment are followed without looking.
  objectAt(json, "spec.environment");
  const maxCfu = valueAt(json, "spec.max_cfu");
  return {
    id: textAt(json, "id"),
    name: textAt(json, "spec.display_name"),
    environment: textAt(json, "spec.environment.id"),
    cloud: textAt(json, "spec.cloud"),
    region: textAt(json, "spec.region"),
    maxCfu: typeof maxCfu === "number" ? maxCfu : 0,
    status: optionalTextAt(json, "status.phase"),
  };
}

function currentRegion(session: CliSession): { readonly cloud: string; readonly region: string } {
  if (session.region === undefined) throw new CliFailure("Current Flink cloud provider or region is empty");
  return session.region;
}

/** Regions, and two lists of the network that have to be there, empty as they may be (contract/cli.md 3.2). */
async function publicEndpoints(session: CliSession): Promise<readonly string[]> {
  const { cloud, region } = currentRegion(session);
  const regions = await session.v2List("/fcpm/v2/regions", {
    cloud: cloud.toUpperCase(),
    region_name: region,
  });
  const environment = session.environment;
  await session.v2List("/networking/v1/private-link-attachments", { environment, "status.phase": "READY" });
  await session.v2List("/networking/v1/networks", {
    environment,
    "spec.cloud": cloud.toUpperCase(),
    "spec.region": region,
    "status.phase": "READY",
  });
  return regions.map((one) => textAt(one, "http_endpoint"));
}
