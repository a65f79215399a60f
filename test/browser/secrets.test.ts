import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionBody, sqlV1 } from "../fixtures/server-process.ts";
import { type FakeModelService, startFakeModelService } from "./fake-model-service.ts";
import { findBrowser } from "./find-browser.ts";
import { administrator, environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

const connections = `${environmentPath}/connections`;

/**
 * A secret of its own goes through every flow of the console. Afterwards it may be in nothing that the browser shows or keeps, in
 * no answer, log line or file of the server, and in no request but the one that carries it.
 */
describe.skipIf(findBrowser() === undefined)("a secret typed into the console", { timeout: 120_000 }, () => {
  let console: OpenConsole;
  let service: FakeModelService;
  const secrets: string[] = [];

  beforeAll(async () => {
    service = await startFakeModelService();
    console = await openConsole({ KEYMOOR_VERIFY: "on", KEYMOOR_EGRESS_ALLOW: "127.0.0.1" });
    await console.server.send("POST", `${sqlV1}/connections`, connectionBody("taken", "sk-0123456789"));
  }, 60_000);

  afterAll(async () => {
    service.close();
    await console.close();
  });

  function secret(): string {
    const value = `${service.keyPrefix}cnry-${crypto.randomUUID()}`;
    secrets.push(value);
    return value;
  }

  it("is afterwards in nothing that anybody could look into", async () => {
    const page = await console.visit({ as: "nobody" });
    const watch = watchTraffic(page);
    await signIn(page, secret(), administrator.password);
    await create(page, "made", secret());
    await watch.lookInto("after a creation");
    await create(page, "taken", secret());
    await page.getByText(/"taken".*already exists/).waitFor();
    await page.goto(connections);
    await page.getByRole("link", { name: "made" }).waitFor();
    await watch.lookInto("after a refusal");
    await rotate(page, "made", secret());
    await watch.lookInto("after a rotation");
    await runSql(page, secret(), "CREATE CONNECTION by_sql", /The value is sealed/);
    await watch.lookInto("after a statement");
    await runSql(page, secret(), "CREATE CONNECTION taken", /The value was masked/);
    await watch.lookInto("after a statement that was refused");
    await page.goto(`${environmentPath}/workspace`);
    await page.locator(".cm-content").waitFor();
    await watch.lookInto("after a reload");
    await page.goto(`${connections}/aws.us-east-1/made?tab=audit`);
    await page
      .getByRole("row", { name: /connection\.rotate|connection\.update/ })
      .first()
      .waitFor();
    await watch.lookInto("in the audit trail");
    await console.server.end();

    const { looks, answers, requests } = await watch.end();
    const places = [
      ...looks,
      ...answers,
      { place: "the server's output", text: console.server.output() },
      ...filesBelow(console.folder).map((file) => ({ place: file, text: readFileSync(file, "latin1") })),
    ];
    const found = secrets.flatMap((value, number) =>
      places.filter(({ text }) => text.includes(value)).map(({ place }) => `secret ${number} in ${place}`),
    );
    expect(found).toEqual([]);
    // Bodies alone carry them, and each goes where it belongs.
    for (const [number, value] of secrets.entries()) {
      const carrying = requests
        .filter(({ body }) => body.includes(value))
        .map(({ method, path }) => `${method} ${path}`);
      expect({ number, carrying }).not.toEqual({ number, carrying: [] });
      expect(carrying.filter((request) => !carriers.test(request))).toEqual([]);
      expect(requests.filter(({ head }) => head.includes(value))).toEqual([]);
    }
    // The canary proves nothing unless secrets do arrive where they belong.
    expect(service.shown).toContain(`Bearer ${secrets[1]}`);
  });

  async function create(page: Page, name: string, key: string): Promise<void> {
    await page.goto(`${connections}/new?step=credentials&type=openai`);
    await page.getByLabel("Endpoint").fill(service.endpoint);
    await page.getByLabel("API key", { exact: true }).fill(key);
    await page.getByRole("button", { name: "Show API key" }).click();
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("Ready", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Create connection" }).click();
    if (name !== "taken")
      await page.getByRole("heading", { name: `${name} is created in AWS us-east-1` }).waitFor();
  }

  async function rotate(page: Page, name: string, key: string): Promise<void> {
    await page.goto(`${connections}/aws.us-east-1/${name}/edit`);
    await page.getByLabel("API key", { exact: true }).fill(key);
    await page.getByRole("button", { name: "Rotate credential" }).click();
    await page.getByText(`Credential of ${name} rotated`, { exact: true }).first().waitFor();
  }

  async function runSql(page: Page, key: string, words: string, note: RegExp): Promise<void> {
    await page.goto(`${environmentPath}/workspace`);
    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(
      `${words} WITH ('type' = 'openai', 'endpoint' = '${service.endpoint}', 'api-key' = '${key}');`,
    );
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByText(note).waitFor();
  }
});

/** The requests that have a secret in their body. */
const carriers =
  /^(POST \/keymoor\/v1\/session|POST \/keymoor\/v1\/.*\/connection-checks|(POST|PUT) \/sql\/v1\/.*\/connections(\/made)?|POST \/sql\/v1\/.*\/statements)$/;

async function signIn(page: Page, wrong: string, right: string): Promise<void> {
  await page.goto("/sign-in");
  for (const password of [wrong, right]) {
    await page.getByLabel("Email").fill(administrator.email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    if (password === wrong) await page.getByRole("alert").waitFor();
  }
  await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
}

interface Look {
  readonly place: string;
  readonly text: string;
}

function watchTraffic(page: Page) {
  const looks: Look[] = [];
  const requests: {
    readonly method: string;
    readonly path: string;
    readonly head: string;
    readonly body: string;
  }[] = [];
  const answers: Promise<Look>[] = [];
  const addresses: string[] = [];
  page.on("console", (message) => looks.push({ place: "the browser's console", text: message.text() }));
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    requests.push({
      method: request.method(),
      path: pathname,
      head: `${request.url()} ${JSON.stringify(request.headers())}`,
      body: request.postData() ?? "",
    });
  });
  page.on("response", (answer) => {
    const place = `the answer to ${answer.request().method()} ${answer.url()}`;
    const read = answer.text().catch(() => ""); // of a page that was left meanwhile
    answers.push(read.then((text) => ({ place, text: `${text} ${JSON.stringify(answer.headers())}` })));
  });
  return {
    /** Everything that the page shows, holds or keeps now. */
    lookInto: async (when: string) => {
      for (const frame of page.frames())
        looks.push({ place: `a frame ${when}`, text: await frame.evaluate(everything) });
      const kept = await page.context().storageState({ indexedDB: true });
      looks.push({ place: `storage ${when}`, text: JSON.stringify(kept) });
    },
    end: async () => ({
      looks: [...looks, { place: "the history", text: addresses.join("\n") }],
      answers: await Promise.all(answers),
      requests,
    }),
  };
}

/** Runs in the page: markup with all attributes, what stands in fields, storage of the tab, and the state of its history. */
function everything(): string {
  const fields = [...document.querySelectorAll("input, textarea, select")].map((field) =>
    "value" in field ? String(field.value) : "",
  );
  return [
    document.documentElement.outerHTML,
    ...fields,
    JSON.stringify({ ...sessionStorage }),
    JSON.stringify({ ...localStorage }),
    JSON.stringify(history.state),
    document.cookie,
    location.href,
  ].join("\n");
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
