import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { makeFolder, type RunningServer, startServer } from "../fixtures/server-process.ts";
import { findBrowser } from "./find-browser.ts";
import { outputFolder } from "./output-folder.ts";
import { watchPage } from "./watch-page.ts";

/** The OrganizationAdmin of the seed. */
export const administrator = { email: "dev@example.com", password: "a-long-password-1" } as const;

export const environmentPath = "/environments/env-abc123";

export interface OpenConsole {
  readonly server: RunningServer;
  readonly folder: string;
  /** A browser of somebody's own, with nothing kept from before; closed at the end of the test, which fails if the page misbehaved. */
  readonly visit: (options?: VisitOptions) => Promise<Page>;
  /** Another server on the same data; in between nobody holds the data folder. */
  readonly restart: (between: () => Promise<void>) => Promise<OpenConsole>;
  readonly close: () => Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** Who is signed in already: the administrator, unless it is nobody. */
  readonly as?: "nobody" | { readonly email: string; readonly password: string };
  /** Misbehaviour that belongs to the test, such as requests while the server is gone. */
  readonly expectedFaults?: RegExp;
}

/** The real server with the console built into it, and a browser. */
export async function openConsole(settings: Readonly<Record<string, string>> = {}): Promise<OpenConsole> {
  const { folder, remove } = makeFolder();
  const [server, browser] = await Promise.all([startServer(folder, settings), launchBrowser()]);
  const open = (running: RunningServer): OpenConsole => ({
    server: running,
    folder,
    visit: (options) => visit(browser, running.url, options),
    restart: async (between) => {
      await running.end();
      await between();
      return open(await startServer(folder, settings));
    },
    close: async () => {
      await browser.close();
      await running.end("SIGKILL");
      remove();
    },
  });
  return open(server);
}

function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error("describe.skipIf(findBrowser() === undefined)");
  return chromium.launch({
    executablePath,
    // As root the sandbox refuses to start.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--disable-background-networking", "--disable-component-update", "--disable-domain-reliability"],
  });
}

async function visit(
  browser: Browser,
  url: string,
  { as: user = administrator, expectedFaults, ...options }: VisitOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults = await watchPage(page, url);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail")
      await keepPicture(page, `${task.name} ${new URL(page.url()).pathname}`);
    await context.close();
    expect(faults().filter((fault) => expectedFaults?.test(fault) !== true)).toEqual([]);
  });
  if (user !== "nobody") {
    const answer = await context.request.post("/keymoor/v1/session", { data: user });
    expect(answer.status()).toBe(201);
  }
  return page;
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = join(outputFolder, "failed");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, "-")}.png`) }).catch(() => undefined);
}
