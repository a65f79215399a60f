import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "./find-browser.ts";
import { look } from "./look.ts";
import { environmentPath, type OpenConsole, openConsole } from "./open-console.ts";
import { fillShowcase, makeShowcase } from "./showcase.ts";

const connections = `${environmentPath}/connections`;
const oneConnection = `${connections}/aws.us-east-1/support-openai`;

/** Every page with something on it, and what has to be there before it is looked at. */
const pages: readonly {
  readonly name: string;
  readonly path: string;
  readonly ready: (page: Page) => Promise<unknown>;
}[] = [
  {
    name: "connections",
    path: connections,
    ready: (page) => page.getByRole("link", { name: "weather" }).waitFor(),
  },
  {
    name: "connections-nothing-found",
    path: `${connections}?search=nothing`,
    ready: text("No connection is like that"),
  },
  { name: "connection-overview", path: oneConnection, ready: text("in the last 30 days") },
  {
    name: "connection-unreachable",
    path: `${connections}/aws.us-east-1/orders`,
    ready: text(/Look for a typing error in the host name/),
  },
  { name: "connection-use", path: `${oneConnection}?tab=use`, ready: text("By HTTP, through Keymoor") },
  { name: "connection-dependants", path: `${oneConnection}?tab=dependants`, ready: row("answers") },
  { name: "connection-credential", path: `${oneConnection}?tab=credential`, ready: row("Current") },
  { name: "connection-audit", path: `${oneConnection}?tab=audit`, ready: row("connection.create") },
  {
    name: "connection-edit",
    path: `${oneConnection}/edit`,
    ready: text("The old credential is compromised"),
  },
  {
    name: "connection-gone",
    path: `${connections}/aws.us-east-1/gone`,
    ready: text("There is no such connection"),
  },
  {
    name: "new-service",
    path: `${connections}/new`,
    ready: (page) => page.getByRole("button", { name: /^OpenAI/ }).waitFor(),
  },
  { name: "environments", path: "/environments", ready: row("default") },
  {
    name: "workspace",
    path: `${environmentPath}/workspace`,
    ready: (page) => page.locator(".cm-content").waitFor(),
  },
  { name: "users", path: "/access/users", ready: row("grace@example.com") },
  { name: "service-accounts", path: "/access/service-accounts", ready: row("orders") },
  { name: "api-keys", path: "/access/api-keys", ready: row("CLOUDKEY") },
  { name: "use-tokens", path: "/access/use-tokens", ready: row("support service") },
  { name: "roles", path: "/access/roles", ready: row("OrganizationAdmin") },
  { name: "identity-pools", path: "/access/identity-pools", ready: heading("Identity pools") },
  { name: "audit", path: "/audit", ready: row("session.create") },
  { name: "types", path: "/types", ready: text("Elasticsearch") },
  { name: "type", path: "/types/openai", ready: heading("OpenAI") },
  { name: "tools", path: "/tools", ready: heading("Use your tools") },
  { name: "account", path: "/account", ready: heading("Your account") },
  { name: "no-such-page", path: "/no/such/page", ready: text("There is no page at this address") },
  {
    name: "no-access",
    path: "/environments/env-nobody/connections",
    ready: text("You have no role in this environment"),
  },
];

