import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlV1 } from "../fixtures/server-process.ts";
import { findBrowser } from "./find-browser.ts";
import { environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

const path = `${environmentPath}/workspace`;

describe.skipIf(findBrowser() === undefined)("the SQL workspace", { timeout: 60_000 }, () => {
  let console: OpenConsole;

  beforeAll(async () => {
    console = await openConsole();
  }, 60_000);

  afterAll(() => console.close());

  it("runs a statement by Ctrl-Enter, masks its secret as it is sent, and shows rows in a table", async () => {
    const page = await openEditor(console);
    await page.keyboard.insertText(create("first", "sk-typed-0123456789"));
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByText("The value is sealed and cannot be shown again.").waitFor();
    expect(await editorText(page)).toContain("'api-key' = '******'");
    expect((await console.server.get(`${sqlV1}/connections/first`)).status).toBe(200);
    await page.keyboard.press("ControlOrMeta+End");
    await page.keyboard.insertText("\n\nSHOW CONNECTIONS;");
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByRole("table", { name: "Result" }).getByText("first").waitFor();
    expect(page.url()).toContain("statement=");
    await page.getByRole("tab", { name: "Recent" }).click();
    await page
      .getByText(/SHOW CONNECTIONS/)
      .last()
      .waitFor();
  });

  it("keeps masked text alone when one leaves and comes back, and when the page is reloaded", async () => {
    const page = await openEditor(console);
    await page.keyboard.insertText(create("kept", "sk-kept-0123456789"));
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByText("The value is sealed and cannot be shown again.").waitFor();
    await page.getByRole("link", { name: "Connections", exact: true }).first().click();
    await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
    await page.goBack();
    await page.locator(".cm-content").waitFor();
    expect(await editorText(page)).not.toContain("sk-kept");
    await page.reload();
    await page.locator(".cm-content").waitFor();
    expect(await page.content()).not.toContain("sk-kept");
  });

  it("underlines the very word that is wrong, and puts the right one in its place", async () => {
    const page = await openEditor(console);
    await page.keyboard.insertText(create("wrong", "sk-wrong-0123456789").replace("api-key", "api-kye"));
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByRole("alert").first().waitFor();
    await page
      .getByRole("button", { name: /api-key/ })
      .first()
      .click();
    expect(await editorText(page)).toContain("'api-key'");
    // It was not sent; so nothing of it was masked, and it runs now.
    expect((await console.server.get(`${sqlV1}/connections/wrong`)).status).toBe(404);
    await page.locator(".cm-content").click();
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByText("The value is sealed and cannot be shown again.").waitFor();
    expect(await editorText(page)).not.toContain("sk-wrong");
  });

  it("offers keywords, types and option keys as one types", async () => {
    const page = await openEditor(console);
    await page.keyboard.type("SHOW CONN");
    await page
      .getByRole("option", { name: /CONNECTIONS/ })
      .first()
      .waitFor();
  });

  it("says what failed, in the server's sentence, of a name that is taken", async () => {
    const page = await openEditor(console);
    await console.server.send("POST", `${sqlV1}/statements`, {
      name: "takes-the-name",
      spec: { statement: create("taken", "sk-0123456789"), properties: {} },
    });
    await page.keyboard.insertText(create("taken", "sk-again-0123456789"));
    await page.keyboard.press("ControlOrMeta+Enter");
    await page
      .getByText(/already exists/)
      .first()
      .waitFor();
    expect(await editorText(page)).not.toContain("sk-again");
  });
});

async function openEditor(console: OpenConsole): Promise<Page> {
  const page = await console.visit();
  await page.goto(path);
  await page.locator(".cm-content").click();
  return page;
}

async function editorText(page: Page): Promise<string> {
  return (await page.locator(".cm-content").innerText()) ?? "";
}

function create(name: string, key: string): string {
  return `CREATE CONNECTION \`${name}\` WITH ('type' = 'openai', 'endpoint' = 'https://api.openai.com/v1/chat/completions', 'api-key' = '${key}');`;
}
