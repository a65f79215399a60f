import type { Page } from "playwright-core";

/**
 * Notes what no page of the console may do: break, write an error to the browser's console, be held back by its own
 * Content-Security-Policy, or ask another host for anything.
 */
export async function watchPage(page: Page, url: string): Promise<() => readonly string[]> {
  const faults: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (held) => {
      const { violatedDirective, blockedURI, sourceFile, lineNumber, columnNumber } = held;
      const place = `${sourceFile}:${lineNumber}:${columnNumber}`;
      throw new Error(`The policy holds back ${blockedURI} by ${violatedDirective}, at ${place}`);
    });
  });
  page.on("pageerror", (error) => faults.push(`broke: ${error.message}`));
  page.on("console", (message) => {
    // The browser writes this of every status that is an error; what the page makes of it is looked at by tests.
    if (message.text().startsWith("Failed to load resource")) return;
    if (message.type() === "error" || message.type() === "warning") faults.push(`wrote: ${message.text()}`);
  });
  page.context().on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${url}/`) && !asked.startsWith("data:")) faults.push(`asked ${asked}`);
  });
  return () => faults;
}
