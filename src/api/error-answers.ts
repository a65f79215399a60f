import { type TSchema, Type } from "@sinclair/typebox";
import { type ErrorCode, errorTable } from "../errors.ts";

const ErrorBody = Type.Object(
  {
    errors: Type.Array(
      Type.Object({
        id: Type.String({ description: "Id of the request, also in `X-Request-Id`." }),
        status: Type.String({ description: "HTTP status, as text." }),
        code: Type.String({ description: "What happened, for programs. Codes are forever." }),
        title: Type.String({ description: "What happened, in a few words." }),
        detail: Type.String({ description: "What happened to which thing, and what to do." }),
        source: Type.Object(
          {
            pointer: Type.Optional(Type.String({ description: "JSON pointer to the field at fault." })),
            parameter: Type.Optional(Type.String({ description: "Parameter at fault." })),
            line: Type.Optional(Type.Integer({ description: "Line in the statement's text, from 1." })),
            column: Type.Optional(Type.Integer({ description: "Column in the statement's text, from 1." })),
          },
          { description: "Where the fault lies, as far as it lies in one place." },
        ),
      }),
    ),
  },
  {
    title: "Error",
    description: "Every refusal and failure has this body.",
    examples: [
      {
        errors: [
          {
            id: "0b0f4c1e-5d6f-4f1a-9d55-2a0c7e1b3c11",
            status: "404",
            code: "connection_not_found",
            title: errorTable.connection_not_found.title,
            detail: 'Connection "my-openai" does not exist in aws.us-east-1 of this environment.',
            source: {},
          },
        ],
      },
    ],
  },
);

/** Answers of a route that are errors, by status, each with the codes that it may have: for the OpenAPI document. */
export function errorAnswers(
  codes: readonly ErrorCode[],
): Record<string, { description: string; schema: TSchema }> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = errorTable[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, some]) => [
        String(status),
        {
          description: some.map((code) => `\`${code}\`: ${errorTable[code].meaning}`).join("\n\n"),
          schema: ErrorBody,
        },
      ]),
  );
}
