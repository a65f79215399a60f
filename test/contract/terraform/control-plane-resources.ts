import { optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { accept, isGone, judgeMetadata, type Provider, TerraformFailure } from "./provider.ts";
import { type Attributes, given, type Resource, textOf } from "./resource.ts";

/** Calls of an object that stands under its id (contract/terraform.md 4). */
function calls(path: string, stateOf: (json: unknown) => Attributes) {
  const read = async (provider: Provider, id: string, query?: Readonly<Record<string, string>>) => {
    const answer = await provider.control("GET", `${path}/${id}`, undefined, query);
    if (isGone(answer)) return undefined;
    const json = readJson(accept(answer));
    judgeMetadata(json);
    return stateOf(json);
  };
  return {
    read,
    /** Only the id counts; what else the state holds comes from the GET that follows. */
    create: async (provider: Provider, body: object) => {
      const json = readJson(accept(await provider.control("POST", path, body)));
      judgeMetadata(json);
      return { id: textAt(json, "id"), json };
    },
    found: async (provider: Provider, id: string, query?: Readonly<Record<string, string>>) => {
      const state = await read(provider, id, query);
      if (state === undefined) throw new TerraformFailure(`${path}/${id} was not found after it was created`);
      return state;
    },
    patch: async (provider: Provider, id: string, body: object) => {
      accept(await provider.control("PATCH", `${path}/${id}`, body));
    },
    delete: async (provider: Provider, id: string, query?: Readonly<Record<string, string>>) => {
      accept(await provider.control("DELETE", `${path}/${id}`, undefined, query));
    },
  };
}

const environmentCalls = calls("/org/v2/environments", (json) => {
  const id = textAt(json, "id");
  const crn = textAt(json, "metadata.resource_name");
  if (!crn.endsWith(`/environment=${id}`)) throw new TerraformFailure("the CRN is not the environment's");
  return { id, display_name: textAt(json, "display_name"), resource_name: crn };
});

export const environment: Resource = {
  type: "confluent_environment",
  forceNew: [],
  create: async (provider, block) => {
    const { id } = await environmentCalls.create(provider, { display_name: textOf(block, "display_name") });
    return await environmentCalls.found(provider, id);
  },
  read: (provider, state) => environmentCalls.read(provider, textOf(state, "id")),
  update: async (provider, state, block, changed) => {
    const id = textOf(state, "id");
    await environmentCalls.patch(
      provider,
      id,
      Object.fromEntries(changed.map((name) => [name, block[name]])),
    );
    return await environmentCalls.found(provider, id);
  },
  delete: (provider, state) => environmentCalls.delete(provider, textOf(state, "id")),
  import: (provider, id) => environmentCalls.found(provider, id),
};

const accountCalls = calls("/iam/v2/service-accounts", (json) => ({
  id: textAt(json, "id"),
  display_name: textAt(json, "display_name"),
  description: optionalTextAt(json, "description"),
  // These two become the owner of an API key.
  api_version: textAt(json, "api_version"),
  kind: textAt(json, "kind"),
}));

export const serviceAccount: Resource = {
  type: "confluent_service_account",
  forceNew: ["display_name"],
  create: async (provider, block) => {
    const body = { display_name: textOf(block, "display_name"), ...given(block, "description") };
    const { id } = await accountCalls.create(provider, body);
    return await accountCalls.found(provider, id);
  },
  read: (provider, state) => accountCalls.read(provider, textOf(state, "id")),
  update: async (provider, state, block, changed) => {
    const id = textOf(state, "id");
    await accountCalls.patch(provider, id, Object.fromEntries(changed.map((name) => [name, block[name]])));
    return await accountCalls.found(provider, id);
  },
  delete: (provider, state) => accountCalls.delete(provider, textOf(state, "id")),
  import: (provider, id) => accountCalls.found(provider, id),
};

const bindingCalls = calls("/iam/v2/role-bindings", (json) => ({
  id: textAt(json, "id"),
  principal: textAt(json, "principal"),
  role_name: textAt(json, "role_name"),
  crn_pattern: textAt(json, "crn_pattern"),
}));

export const roleBinding: Resource = {
  type: "confluent_role_binding",
  forceNew: ["principal", "role_name", "crn_pattern"],
  create: async (provider, block) => {
    const { id } = await bindingCalls.create(provider, {
      principal: textOf(block, "principal"),
      role_name: textOf(block, "role_name"),
      crn_pattern: textOf(block, "crn_pattern"),
    });
    return await bindingCalls.found(provider, id);
  },
  read: (provider, state) => bindingCalls.read(provider, textOf(state, "id")),
  update: () => Promise.reject(new Error("every change of a role binding makes a new one")),
  delete: (provider, state) => bindingCalls.delete(provider, textOf(state, "id")),
};

const poolCalls = calls("/fcpm/v2/compute-pools", (json) => ({
  id: textAt(json, "id"),
  display_name: textAt(json, "spec.display_name"),
  cloud: textAt(json, "spec.cloud").toUpperCase(),
  region: textAt(json, "spec.region"),
  environment: textAt(json, "spec.environment.id"),
  max_cfu: valueAt(json, "spec.max_cfu"),
  default_pool: valueAt(json, "spec.default_pool") === true,
  phase: textAt(json, "status.phase"),
}));

export const computePool: Resource = {
  type: "confluent_flink_compute_pool",
  forceNew: ["cloud", "region", "environment"],
  create: async (provider, block) => {
    const environment = textOf(block, "environment");
    const { id } = await poolCalls.create(provider, {
      spec: {
        display_name: textOf(block, "display_name"),
        cloud: textOf(block, "cloud"),
        region: textOf(block, "region"),
        max_cfu: block.max_cfu ?? 0,
        default_pool: false,
        enable_ai: false,
        environment: { id: environment, related: "", resource_name: "" },
      },
    });
    // PROVISIONING would be asked again after a minute, anything else fails.
    const state = await poolCalls.found(provider, id, { environment });
    if (state.phase !== "PROVISIONED") throw new TerraformFailure(`compute pool is ${String(state.phase)}`);
    return state;
  },
  read: (provider, state) =>
    poolCalls.read(provider, textOf(state, "id"), { environment: textOf(state, "environment") }),
  update: async (provider, state, block, changed) => {
    const id = textOf(state, "id");
    const environment = textOf(state, "environment");
    await poolCalls.patch(provider, id, {
      spec: {
        ...Object.fromEntries(changed.map((name) => [name, block[name]])),
        default_pool: false,
        environment: { id: environment, related: "", resource_name: "" },
      },
    });
    return await poolCalls.found(provider, id, { environment });
  },
  delete: async (provider, state) => {
    const query = { environment: textOf(state, "environment") };
    await poolCalls.delete(provider, textOf(state, "id"), query);
    if ((await poolCalls.read(provider, textOf(state, "id"), query)) !== undefined)
      throw new TerraformFailure("the compute pool is still there");
  },
};

/** A missing api_version of the owner, or a missing resource, would make Terraform replace the key. */
const keyCalls = calls("/iam/v2/api-keys", (json) => {
  const environmentId = optionalTextAt(json, "spec.resource.environment");
  return {
    id: textAt(json, "id"),
    display_name: textAt(json, "spec.display_name"),
    description: optionalTextAt(json, "spec.description"),
    owner: {
      id: textAt(json, "spec.owner.id"),
      api_version: textAt(json, "spec.owner.api_version"),
      kind: textAt(json, "spec.owner.kind"),
    },
    managed_resource: {
      // Either form will do.
      id: textAt(json, "spec.resource.id").replace(/^env-\w+\./, ""),
      api_version: textAt(json, "spec.resource.api_version"),
      kind: textAt(json, "spec.resource.kind"),
    },
    environment_seen: environmentId,
  };
});

export const apiKey: Resource = {
  type: "confluent_api_key",
  forceNew: ["owner", "managed_resource", "environment"],
  create: async (provider, block) => {
    const owner = block.owner as { readonly id: string; readonly kind: string };
    const resource = block.managed_resource as Readonly<Record<string, string>> | undefined;
    const { id, json } = await keyCalls.create(provider, {
      spec: {
        display_name: textOf(block, "display_name"),
        description: block.description ?? "",
        owner: { id: owner.id, kind: owner.kind, related: "", resource_name: "" },
        ...(resource !== undefined && {
          resource: { ...resource, environment: block.environment, related: "", resource_name: "" },
        }),
      },
    });
    // Shown once, and the reason that the resource exists.
    const secret = textAt(json, "spec.secret");
    textAt(json, "spec.resource.id");
    return { ...(await keyCalls.found(provider, id)), ...given(block, "environment"), secret };
  },
  read: async (provider, state) => {
    const read = await keyCalls.read(provider, textOf(state, "id"));
    return read && { ...read, ...given(state, "environment"), secret: state.secret };
  },
  update: async (provider, state, block, changed) => {
    const id = textOf(state, "id");
    const spec = Object.fromEntries(changed.map((name) => [name, block[name]]));
    await keyCalls.patch(provider, id, { spec });
    return { ...(await keyCalls.found(provider, id)), ...given(block, "environment"), secret: state.secret };
  },
  delete: (provider, state) => keyCalls.delete(provider, textOf(state, "id")),
};
