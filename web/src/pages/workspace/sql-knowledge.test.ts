import { expect, test } from "vitest";
import { catalogue } from "../../../../src/connections/catalogue.ts";
import { optionKeys } from "../../../../src/connections/vocabulary.ts";
import { sqlKnowledge } from "./sql-knowledge.ts";

test("the editor masks by the very vocabulary of the server", () => {
  expect(sqlKnowledge(catalogue()).vocabulary).toEqual(optionKeys());
});
