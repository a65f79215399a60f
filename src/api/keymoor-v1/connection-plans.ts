import { Type } from "@sinclair/typebox";
import { KeymoorError } from "../../errors.ts";
import { markConnection } from "../../operations/mark-connection.ts";
import { mostPlanned, planConnections } from "../../operations/plan-connections.ts";
import { Secret } from "../../secret.ts";
import { run, runNameFirst } from "../admission.ts";
import type { App } from "../app.ts";
import { textMap } from "../contract-object.ts";
import { environmentParams, environmentPath, namedParams } from "../environment-path.ts";
import { oneOf } from "../one-of.ts";
import { comment, managedBy } from "../saving-query.ts";
import { credentialErrors } from "../sql-v1/connections.ts";
import { ConnectionView, connectionView } from "./connection-view.ts";

const tags = ["Connections, in full"];
const place = {
  cloud: Type.String({ description: "In any case." }),
  region: Type.String(),
};
const optionMap = (description: string) =>
  Type.Optional(textMap({ description, mostKeys: 20, longestValue: 16_384 }));

const PlannedEntry = Type.Object(
  {
    name: Type.String(),
    ...place,
    type: Type.String({ description: "In any case." }),
    endpoint: Type.String(),
    comment: Type.Optional(comment),
    options: optionMap("Public options by their SQL keys, such as `transport-type`."),
    credential: optionMap("Fields of one way to authenticate by their SQL keys, such as `api-key`."),
  },
  { title: "PlannedEntry", additionalProperties: false },
);

export const NewConnectionPlan = Type.Object(
  {
    managed_by: managedBy,
    prune: Type.Optional(
      Type.Boolean({
        default: false,
        description: "Whether what is marked by this file and stands no more in it is to be deleted.",
      }),
    ),
    connections: Type.Array(PlannedEntry, {
      maxItems: mostPlanned,
      description: "What the file has, or a part of it.",
    }),
    also_kept: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), ...place }, { additionalProperties: false }), {
        maxItems: 10_000,
        description: "The rest of what the file has, which `prune` leaves alone.",
      }),
    ),
  },
  { title: "NewConnectionPlan", additionalProperties: false },
);

export const ConnectionPlan = Type.Object(
  {
    data: Type.Array(
      Type.Object({
        name: Type.String(),
        cloud: Type.String({ description: "In upper case." }),
        region: Type.String(),
        action: oneOf(["create", "rotate", "replace", "adopt", "unchanged", "delete"], {
          description:
            "`create`, `rotate` (its credential or a public option is another), `replace` (its type, endpoint or comment is), `adopt` (the same, and not marked by this file), `unchanged` or `delete`.",
        }),
        reason: Type.String({ description: "What is another; never a value." }),
        removed_options: Type.Array(Type.String(), {
          description: "Public options that a rotation has to give as empty.",
        }),
        managed_by: Type.Union([Type.String(), Type.Null()], {
          description:
            "The file that manages it so far, `file:NAME`; null: none, or there is no such connection.",
        }),
        uid: Type.Union([Type.String(), Type.Null()], { description: "null: there is no such connection." }),
        resource_version: Type.Union([Type.String(), Type.Null()], {
          description: "What was compared; sent with a change, it keeps another one from being overwritten.",
        }),
        unusable_references: Type.Array(
          Type.Object({
            option: Type.String(),
            detail: Type.String({ description: "Why; the reference itself is not repeated." }),
            hint: Type.Union([Type.String(), Type.Null()], { description: "What to do." }),
          }),
          { description: "References that this server cannot read now: the change would be refused." },
        ),
      }),
      { description: "In the order of the request, deletions last." },
    ),
  },
  { title: "ConnectionPlan" },
);

const Mark = Type.Object(
  { managed_by: Type.Union([managedBy, Type.Null()], { description: "null: no file manages it." }) },
  { title: "ConnectionMark", additionalProperties: false },
);

/** What a file that manages connections needs: the difference to what stands, and its mark. */
export function addConnectionPlanRoutes(app: App): void {
  app.post(
    `/keymoor/v1${environmentPath}/connection-plans`,
    {
      config: {
        access: planConnections,
        errors: [
          "contradiction",
          "invalid_name",
          "unknown_connection_type",
          "option_twice",
          ...credentialErrors,
          "endpoint_invalid",
          "resource_version_conflict",
        ],
      },
      schema: {
        tags,
        operationId: "planConnections",
        summary: "Compare connections with what stands",
        description:
          "Judges each entry as a creation does and says what would have to be done; references that cannot be read are listed with their entry. It stores nothing. Credentials are compared inside the server; the answer says only whether they are the same.",
        params: Type.Object(environmentParams),
        body: NewConnectionPlan,
        response: { 200: ConnectionPlan },
      },
    },
    async (request) => {
      const plan = await run(request, planConnections, () => {
        const { body } = request;
        return {
          managedBy: body.managed_by,
          prune: body.prune ?? false,
          alsoKept: body.also_kept ?? [],
          wanted: body.connections.map(({ options, credential, ...entry }, index) => ({
            ...entry,
            options: optionsOf(index, options ?? {}, credential ?? {}),
          })),
        };
      });
      return {
        data: plan.map((change) => ({
          name: change.name,
          cloud: change.cloud.toUpperCase(),
          region: change.region,
          action: change.action,
          reason: change.reason,
          removed_options: [...change.removedOptions],
          managed_by: change.managedBy,
          uid: change.compared?.uid ?? null,
          resource_version: change.compared === null ? null : String(change.compared.resourceVersion),
          unusable_references: change.unusableReferences.map(({ option, message, hint }) => ({
            option,
            detail: message,
            hint: hint ?? null,
          })),
        })),
      };
    },
  );

  app.put(
    `/keymoor/v1${environmentPath}/connections/:name/managed-by`,
    {
      config: { access: markConnection, errors: ["connection_not_found"] },
      schema: {
        tags,
        operationId: "markConnection",
        summary: "Say which file manages a connection",
        description: "Nothing else of the connection changes.",
        params: namedParams,
        body: Mark,
        response: { 200: ConnectionView },
      },
    },
    async (request) =>
      connectionView(
        await runNameFirst(request, markConnection, (_act, judgeBody) => ({
          name: request.params.name,
          managedBy: () => {
            judgeBody();
            return request.body.managed_by;
          },
        })),
      ),
  );
}

function optionsOf(
  index: number,
  options: Readonly<Record<string, string>>,
  credential: Readonly<Record<string, string>>,
): ReadonlyMap<string, Secret> {
  if (Object.keys(credential).some((key) => Object.hasOwn(options, key))) {
    // The key is not named: it is the caller's text, and key and value may have been swapped.
    throw new KeymoorError(
      "option_twice",
      `Entry ${index + 1}: one key stands in "options" and in "credential".`,
      { pointer: `/connections/${index}` },
    );
  }
  const given = Object.entries({ ...options, ...credential });
  return new Map(given.map(([key, value]) => [key, new Secret(value)]));
}
