import { type Static, Type } from "@sinclair/typebox";
import { regionEndpoint } from "../../operations/region-endpoint.ts";
import type { Services } from "../../operations/services.ts";
import { type Identity, whoami } from "../../operations/whoami.ts";
import { version } from "../../version.ts";
import { callerOf } from "../admission.ts";
import type { App } from "../app.ts";

const nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const Rights = Type.Array(Type.String(), {
  description: "What the caller may do there, in one region of it at least: such as `connection:manage`.",
});

const WhoAmI = Type.Object(
  {
    principal: Type.Object({
      id: Type.String({ description: "`u-...` or `sa-...`." }),
      kind: Type.Union([Type.Literal("user"), Type.Literal("service_account")]),
      name: Type.String(),
      email: nullable("Of a user, and never by a use token."),
    }),
    credential: Type.Object({
      kind: Type.Union(
        (["api_key", "use_token", "session", "identity_pool"] as const).map((word) => Type.Literal(word)),
      ),
      id: Type.String(),
      environment_id: nullable("The only one it holds in; null: a Cloud key."),
      cloud: nullable("In upper case; null: a Cloud key."),
      region: nullable("null: a Cloud key."),
      connections: Type.Union([Type.Array(Type.String()), Type.Null()], {
        description: "Those a use token may call through; null for an API key.",
      }),
    }),
    organization: Type.Object({ id: Type.String(), name: Type.String() }),
    environments: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), rights: Rights }), {
      description: "Those in which the caller may see connections or call through them.",
    }),
    rights: { ...Rights, description: "Those that hold in the whole organization." },
    regions: Type.Array(
      Type.Object({
        cloud: Type.String({ description: "In upper case." }),
        region: Type.String(),
        endpoint: Type.String({ description: "Origin of its API." }),
      }),
      { description: "Of the server, its default first; that of a Flink key or use token alone." },
    ),
    roles: Type.Array(
      Type.Object({
        role: Type.String(),
        environment_id: nullable("null: everywhere."),
        cloud: nullable("In upper case; null: in every region."),
        region: nullable("null: in every region."),
      }),
      { description: "Of the principal; empty for a use token." },
    ),
    server: Type.Object({ version: Type.String(), public_url: Type.String() }),
  },
  { title: "WhoAmI" },
);

/** The first question of every client: does my credential hold, and what for. */
export function addWhoAmIRoute(app: App, services: Services): void {
  app.get(
    "/keymoor/v1/whoami",
    {
      config: { access: "key" },
      schema: {
        tags: ["Server"],
        operationId: "whoAmI",
        summary: "Ask who one is",
        description:
          "Whom the credential belongs to and what it reaches. Takes whatever credential, and no right.",
        response: { 200: WhoAmI },
      },
    },
    async (request) => view(services, await whoami(services, callerOf(request))),
  );
}

function view(services: Services, identity: Identity): Static<typeof WhoAmI> {
  const { caller, principal, organization } = identity;
  const isToken = caller.via === "use_token";
  return {
    principal: {
      id: principal.id,
      kind: principal.kind,
      name: principal.name,
      // A token lies in a program, whose readers need not know how to write to its maker.
      email: isToken ? null : principal.email,
    },
    credential: {
      kind: caller.via === "cloud_key" || caller.via === "flink_key" ? "api_key" : caller.via,
      id: caller.credential,
      environment_id: caller.place?.environmentId ?? null,
      cloud: caller.place?.cloud.toUpperCase() ?? null,
      region: caller.place?.region ?? null,
      connections: caller.connections === undefined ? null : [...caller.connections],
    },
    organization: { id: organization.id, name: organization.name },
    environments: identity.environments.map(({ id, name, rights }) => ({ id, name, rights: [...rights] })),
    rights: [...identity.rights],
    regions: identity.regions.map((region) => ({
      cloud: region.cloud.toUpperCase(),
      region: region.region,
      endpoint: regionEndpoint(services, region),
    })),
    roles: identity.roles.map(({ role, environmentId, cloud, region }) => ({
      role,
      environment_id: environmentId,
      cloud: cloud?.toUpperCase() ?? null,
      region,
    })),
    server: { version, public_url: services.settings.publicUrl },
  };
}
