import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionBody, keymoorV1, sqlV1 } from "../fixtures/server-process.ts";
import { type FakeModelService, startFakeModelService } from "./fake-model-service.ts";
import { findBrowser } from "./find-browser.ts";
import { environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

describe.skipIf(findBrowser() === undefined)(
  "adding a connection in the console",
  { timeout: 60_000 },
  () => {
    let console: OpenConsole;
    let service: FakeModelService;

    beforeAll(async () => {
      service = await startFakeModelService();
      console = await openConsole({ KEYMOOR_VERIFY: "on", KEYMOOR_EGRESS_ALLOW: "127.0.0.1" });
    }, 60_000);

    afterAll(async () => {
      service.close();
      await console.close();
    });

    it("tests the credential first, shows what will be made, and then its status as it arrives", async () => {
      const page = await openForm(console);
      const key = `${service.keyPrefix}tested`;
      await fillCredential(page, service.endpoint, key);
      await page.getByRole("button", { name: "Test" }).click();
      const steps = page.getByRole("list", { name: "Steps of the check" });
      await steps.getByText("Service").waitFor();
      await page.getByText("Ready", { exact: true }).waitFor();
      // Nothing is saved by a test.
      const { json } = await console.server.get(`${sqlV1}/connections`);
      expect((json as { readonly data: readonly unknown[] }).data).toEqual([]);

      await page.getByRole("button", { name: "Continue" }).click();
      const summary = page.getByRole("region", { name: "What will be created" });
      await summary.getByText(service.endpoint).waitFor();
      await summary.getByText("Given; it is sealed and masked").waitFor();
      expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("my-openai");
      await page.getByLabel("Cloud and region").selectOption("aws.eu-west-1");
      await page.getByLabel("Comment").fill("for the support team");
      await page.getByRole("button", { name: "Create connection" }).click();
      await page.getByRole("heading", { name: "my-openai is created in AWS eu-west-1" }).waitFor();
      await page.getByText("Ready", { exact: true }).waitFor();
      await expectSnippets(page, key);
      await page.getByRole("link", { name: "Open my-openai" }).click();
      await page.getByText("for the support team").waitFor();
    });

    it("says at a refused credential that it was refused, and makes the connection all the same if one wants", async () => {
      const page = await openForm(console);
      await fillCredential(page, service.endpoint, "sk-wrong");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("Credential refused", { exact: true }).waitFor();
      await page
        .getByText("See whether the credential is current and may do what the check asks for.")
        .waitFor();
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByLabel("Name", { exact: true }).fill("refused");
      await page.getByRole("button", { name: "Create connection" }).click();
      await page.getByRole("heading", { name: "refused is created in AWS us-east-1" }).waitFor();
      await page.getByText("Credential refused", { exact: true }).waitFor();
    });

    it("says of a service that nobody runs at which step it stopped", async () => {
      const page = await openForm(console);
      await fillCredential(page, service.nowhere, "sk-any");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("Unreachable", { exact: true }).waitFor();
      await page.getByText(/See whether the service listens on that port/).waitFor();
      // Other values are another question: what was said of these goes.
      await page.getByLabel("API key", { exact: true }).fill("sk-other");
      await page.getByText("Unreachable", { exact: true }).waitFor({ state: "detached" });
    });

    it("says beside the name that it is taken, and loses nothing", async () => {
      await console.server.send("POST", `${sqlV1}/connections`, connectionBody("taken", "sk-0123456789"));
      const page = await openForm(console);
      await fillCredential(page, service.endpoint, `${service.keyPrefix}taken`);
      await page.getByRole("button", { name: "Continue" }).click();
      const name = page.getByLabel("Name", { exact: true });
      await name.fill("-no name");
      await page.getByRole("button", { name: "Create connection" }).click();
      await page
        .getByText("A name has letters, digits, “-”, “_” and “.”, and a letter or digit at both ends.")
        .waitFor();
      await name.fill("taken");
      await page.getByRole("button", { name: "Create connection" }).click();
      await page.getByText(/"taken".*already exists/).waitFor();
      expect(await name.getAttribute("aria-invalid")).toBe("true");
      await name.fill("not-taken");
      await page.getByRole("button", { name: "Create connection" }).click();
      await page.getByRole("heading", { name: "not-taken is created in AWS us-east-1" }).waitFor();
    });

    it("judges fields as they are left, in sentences", async () => {
      const page = await openForm(console);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByText("An endpoint is needed.").waitFor();
      await page.getByText("API key is needed.").waitFor();
      await expectFocused(page, "Endpoint");
      await page.getByLabel("Endpoint").fill("ftp://example.com");
      await page.getByLabel("API key", { exact: true }).focus();
      await page.getByText(/An endpoint of OpenAI begins with/).waitFor();
      await page.getByLabel("Endpoint").fill("https://api.example.com/v1?api_key=abc");
      await page.getByLabel("API key", { exact: true }).fill("x".repeat(4001));
      await page.getByText("4,001 of 4,000 bytes").waitFor();
      await page.getByText("API key is longer than 4000 bytes.").waitFor();
      await page.getByLabel("API key", { exact: true }).fill("sk-any");
      await page.getByRole("button", { name: "Test" }).click();
      // The server knows more of endpoints; its sentence stands at the field.
      await expect.poll(() => page.getByLabel("Endpoint").getAttribute("aria-invalid")).toBe("true");
    });

    it("offers the ways to authenticate of the chosen type, and goes back without losing the choice", async () => {
      const page = await console.visit();
      await page.goto(`${environmentPath}/connections/new`);
      await page.getByRole("searchbox", { name: "Search services" }).fill("elastic");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Elasticsearch" }).waitFor();
      const methods = page.getByRole("radiogroup", { name: "Authentication" }).getByRole("radio");
      expect(await methods.allTextContents()).toEqual(["API key", "User name and password"]);
      await methods.last().click();
      await page.getByLabel("User name", { exact: true }).waitFor();
      await page.goBack();
      await page.getByRole("searchbox", { name: "Search services" }).waitFor();
      await page.goForward();
      await page.getByRole("heading", { name: "Elasticsearch" }).waitFor();
    });

    it("goes by keyboard alone", async () => {
      const page = await console.visit();
      await page.goto(`${environmentPath}/connections`);
      await page.getByRole("link", { name: "Add connection" }).first().waitFor();
      await page.keyboard.press("c");
      await page.getByRole("searchbox", { name: "Search services" }).waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("openai");
      await page.getByRole("button", { name: /^OpenAI/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByLabel("Endpoint").waitFor();
      await tabTo(page, "Endpoint");
      await page.keyboard.type(service.endpoint);
      await tabTo(page, "API key");
      await page.keyboard.type(`${service.keyPrefix}keyboard`);
      await page.keyboard.press("Enter");
      await page.getByLabel("Name", { exact: true }).waitFor();
      await tabTo(page, "Name");
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type("by-keyboard");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: /by-keyboard is created/ }).waitFor();
      const { status } = await console.server.get(`${keymoorV1}/connections/by-keyboard`);
      expect(status).toBe(200);
    });
  },
);

async function openForm(console: OpenConsole): Promise<Page> {
  const page = await console.visit();
  await page.goto(`${environmentPath}/connections/new`);
  await page.getByRole("button", { name: /^OpenAI/ }).click();
  return page;
}

async function fillCredential(page: Page, endpoint: string, key: string): Promise<void> {
  await page.getByLabel("Endpoint").fill(endpoint);
  await page.getByLabel("API key", { exact: true }).fill(key);
}

/** Each names the connection, and none has the credential. */
async function expectSnippets(page: Page, key: string): Promise<void> {
  const words = {
    SQL: "CREATE CONNECTION",
    CLI: "keymoor connection create",
    Terraform: "resource",
    curl: "curl",
  };
  for (const [language, word] of Object.entries(words)) {
    await page.getByRole("radio", { name: language }).click();
    const code = page.locator("pre").filter({ hasText: word });
    const text = (await code.textContent()) ?? "";
    expect(text).toContain("my-openai");
    expect(text).not.toContain(key);
  }
}

async function tabTo(page: Page, label: string): Promise<void> {
  const control = await page.getByLabel(label, { exact: true }).elementHandle();
  for (let presses = 0; presses < 40; presses += 1) {
    if (await page.evaluate((one) => document.activeElement === one, control)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not come to ${label}`);
}

async function expectFocused(page: Page, label: string): Promise<void> {
  await expect
    .poll(() => page.getByLabel(label).evaluate((control) => control === document.activeElement))
    .toBe(true);
}
