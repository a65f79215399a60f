import { Type } from "@sinclair/typebox";

/** Fields of bodies that several resources of the control plane take. */

/** Clients send back what they read. */
export const sentEnvelope = {
  api_version: Type.Optional(Type.String({ description: "What is sent is ignored." })),
  kind: Type.Optional(Type.String({ description: "What is sent is ignored." })),
  id: Type.Optional(Type.String({ description: "What is sent is ignored." })),
};

/** No line breaks and no control characters: names stand in tables and logs. */
export const displayName = Type.String({
  description: "1 to 200 characters, none of them a control character.",
  pattern: "^[^\\x00-\\x1f\\x7f]{1,200}$",
  examples: ["development"],
});

export const description = Type.String({ maxLength: 1000, description: "Empty when there is none." });

/** How official clients name another object. */
export const SentReference = Type.Object(
  {
    ...sentEnvelope,
    id: Type.String({ description: "Id of the object." }),
    environment: Type.Optional(Type.String({ description: "Id of its environment." })),
    related: Type.Optional(Type.String({ description: "What is sent is ignored." })),
    resource_name: Type.Optional(Type.String({ description: "What is sent is ignored." })),
  },
  { title: "SentReference", additionalProperties: false },
);

export const Reference = Type.Object(
  {
    id: Type.String(),
    environment: Type.Optional(Type.String()),
    related: Type.String({ description: "URL of the object." }),
    resource_name: Type.String({ description: "Confluent resource name." }),
    api_version: Type.String(),
    kind: Type.String(),
  },
  { title: "Reference" },
);
