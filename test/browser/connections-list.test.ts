import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionBody, sqlV1 } from "../fixtures/server-process.ts";
import { findBrowser } from "./find-browser.ts";
import { environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

const listPath = `${environmentPath}/connections`;
/** More than three pages of the API. */
const models = 300;

describe.skipIf(findBrowser() === undefined)("the list of connections", { timeout: 60_000 }, () => {
  let console: OpenConsole;

  beforeAll(async () => {
    console = await openConsole();
    const numbers = Array.from({ length: models }, (_, index) => String(index).padStart(3, "0"));
    const bodies = [
      ...numbers.map((number) => connectionBody(`model-${number}`, "sk-0123456789")),
      connectionBody("search", "key-0123456789", "ELASTIC", "https://search.example.com:9243"),
      connectionBody("zebra", "sk-0123456789"),
    ];
    for (const body of bodies) {
      const { status, text } = await console.server.send("POST", `${sqlV1}/connections`, body);
      if (status !== 201 && status !== 200) throw new Error(`${body.name}: ${status} ${text}`);
    }
  }, 60_000);

  afterAll(() => console.close());

  it("is searched as one types, by the server, and the address says for what", async () => {
    const page = await openList(console);
    await page.getByRole("searchbox", { name: "Search name or endpoint" }).fill("model-29");
    await page.getByText("10 connections").waitFor();
    expect(new URL(page.url()).searchParams.get("search")).toBe("model-29");
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByText("No connection is like that").waitFor();
    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await page.getByText("302 connections").waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  it("is filtered by type and status, and sorted, and a link shows the same", async () => {
    const page = await openList(console);
    await page.getByRole("button", { name: "Filter by Type" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Elasticsearch" }).click();
    await page.keyboard.press("Escape");
    await page.getByText("1 connection", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Filter by Status" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Ready", exact: true }).click();
    await page.getByText("No connection is like that").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Clear search and filters" }).click();
    await page.getByRole("button", { name: "Name" }).click();
    await page.getByRole("link", { name: "zebra" }).waitFor();
    expect(await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe(
      "descending",
    );

    const link = `${listPath}?search=model-1&type=openai&sort=-name`;
    await page.goto(link);
    await page.getByText("100 connections").waitFor();
    await page.getByRole("link", { name: "model-199" }).waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("model-1");
    expect(await page.getByRole("button", { name: /Filter by Type/ }).textContent()).toContain("OpenAI");
    await page.reload();
    await page.getByText("100 connections").waitFor();
  });

  it("shows one region, and forgets what is no filter", async () => {
    const page = await openList(console, "?region=aws.eu-west-1&sort=whatever&colour=red");
    await page.getByText("No connection is like that").waitFor();
    expect(await page.getByRole("button", { name: /Filter by Region/ }).textContent()).toContain("eu-west-1");
  });

  it("draws the rows in view and fetches the next ones as one comes to them", async () => {
    const page = await openList(console);
    await page.getByRole("link", { name: "model-000" }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
    await page.getByRole("link", { name: "model-000" }).focus();
    // To the last row that is loaded, again and again until it is the last of all.
    for (let end = 0; end < 6; end += 1) {
      await page.keyboard.press("End");
      if (await page.getByRole("link", { name: "zebra" }).isVisible()) break;
      await page.waitForLoadState("networkidle");
    }
    await page.getByRole("link", { name: "zebra" }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
  });

  it("is used by keyboard: / searches, arrows move, Enter opens, c adds", async () => {
    const page = await openList(console);
    await page.getByRole("link", { name: "model-000" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("model-00");
    await page.getByText("10 connections").waitFor();
    await page.getByRole("link", { name: "model-000" }).focus();
    await page.keyboard.press("ArrowDown");
    await expectFocus(page, "model-001");
    await page.keyboard.press("ArrowDown");
    await expectFocus(page, "model-002");
    await page.keyboard.press("ArrowUp");
    await expectFocus(page, "model-001");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "model-001" }).waitFor();
    await page.goBack();
    await page.getByText("10 connections").waitFor();
    await page.keyboard.press("c");
    await page
      .getByRole("heading", { name: "Choose a service" })
      .or(page.getByText("Choose a service"))
      .first()
      .waitFor();
  });

  it("has a menu in each row, from which a connection is deleted once its name is typed", async () => {
    const page = await openList(console, "?search=model-150");
    await page.getByRole("button", { name: "Actions for model-150" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete model-150" });
    await dialog.getByText("No stored definition names it.").waitFor();
    const confirm = dialog.getByRole("button", { name: "Delete connection" });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel("Type model-150 to confirm").fill("model-15");
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel("Type model-150 to confirm").fill("model-150");
    await confirm.click();
    await page.getByText("Connection model-150 deleted", { exact: true }).first().waitFor();
    await page.getByText("No connection is like that").waitFor();
    expect((await console.server.get(`${sqlV1}/connections/model-150`)).status).toBe(404);
  });
});

async function openList(console: OpenConsole, search = ""): Promise<Page> {
  const page = await console.visit();
  await page.goto(`${listPath}${search}`);
  await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
  return page;
}

async function expectFocus(page: Page, name: string): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 5000 })
    .toBe(name);
}
