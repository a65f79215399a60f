import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionBody, keymoorV1, sqlV1 } from "../fixtures/server-process.ts";
import { type FakeModelService, startFakeModelService } from "./fake-model-service.ts";
import { findBrowser } from "./find-browser.ts";
import { environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

describe.skipIf(findBrowser() === undefined)("a connection's page", { timeout: 60_000 }, () => {
  let console: OpenConsole;
  let service: FakeModelService;

  beforeAll(async () => {
    service = await startFakeModelService();
    console = await openConsole({ KEYMOOR_EGRESS_ALLOW: "127.0.0.1" });
  }, 60_000);

  afterAll(async () => {
    service.close();
    await console.close();
  });

  async function make(name: string, key = `${service.keyPrefix}${name}`): Promise<void> {
    const body = connectionBody(name, key, "OPENAI", service.endpoint);
    const { text } = await console.server.send("POST", `${sqlV1}/connections`, body);
    expect(text).toContain(name);
  }

  async function open(name: string, search = ""): Promise<Page> {
    const page = await console.visit();
    await page.goto(`${pathOf(name)}${search}`);
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    return page;
  }

  it("has tabs that stand in the address, and says in each what is so", async () => {
    await make("tabs");
    await console.server.send("POST", `${sqlV1}/statements`, {
      name: "makes-a-model",
      spec: {
        statement:
          "CREATE MODEL answers INPUT (q STRING) OUTPUT (a STRING) WITH ('provider'='openai', 'openai.connection'='tabs')",
        properties: {},
      },
    });
    const page = await open("tabs");
    await page.getByText("It has not been checked yet.").waitFor();
    await page.getByText("AWS us-east-1").waitFor();
    await page.getByRole("tab", { name: "How to use it" }).click();
    await page.getByText("/c/tabs").first().waitFor();
    await page.getByRole("tab", { name: "What uses it" }).click();
    await page.getByRole("row", { name: /answers/ }).waitFor();
    await page.getByText("Nobody called through it.").waitFor();
    await page.getByRole("tab", { name: "Audit trail" }).click();
    await page.getByRole("row", { name: /connection\.create/ }).waitFor();
    expect(page.url()).toContain("tab=audit");
    await page.reload();
    await page.getByRole("row", { name: /connection\.create/ }).waitFor();
    await page.getByRole("tab", { name: "Audit trail" }).focus();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("tab", { name: "Credential", selected: true }).waitFor();
    await page.getByRole("row", { name: /Current/ }).waitFor();
  });

  it("is checked when one asks, step by step", async () => {
    await make("checked");
    const page = await open("checked");
    await page.getByRole("button", { name: "Check now" }).click();
    const steps = page.getByRole("list", { name: "Steps of the check" });
    await steps.getByText("Service").waitFor();
    await page.getByText("Ready", { exact: true }).first().waitFor();
    expect(service.shown).toContain(`Bearer ${service.keyPrefix}checked`);
  });

  it("rotates the credential with fields that begin empty, and goes back to an earlier version", async () => {
    await make("rotated");
    const page = await open("rotated");
    await page.getByRole("link", { name: "Rotate credential" }).click();
    await page.getByRole("heading", { name: "Rotate credential" }).waitFor();
    const field = page.getByLabel("API key", { exact: true });
    expect(await field.inputValue()).toBe("");
    expect(await field.getAttribute("placeholder")).toBeNull();
    await field.fill(`${service.keyPrefix}next`);
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("Ready", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Rotate credential" }).click();
    await page.getByText("Credential of rotated rotated", { exact: true }).first().waitFor();
    await page.getByRole("tab", { name: "Credential" }).click();
    await page.getByRole("row", { name: /^2 Current/ }).waitFor();
    await page.getByRole("button", { name: "Go back to version 1" }).click();
    const dialog = page.getByRole("dialog", { name: "Go back to version 1" });
    await dialog.getByRole("button", { name: "Go back to version 1" }).click();
    await dialog.waitFor({ state: "detached" });
    const { json } = await console.server.get(`${keymoorV1}/connections/rotated`);
    expect(json).toMatchObject({ credential_version: 1 });
    await page.getByRole("row", { name: /^1 Current/ }).waitFor();
  });

  it("tells two people who edit at once of each other, and loses what neither typed", async () => {
    await make("shared");
    const [one, other] = [await openEdit(console, "shared"), await openEdit(console, "shared")];
    await one.getByLabel("API key", { exact: true }).fill("sk-of-one");
    await other.getByLabel("API key", { exact: true }).fill("sk-of-other");
    await one.getByRole("button", { name: "Rotate credential" }).click();
    await one.getByText("Credential of shared rotated", { exact: true }).first().waitFor();
    await other.getByRole("button", { name: "Rotate credential" }).click();
    await other
      .getByRole("alert")
      .getByText(/is at resource version 2, not at the one that was sent/)
      .first()
      .waitFor();
    expect(await versionOf("shared")).toBe(2);
    expect(await other.getByLabel("API key", { exact: true }).inputValue()).toBe("sk-of-other");
    await other.getByRole("button", { name: "Go on from the current state" }).click();
    await other.getByRole("alert").waitFor({ state: "detached" });
    await other.getByRole("button", { name: "Rotate credential" }).click();
    await other.getByText("Credential of shared rotated", { exact: true }).first().waitFor();
    expect(await versionOf("shared")).toBe(3);
  });

  it("destroys the earlier versions of a compromised credential", async () => {
    await make("leaked");
    const page = await openEdit(console, "leaked");
    await page.getByLabel("API key", { exact: true }).fill("sk-clean");
    await page.getByLabel("The old credential is compromised").check();
    await page.getByRole("button", { name: "Rotate credential" }).click();
    await page.getByRole("tab", { name: "Credential" }).click();
    await page.getByRole("row", { name: /^2 Current/ }).waitFor();
    expect(await page.getByRole("button", { name: /Go back/ }).count()).toBe(0);
  });

  it("is deleted once its name is typed, after it was said what uses it", async () => {
    await make("doomed");
    await console.server.send("POST", `${sqlV1}/statements`, {
      name: "uses-doomed",
      spec: {
        statement:
          "CREATE MODEL orphan INPUT (q STRING) OUTPUT (a STRING) WITH ('provider'='openai', 'openai.connection'='doomed')",
        properties: {},
      },
    });
    const page = await open("doomed");
    await page.getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete doomed" });
    await dialog.getByText("1 definition names it:").waitFor();
    // Enter does nothing until the name is there.
    await dialog.getByLabel("Type doomed to confirm").press("Enter");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Delete" }).click();
    await dialog.getByLabel("Type doomed to confirm").fill("doomed");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
    await page.goto(pathOf("doomed"));
    await page.getByText("There is no such connection").waitFor();
  });

  async function versionOf(name: string): Promise<unknown> {
    const { json } = await console.server.get(`${keymoorV1}/connections/${name}`);
    return (json as { readonly credential_version: unknown }).credential_version;
  }
});

function pathOf(name: string): string {
  return `${environmentPath}/connections/aws.us-east-1/${name}`;
}

async function openEdit(console: OpenConsole, name: string): Promise<Page> {
  const page = await console.visit();
  await page.goto(`${pathOf(name)}/edit`);
  await page.getByLabel("API key", { exact: true }).waitFor();
  return page;
}