describe.skipIf(findBrowser() === undefined)("the look of the console", { timeout: 120_000 }, () => {
  let filled: OpenConsole;
  let empty: OpenConsole;

  beforeAll(async () => {
    [filled, empty] = await Promise.all([openShowcase(), openConsole()]);
  }, 60_000);

  afterAll(async () => {
    await filled.close();
    await empty.close();
  });

  it.each(pages)("is right on the page $name", async ({ name, path, ready }) => {
    const page = await filled.visit();
    await page.goto(path);
    await ready(page);
    await look(page, name);
  });

  it("is right where one signs in", async () => {
    const page = await empty.visit({ as: "nobody" });
    await page.goto("/sign-in");
    await page.getByRole("heading", { name: "Sign in to Keymoor" }).waitFor();
    await look(page, "sign-in");
    await page.getByLabel("Email").fill("dev@example.com");
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await look(page, "sign-in-refused");
    await page.goto("/invite");
    await page.getByRole("heading", { name: "This link is not complete" }).waitFor();
    await look(page, "invite-incomplete");
  });

  it("is right where nothing is yet", async () => {
    const page = await empty.visit();
    await page.goto(connections);
    await page.getByText("No connections here yet").waitFor();
    await look(page, "connections-empty");
    await page.goto("/access/use-tokens");
    await page.getByText("No use tokens here yet").waitFor();
    await look(page, "use-tokens-empty");
  });

  it("is right in each step of adding a connection", async () => {
    const page = await empty.visit();
    await page.goto(`${connections}/new`);
    await page.getByRole("button", { name: /^OpenAI/ }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("An endpoint is needed.").waitFor();
    await look(page, "new-credentials-errors");
    await page.getByLabel("Endpoint").fill("https://api.openai.com/v1/chat/completions");
    await page.getByLabel("API key", { exact: true }).fill("sk-0123456789");
    await look(page, "new-credentials");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Name", { exact: true }).waitFor();
    await look(page, "new-review");
    await page.getByRole("button", { name: "Create connection" }).click();
    await page.getByRole("heading", { name: /my-openai is created/ }).waitFor();
    await look(page, "new-launched");
  });

  it("is right after a statement was run", async () => {
    const page = await filled.visit();
    await page.goto(`${environmentPath}/workspace`);
    await page.locator(".cm-content").click();
    await page.keyboard.insertText(
      "CREATE CONNECTION `returns-openai` WITH (\n  'type' = 'openai',\n  'endpoint' = 'https://api.openai.com/v1/chat/completions',\n  'api-key' = 'sk-0123456789'\n);\n\n",
    );
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByText("The value is sealed and cannot be shown again.").waitFor();
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.insertText("SHOW CONNECTIONS;");
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByRole("table", { name: "Result" }).getByText("returns-openai").waitFor();
    await look(page, "workspace-run");
  });

  it("is right in menus, dialogs and the drawer", async () => {
    const page = await filled.visit();
    await page.goto(connections);
    await page.getByRole("button", { name: "Actions for orders" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).waitFor();
    await look(page, "connections-menu");
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page
      .getByRole("dialog", { name: "Delete orders" })
      .getByText("No stored definition names it.")
      .waitFor();
    await look(page, "connection-delete");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Open navigation" }).click();
    await page.getByRole("dialog", { name: "Navigation" }).waitFor();
    await page.screenshot({
      path: join(import.meta.dirname, "../../test-output/console/drawer-390-light.png"),
    });
    expect(await page.getByRole("dialog", { name: "Navigation" }).getByRole("link").count()).toBeGreaterThan(
      4,
    );
  });

  it("is right while something is being loaded, and where it could not be", async () => {
    const page = await filled.visit();
    const list = /\/keymoor\/v1\/organizations\/.*\/connections\?/;
    await page.route(list, () => undefined);
    await page.goto(connections);
    await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
    await look(page, "connections-loading");
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.route(list, (route) => route.abort("connectionrefused"));
    await page.reload();
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    await look(page, "connections-not-loaded");
  });
});

async function openShowcase(): Promise<OpenConsole> {
  const first = await openConsole();
  await makeShowcase(first.server);
  return await first.restart(() => fillShowcase(join(first.folder, "data")));
}

function text(words: string | RegExp) {
  return (page: Page) => page.getByText(words).first().waitFor();
}

function row(words: string) {
  return (page: Page) =>
    page
      .getByRole("row", { name: new RegExp(words.replaceAll(".", "\\.")) })
      .first()
      .waitFor();
}

function heading(name: string) {
  return (page: Page) => page.getByRole("heading", { name, level: 1 }).waitFor();
}
