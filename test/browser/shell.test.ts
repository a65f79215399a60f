import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionBody, sqlV1 } from "../fixtures/server-process.ts";
import { findBrowser } from "./find-browser.ts";
import { environmentPath, type OpenConsole, openConsole } from "./open-console.ts";

const listPath = `${environmentPath}/connections`;
/** What the first view may weigh, packed: the promise of docs/console.md. */
const firstViewBytes = 250 * 1024;

describe.skipIf(findBrowser() === undefined)("the console's frame", { timeout: 60_000 }, () => {
  let console: OpenConsole;

  beforeAll(async () => {
    console = await openConsole();
  }, 60_000);

  afterAll(() => console.close());

  it("loads at most 250 KB of packed script for its first view, and the editor is not in it", async () => {
    const page = await console.visit();
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const scripts = new Map<string, { readonly url: string; bytes: number }>();
    session.on("Network.responseReceived", ({ requestId, type, response }) => {
      if (type === "Script") scripts.set(requestId, { url: response.url, bytes: 0 });
    });
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const script = scripts.get(requestId);
      if (script !== undefined) script.bytes = encodedDataLength;
    });
    await page.goto(listPath);
    await page.getByText("No connections here yet").waitFor();
    const loaded = [...scripts.values()];
    const total = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(loaded.length).toBeGreaterThan(1);
    expect(total).toBeGreaterThan(50 * 1024);
    expect(total).toBeLessThan(firstViewBytes);
    for (const { url } of loaded)
      expect(await (await page.context().request.get(url)).text()).not.toContain("cm-editor");
  });

  it("is light or dark as the system is, until one chooses, and remembers it", async () => {
    const page = await console.visit({ colorScheme: "dark" });
    await page.goto(listPath);
    await page.getByText("No connections here yet").waitFor();
    const surface = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await surface();
    await page.emulateMedia({ colorScheme: "light" });
    const light = await surface();
    expect(light).not.toBe(dark);
    await page.getByRole("button", { name: /dev@example.com/ }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    expect(await surface()).toBe(dark);
    await page.reload();
    await page.getByText("No connections here yet").waitFor();
    expect(await surface()).toBe(dark);
    await page.getByRole("button", { name: /dev@example.com/ }).click();
    await page.getByRole("menuitemradio", { name: "As the system" }).click();
    expect(await surface()).toBe(light);
  });

  it("has its navigation in a drawer on a phone, which closes behind one", async () => {
    const page = await console.visit({ viewport: { width: 390, height: 844 }, hasTouch: true });
    await page.goto(listPath);
    await page.getByRole("button", { name: "Open navigation" }).tap();
    const drawer = page.getByRole("dialog", { name: "Navigation" });
    await drawer.getByRole("link", { name: "Environments" }).tap();
    await page.getByRole("table", { name: "Environments" }).waitFor();
    await drawer.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Open navigation" }).tap();
    await drawer.waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
  });

  it("folds its rail to icons and remembers it", async () => {
    const page = await console.visit();
    await page.goto(listPath);
    await page.getByRole("button", { name: "Fold navigation" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Unfold navigation" }).waitFor();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Connections" }).waitFor();
  });

  it("can be skipped to the page by the first Tab", async () => {
    const page = await console.visit();
    await page.goto(listPath);
    await page.getByText("No connections here yet").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
  });

  it("says plainly that there is no such page, and that one has no role in an environment", async () => {
    const page = await console.visit();
    await page.goto("/no/such/page");
    await page.getByText("There is no page at this address").waitFor();
    await page.goto("/environments/env-nobody/connections");
    await page.getByText("You have no role in this environment").waitFor();
  });

  it("moves nothing when the system asks for less motion", async () => {
    const page = await console.visit();
    await page.goto(listPath);
    await page.getByText("No connections here yet").waitFor();
    const longest = await page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll("*")].flatMap((element) => {
          const { transitionDuration, animationDuration } = getComputedStyle(element);
          return [transitionDuration, animationDuration].flatMap((text) =>
            text.split(",").map((one) => Number.parseFloat(one)),
          );
        }),
      ),
    );
    expect(longest).toBeLessThan(0.01);
  });
});

/** React writes of every page that it has to draw another one in place of. */
const ofThrown = /ClientError: |Error in route match/;

describe.skipIf(findBrowser() === undefined)("a server that does not answer", { timeout: 60_000 }, () => {
  let console: OpenConsole;

  beforeAll(async () => {
    console = await openConsole();
    await console.server.send("POST", `${sqlV1}/connections`, connectionBody("one", "sk-0123456789"));
  }, 60_000);

  afterAll(() => console.close());

  it("is said in a banner; what was loaded stays, and the banner goes when it answers again", async () => {
    const page = await console.visit();
    await page.goto(listPath);
    await page.getByRole("link", { name: "one" }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("searchbox").fill("o");
    const banner = page.getByText(/The server does not answer\. What you see was loaded before/);
    await banner.waitFor();
    await page.getByRole("link", { name: "one" }).waitFor();
    await page.context().setOffline(false);
    await banner.waitFor({ state: "detached" });
  });

  it("is said in the place of a page whose code was not loaded before, with a way to try again", async () => {
    const page = await console.visit({ expectedFaults: ofThrown });
    await page.goto(listPath);
    await page.getByRole("link", { name: "one" }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("link", { name: "Environments" }).first().click();
    await page.getByText(/This page was not loaded\. The server does not answer/).waitFor();
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("table", { name: "Environments" }).waitFor();
  });

  it("is said when the console is opened, with a way to try again", async () => {
    const page = await console.visit({ expectedFaults: ofThrown });
    await page.route("**/keymoor/v1/session", (route) => route.abort("connectionrefused"));
    await page.goto(listPath);
    await page.getByText("The server does not answer.").waitFor();
    await page.unroute("**/keymoor/v1/session");
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("link", { name: "one" }).waitFor();
  });

  it("keeps on screen what was there when a load fails, and says what failed", async () => {
    const page = await console.visit();
    await page.goto(listPath);
    await page.getByRole("link", { name: "one" }).waitFor();
    const list = /\/keymoor\/v1\/organizations\/.*\/connections\?/;
    await page.goto("/environments");
    await page.getByRole("table", { name: "Environments" }).waitFor();
    await page.route(list, (route) => route.abort("connectionreset"));
    await page.getByRole("table").getByRole("link", { name: "default" }).click();
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    await page.unroute(list);
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("link", { name: "one" }).waitFor();
  });
});
