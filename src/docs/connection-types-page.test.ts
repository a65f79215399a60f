import { describe, expect, test } from "vitest";
import { judgeConnection } from "../connections/judge-connection.ts";
import { connectionTypes } from "../connections/types/index.ts";
import { optionKeys } from "../connections/vocabulary.ts";
import { parseConnectionStatement } from "../sql/parse-connection-statement.ts";
import { connectionTypesPage, exampleStatement } from "./connection-types-page.ts";

const examples = connectionTypes.flatMap((type) =>
  type.auth.map((method) => ({ type, method, title: `${type.name}, ${method.label}` })),
);

describe("the page of connection types", () => {
  test("shows every example that is judged below, and no other", () => {
    const shown = [...connectionTypesPage().matchAll(/```sql\n([\s\S]*?);\n```/g)].map(([, text]) => text);
    expect(shown).toEqual(examples.map(({ type, method }) => exampleStatement(type, method)));
  });

  test.each(examples)("$title: its example is a connection of that type and way", ({ type, method }) => {
    const statement = parseConnectionStatement(exampleStatement(type, method), optionKeys());
    if (statement.kind !== "create") throw new Error("not a CREATE CONNECTION");
    const options = new Map(statement.options.map(({ key, value }) => [key, value]));
    const [typeName, endpoint] = ["type", "endpoint"].map((key) => options.get(key)?.reveal());
    options.delete("type");
    options.delete("endpoint");
    const judged = judgeConnection({ type: typeName ?? "", endpoint, options });
    expect(judged.type).toBe(type);
    expect(judged.credential.method).toBe(method.name);
    if (type.call.kind !== "none") expect(type.refuseCall?.(judged.options)).toBeUndefined();
  });
});
