import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "./find-browser.ts";
import { administrator, environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

describe.skipIf(findBrowser() === undefined)("signing in to the console", { timeout: 60_000 }, () => {
  let console: OpenConsole;

  beforeAll(async () => {
    console = await openConsole();
  }, 60_000);

  afterAll(() => console.close());

  it("leads to the page that was asked for", async () => {
    const page = await console.visit({ as: "nobody" });
    await page.goto(`${environmentPath}/connections?status=READY`);
    await fillSignIn(page, administrator.password);
    await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
    expect(page.url()).toBe(`${console.server.url}${environmentPath}/connections?status=READY`);
  });

  it("says of a wrong password what the server says, and empties the field", async () => {
    const page = await console.visit({ as: "nobody" });
    await page.goto("/sign-in");
    await fillSignIn(page, "not the password");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/password/i);
    expect(await alert.textContent()).toMatch(/Request .+/);
    expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("");
    expect(await page.getByLabel("Email").inputValue()).toBe(administrator.email);
  });

  it("asks for what is missing without asking the server", async () => {
    const page = await console.visit({ as: "nobody" });
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Enter your email address.").waitFor();
    await page.getByText("Enter your password.").waitFor();
  });

  it("has to wait after ten wrong passwords, and is told so", async () => {
    const brake = await openConsole();
    try {
      const page = await brake.visit({ as: "nobody" });
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const data = { email: administrator.email, password: "not the password" };
        await page.context().request.post("/keymoor/v1/session", { data });
      }
      await page.goto("/sign-in");
      await fillSignIn(page, administrator.password);
      await page.getByRole("alert").waitFor();
      expect(await page.getByRole("alert").textContent()).toMatch(/wait|minute|seconds/i);
    } finally {
      await brake.close();
    }
  });

  it("is asked for again when the session has ended in the middle, and goes on where one was", async () => {
    const page = await console.visit();
    await page.goto(`${environmentPath}/connections`);
    await page.getByRole("link", { name: "Environments" }).first().waitFor();
    const elsewhere = await console.visit({ as: "nobody" });
    await endAllSessions(elsewhere);
    await page.getByRole("link", { name: "Add connection" }).first().click();
    // What it needs is there already; the next thing asked of the server is refused.
    await page.goto(`${environmentPath}/connections?search=x`).catch(() => undefined);
    await page.getByRole("heading", { name: "Sign in to Keymoor" }).waitFor();
    await fillSignIn(page, administrator.password);
    await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
    expect(page.url()).toContain("search=x");
  });

  it("is asked for again, with the reason, when the page on screen asks for something", async () => {
    const page = await console.visit();
    await page.goto(`${environmentPath}/connections`);
    await page.getByText("No connections here yet").waitFor();
    await endAllSessions(await console.visit({ as: "nobody" }));
    await page.getByRole("link", { name: "Environments" }).first().click();
    await page.getByText("Your session has ended. Sign in to go on where you were.").waitFor();
    await fillSignIn(page, administrator.password);
    await page.getByRole("table", { name: "Environments" }).waitFor();
  });

  it("ends with Sign out, and Back shows nothing of before", async () => {
    const page = await console.visit();
    await page.goto(`${environmentPath}/connections`);
    await chooseOfUserMenu(page, "Sign out");
    await page.getByRole("heading", { name: "Sign in to Keymoor" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Sign in to Keymoor" }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });

  it("ends in every browser with Sign out everywhere", async () => {
    const [one, other] = [await console.visit(), await console.visit()];
    for (const page of [one, other]) await page.goto(`${environmentPath}/connections`);
    await chooseOfUserMenu(one, "Sign out everywhere");
    await one.getByRole("heading", { name: "Sign in to Keymoor" }).waitFor();
    await other.reload();
    await other.getByRole("heading", { name: "Sign in to Keymoor" }).waitFor();
  });

  it("by an invitation's link begins with a password of one's own, and works once", async () => {
    const answer = await console.server.send("POST", "/iam/v2/invitations", { email: "new@example.com" });
    const { link } = answer.json as { readonly link: string };
    const page = await console.visit({ as: "nobody" });
    await page.goto(link);
    await page.getByRole("heading", { name: "Choose your password" }).waitFor();
    // The token is in no address that anybody sees or that the browser keeps.
    expect(page.url()).toBe(`${console.server.url}/invite`);
    await page.getByLabel("Your name").fill("New Person");
    await page.getByLabel("Password", { exact: true }).fill("too short");
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByText("A password has at least 12 characters.").waitFor();
    await page.getByLabel("Password", { exact: true }).fill("a few words in a row");
    await page.getByRole("button", { name: "Set password and sign in" }).click();
    await page.getByRole("button", { name: "New Person" }).waitFor();

    const second = await console.visit({ as: "nobody" });
    await second.goto(link);
    await second.getByLabel("Password", { exact: true }).fill("another few words in a row");
    await second.getByRole("button", { name: "Set password and sign in" }).click();
    await second.getByRole("alert").waitFor();
  });

  it("leads no further than this console, whatever the address says", async () => {
    const page = await console.visit({ as: "nobody" });
    await page.goto("/sign-in?return=%2F%2Fevil.example%2F");
    await fillSignIn(page, administrator.password);
    await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
    expect(new URL(page.url()).origin).toBe(console.server.url);
  });
});

async function fillSignIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Email").fill(administrator.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function chooseOfUserMenu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: /dev@example.com/ }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function endAllSessions(page: Page): Promise<void> {
  const { request } = page.context();
  const answer = await request.post("/keymoor/v1/session", { data: administrator });
  const { csrf_token } = (await answer.json()) as { readonly csrf_token: string };
  await request.delete("/keymoor/v1/session?everywhere=true", { headers: { "keymoor-csrf": csrf_token } });
}
