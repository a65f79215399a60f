import { objectOf, readHead } from "./head.ts";
import { lex } from "./lex.ts";

/** What a statement is, as `status.traits.sql_kind` has it; `OTHER` for what begins like nothing we know. */
export function sqlKind(text: string): string {
  const { tokens } = lex(text);
  const head = readHead(text, tokens);
  const [verb = "", next = ""] = head;
  const object = objectOf(head);
  if (object !== undefined) return definedKinds.has(object) ? `${verb}_${object}` : "OTHER";
  switch (verb) {
    case "DESC":
    case "DESCRIBE":
      if (next === "EXTENDED" && head[2] === "CONNECTION") return "DESCRIBE_CONNECTION";
      return next === "CONNECTION" || describedKinds.has(next) ? `DESCRIBE_${next}` : "DESCRIBE_TABLE";
    case "SHOW":
      if (next === "CREATE") return definedKinds.has(head[2] ?? "") ? `SHOW_CREATE_${head[2]}` : "OTHER";
      return shownKinds.has(next) ? `SHOW_${next}` : "OTHER";
    case "INSERT":
      return next === "OVERWRITE" ? "INSERT_OVERWRITE" : "INSERT_INTO";
    case "EXECUTE":
      return head.includes("PLAN") ? "EXECUTE_PLAN" : "STATEMENT_SET";
    case "BEGIN":
    case "STATEMENT":
      return "STATEMENT_SET";
    case "WITH":
    case "VALUES":
    case "TABLE":
      return "SELECT";
    case "DELETE":
    case "EXPLAIN":
    case "RESET":
    case "SELECT":
    case "SET":
    case "UPDATE":
    case "USE":
      return verb;
    case "VALIDATE":
      return next === "CONNECTION" ? "VALIDATE_CONNECTION" : "OTHER";
    default:
      return "OTHER";
  }
}

const definedKinds: ReadonlySet<string> = new Set(
  "AGENT CATALOG CONNECTION DATABASE FUNCTION MODEL TABLE TOOL VIEW".split(" "),
);

const describedKinds: ReadonlySet<string> = new Set([
  "AGENT",
  "CATALOG",
  "DATABASE",
  "FUNCTION",
  "MODEL",
  "TOOL",
]);

const shownKinds: ReadonlySet<string> = new Set(
  `AGENTS CATALOGS COLUMNS CONNECTIONS DATABASES FUNCTIONS JOBS MODELS MODULES PARTITIONS PROCEDURES TABLES TOOLS VIEWS`.split(
    " ",
  ),
);
