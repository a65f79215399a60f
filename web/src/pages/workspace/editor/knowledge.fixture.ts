import { catalogue } from "../../../../../src/connections/catalogue.ts";
import { sqlKnowledge } from "../sql-knowledge.ts";

/** Of this server's types. */
export const { vocabulary } = sqlKnowledge(catalogue());
