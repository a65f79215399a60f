import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BindingPlace, isRole, roles, roleTable } from "../src/access/rights.ts";
import { errorTable } from "../src/errors.ts";
import { readSeedFile } from "../src/operations/seed-file.ts";
import { fakeCheck } from "./fixtures/checks.ts";
import { type ApiFixture, openApi, sqlV1 } from "./fixtures/services.ts";

const root = join(import.meta.dirname, "..");
const pages = [
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
  "README.md",
];

interface Block {
  /** Such as `sql refused option_twice`. */
  readonly info: string;
  readonly text: string;
}

/**
 * The fenced blocks of docs/sql.md, run in their order. `sql` completes, `sql refused <code>` is answered with 400, `sql failed`
 * ends FAILED. Behind one of them `text` is the detail that the last statement ends with, `text stored` the text that is kept
 * of it, `text result` its rows.
 */
describe("the page on SQL", () => {
  const page = read("docs/sql.md");
  const blocks = blocksOf(page);
  const secretsDir = mkdtempSync(join(tmpdir(), "keymoor-docs-"));
  let api: ApiFixture;
  let count = 0;

  beforeAll(async () => {
    writeFileSync(join(secretsDir, "openai"), "sk-in-a-file-0123456789\n");
    api = await openApi({
      check: fakeCheck().check,
      secretsDir,
      env: { OPENAI_KEY: "sk-in-a-variable-0123456789" },
    });
  });

  afterAll(async () => {
    await api.close();
    rmSync(secretsDir, { recursive: true });
  });

  async function runStatement(statement: string) {
    count += 1;
    const answer = await api.send("POST", `${sqlV1}/statements`, {
      name: `docs-${count}`,
      spec: { statement },
    });
    return { name: `docs-${count}`, answer };
  }

  async function rowsOf(name: string): Promise<readonly string[]> {
    const { json } = await api.send("GET", `${sqlV1}/statements/${name}/results`);
    return json.results.data.map(({ row }: { row: readonly string[] }) => row.join(" "));
  }

  const examples = blocks.flatMap(({ info, text }, index) => {
    const [language, outcome = "completed", code] = info.split(" ");
    const next = blocks[index + 1];
    const shown = next !== undefined && /^text( stored| result)?$/.test(next.info) ? next : undefined;
    return language === "sql" ? [{ outcome, code, statements: statementsIn(text), shown }] : [];
  });

  it.each(examples)("$outcome $code: $statements.0", async ({ outcome, code, statements, shown }) => {
    expect(statements).not.toEqual([]);
    for (const [index, statement] of statements.entries()) {
      const { name, answer } = await runStatement(statement);
      const expected = index === statements.length - 1 ? shown : undefined;
      if (outcome === "refused") {
        expect([answer.status, answer.json.errors?.[0].code]).toEqual([400, code]);
        if (expected !== undefined) expect(answer.json.errors[0].detail).toBe(expected.text.trimEnd());
        continue;
      }
      expect(answer.json).toMatchObject({ status: { phase: outcome.toUpperCase() } });
      if (expected?.info === "text") expect(answer.json.status.detail).toBe(expected.text.trimEnd());
      if (expected?.info === "text stored")
        expect(answer.json.spec.statement.trimEnd()).toBe(expected.text.trimEnd());
      if (expected?.info === "text result")
        expect((await rowsOf(name)).join("\n")).toBe(expected.text.trimEnd());
    }
  });

  it("names the columns of DESCRIBE in their order", async () => {
    const columns = async (statement: string) => {
      const { answer } = await runStatement(statement);
      return answer.json.status.traits.schema.columns.map(({ name }: { name: string }) => name);
    };
    expect(await columns("VALIDATE CONNECTION search")).toEqual([
      "Name",
      "Status",
      "Status Detail",
      "Checked At",
    ]);
    const rows = [...page.matchAll(/^\| `([A-Z][A-Za-z0-9 ]+)` \| (yes)? ?\|/gm)].filter(
      ([line]) => !line.includes("TEMPORARY"),
    );
    expect(await columns("DESCRIBE CONNECTION EXTENDED search")).toEqual(rows.map(([, name]) => name));
    expect(await columns("DESCRIBE CONNECTION search")).toEqual(
      rows.filter(([, , isBasic]) => isBasic).map(([, name]) => name),
    );
  });
});

describe("the manual", () => {
  it.each(pages)("%s: its links lead to files and headings that exist", (path) => {
    for (const [, file = "", anchor] of read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const target = file === "" ? path : join(path, "..", file);
      const text = read(target);
      if (anchor === undefined) continue;
      const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
      expect(headings, `${target}#${anchor}`).toContain(anchor);
    }
  });

  it("walks through files that are there, and names every folder of the source", () => {
    const page = read("docs/architecture.md");
    const named = [...page.matchAll(/\*\*`([\w./-]+)`\*\*/g)].map(([, path = ""]) => path);
    const isThere = (path: string) => [path, join("src", path)].some((one) => existsSync(join(root, one)));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !isThere(path))).toEqual([]);
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    expect(folders.map(({ name }) => name).filter((name) => !page.includes(`| \`${name}/\` |`))).toEqual([]);
  });

  it("says of each role what it may be bound to", () => {
    const places: Readonly<Record<BindingPlace, string>> = {
      organization: "the organization",
      environment: "an environment",
      region: "a region of one",
      service_account: "that service account",
    };
    const rows = [...read("docs/access.md").matchAll(/^\| (\w+) \| [^|]+ \| ([^|]+) \|$/gm)];
    const told = rows.flatMap(([, role = "", where = ""]) => (isRole(role) ? [[role, where] as const] : []));
    expect(told.map(([role]) => role)).toEqual(roles);
    for (const [role, where] of told) {
      const named = Object.entries(places).flatMap(([place, words]) =>
        where.includes(words) ? [place] : [],
      );
      expect([role, named]).toEqual([role, roleTable[role].boundTo]);
    }
  });

  it("shows a seed file that is one", () => {
    const example = blocksOf(read("docs/configuration.md")).find(({ info }) => info === "yaml");
    const folder = mkdtempSync(join(tmpdir(), "keymoor-docs-"));
    writeFileSync(join(folder, "seed.yaml"), example?.text ?? "");
    const seed = readSeedFile(join(folder, "seed.yaml"));
    rmSync(folder, { recursive: true });
    expect(Object.keys(seed)).toHaveLength(9);
  });

  it.each(["docs/calls.md", "docs/rest.md"])("%s: its table of errors says what the source says", (path) => {
    const rows = [...read(path).matchAll(/^\| `([a-z_]+)` \| (\d{3}) \|/gm)];
    expect(rows.length).toBeGreaterThan(0);
    for (const [, code = "", status] of rows) {
      expect([code, String(errorTable[code as keyof typeof errorTable]?.status)]).toEqual([code, status]);
    }
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, info = "", text = ""]) => ({
    info,
    text,
  }));
}

/** A statement ends with a semicolon at the end of a line, or with its block. */
function statementsIn(text: string): readonly string[] {
  return text
    .split(/(?<=;)\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
