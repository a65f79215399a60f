import { nextToken, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { type FlinkPlace, sqlPath } from "./flink-place.ts";
import { accept, type Provider, TerraformFailure } from "./provider.ts";
import type { Attributes } from "./resource.ts";

/** Data sources, each read whenever the configuration is refreshed (contract/terraform.md 2, 4). */
export const data = {
  /** There is no call for organizations: the id is cut out of the first environment's CRN. */
  organization: async (provider: Provider): Promise<Attributes> => {
    const json = readJson(accept(await provider.control("GET", "/org/v2/environments")));
    const crn = textAt(json, "data.0.metadata.resource_name");
    const id = /^crn:\/\/[^/]+\/organization=([^/]+)\/environment=/.exec(crn)?.[1];
    if (id === undefined) throw new TerraformFailure("the CRN names no organization");
    return { id, resource_name: crn.slice(0, crn.indexOf("/environment=")) };
  },

  /** Exactly one item may come back. */
  region: async (provider: Provider, cloud: string, region: string): Promise<Attributes> => {
    const items = await provider.list("/fcpm/v2/regions", { cloud, region_name: region });
    const [item] = items;
    if (item === undefined || items.length > 1) throw new TerraformFailure(`found ${items.length} regions`);
    return {
      id: textAt(item, "id"),
      api_version: textAt(item, "api_version"),
      kind: textAt(item, "kind"),
      cloud: textAt(item, "cloud"),
      region: textAt(item, "region_name"),
      rest_endpoint: textAt(item, "http_endpoint"),
    };
  },

  environments: async (provider: Provider): Promise<readonly string[]> =>
    (await provider.list("/org/v2/environments")).map((item) => textAt(item, "id")),

  environmentById: async (provider: Provider, id: string): Promise<string> =>
    textAt(readJson(accept(await provider.control("GET", `/org/v2/environments/${id}`))), "display_name"),

  /** The client looks for the name itself. */
  environmentByName: async (provider: Provider, name: string): Promise<string> =>
    idOf(await provider.list("/org/v2/environments"), "display_name", name),

  computePoolByName: async (provider: Provider, environment: string, name: string): Promise<string> =>
    idOf(await provider.list("/fcpm/v2/compute-pools", { environment }), "spec.display_name", name),

  /** The server filters, and no page size is asked for. */
  serviceAccountByName: async (provider: Provider, name: string): Promise<string> => {
    const query = { display_name: name };
    const answer = await provider.control("GET", "/iam/v2/service-accounts", undefined, query);
    return textAt(readJson(accept(answer)), "data.0.id");
  },

  /** One by its name out of the pages of all, or nothing, which is no error. */
  connection: async (
    provider: Provider,
    place: FlinkPlace,
    name: string,
    type?: string,
  ): Promise<Attributes | undefined> => {
    const found: unknown[] = [];
    let token: string | undefined;
    do {
      const query = { page_size: "99", "spec.connection_type": type, page_token: token };
      const path = sqlPath(place, "connections");
      const answer = await provider.sql(place.restEndpoint, place.credentials, "GET", path, undefined, query);
      const page = readJson(accept(answer, [400, 401, 403, 404]));
      // The provider dies of a missing one here, on every page.
      token = nextToken(page);
      const items = valueAt(page, "data");
      if (Array.isArray(items)) found.push(...items.filter((item) => textAt(item, "name") === name));
    } while (token !== undefined);
    if (found.length > 1) throw new TerraformFailure(`${found.length} connections of one name`);
    const [item] = found;
    if (item === undefined) return undefined;
    return {
      endpoint: textAt(item, "spec.endpoint"),
      type: textAt(item, "spec.connection_type"),
      data: optionalTextAt(item, "spec.auth_data.data"),
      status: optionalTextAt(item, "status.phase"),
      status_detail: optionalTextAt(item, "status.detail"),
    };
  },
};

function idOf(items: readonly unknown[], path: string, name: string): string {
  const found = items.filter((item) => textAt(item, path) === name);
  if (found.length !== 1) throw new TerraformFailure(`found ${found.length} of the name`);
  return textAt(found[0], "id");
}
