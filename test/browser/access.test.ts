import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionBody, keymoorV1, sqlV1 } from "../fixtures/server-process.ts";
import { findBrowser } from "./find-browser.ts";
import { type OpenConsole, openConsole } from "./open-console.ts";

describe.skipIf(findBrowser() === undefined)("access in the console", { timeout: 60_000 }, () => {
  let console: OpenConsole;

  beforeAll(async () => {
    console = await openConsole();
    await console.server.send("POST", `${sqlV1}/connections`, connectionBody("shared", "sk-0123456789"));
  }, 60_000);

  afterAll(() => console.close());

  it("makes a service account, gives it a role and a key whose secret is shown this once", async () => {
    const page = await console.visit();
    await page.goto("/access/service-accounts");
    await page.getByRole("button", { name: "Create service account" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("orders");
    await dialog.getByLabel("Description").fill("writes orders");
    await dialog.getByRole("button", { name: "Create service account" }).click();
    await page.getByRole("row", { name: /orders/ }).waitFor();
    const id =
      (await page
        .getByRole("row", { name: /orders/ })
        .locator("code")
        .last()
        .textContent()) ?? "";

    await page.getByRole("link", { name: "Roles", exact: true }).click();
    await page.getByRole("button", { name: "Bind a role" }).click();
    await dialog.getByLabel("User or service account").selectOption(id);
    await dialog.getByRole("radio", { name: /FlinkDeveloper/ }).click();
    await dialog.getByRole("button", { name: "Bind role" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("row", { name: /orders.*FlinkDeveloper/ }).waitFor();

    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("button", { name: "Create API key" }).click();
    await dialog.getByLabel("Owner").selectOption(id);
    await dialog.getByLabel("Name", { exact: true }).fill("orders key");
    await dialog.getByRole("button", { name: "Create API key" }).click();
    await page.getByRole("dialog", { name: "API key created" }).waitFor();
    const [keyId = "", secret = ""] = await dialog.locator("dd code").allTextContents();
    // Neither a press beside it nor Escape may lose what is shown this once.
    await page.mouse.click(5, 5);
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    expect((await console.server.get(`${sqlV1}/connections/shared`, `${keyId}:${secret}`)).status).toBe(200);
    expect(await page.content()).not.toContain(secret);
    await page.getByRole("row", { name: /orders key/ }).waitFor();

    await page
      .getByRole("button", { name: new RegExp(`${keyId}`) })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const word = page.getByRole("dialog").getByRole("textbox");
    if (await word.isVisible()) await word.fill(keyId);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Delete/ })
      .click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect((await console.server.get(`${sqlV1}/connections/shared`, `${keyId}:${secret}`)).status).toBe(401);
  });

  it("makes a use token that lets through to the chosen connections, and revokes it", async () => {
    const page = await console.visit();
    await page.goto("/access/use-tokens");
    await page.getByRole("button", { name: "Create use token" }).first().click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Create use token" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Name").fill("laptop");
    await dialog.getByRole("checkbox", { name: "shared" }).check();
    await dialog.getByRole("button", { name: "Create use token" }).click();
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    await page.getByRole("row", { name: /laptop/ }).waitFor();
    const { json } = await console.server.get(`${keymoorV1}/use-tokens`);
    expect(json).toMatchObject({ data: [{ name: "laptop", connections: ["shared"] }] });
    await page
      .getByRole("button", { name: /laptop/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Revoke/ })
      .click();
    await page.getByRole("row", { name: /laptop.*Revoked/ }).waitFor();
  });

  it("invites somebody by a link that is shown this once", async () => {
    const page = await console.visit();
    await page.goto("/access/users");
    await page.getByRole("button", { name: "Invite a user" }).click();
    await page.getByRole("dialog").getByLabel("Email").fill("grace@example.com");
    await page.getByRole("dialog").getByRole("button", { name: "Make invitation link" }).click();
    await page.getByText(/\/invite#kml_/).waitFor();
    const link = (await page.getByText(/\/invite#kml_/).textContent()) ?? "";
    await page.getByRole("button", { name: "I have kept it" }).click();
    await page.getByRole("row", { name: /grace@example.com/ }).waitFor();
    const guest = await console.visit({ as: "nobody" });
    await guest.goto(link);
    await guest.getByRole("heading", { name: "Choose your password" }).waitFor();
  });

  it("filters the audit log, opens one event, and writes what is filtered to a file", async () => {
    const page = await console.visit();
    await page.goto("/audit?action=connection.create");
    await page.getByRole("row", { name: /connection\.create/ }).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    await page.getByRole("button", { name: "connection.create" }).click();
    await page.getByRole("dialog").getByText("shared").first().waitFor();
    expect(page.url()).toContain("event=");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: /CSV/ }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("connection.create");
    await page.goto("/audit?action=no.such.action");
    await page.getByText("No event found").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page
      .getByRole("row", { name: /session\.create/ })
      .first()
      .waitFor();
  });

  it("shows what there is to connect to, with its fields and an example", async () => {
    const page = await console.visit();
    await page.goto("/types");
    await page.getByRole("searchbox", { name: "Search types" }).fill("elastic");
    await page.getByRole("link", { name: /Elasticsearch/ }).click();
    await page.getByRole("heading", { name: "Ways to authenticate" }).waitFor();
    await page.goto("/types/no-such-type");
    await page.getByText("There is no such connection type").waitFor();
  });
});
