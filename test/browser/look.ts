import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { outputFolder } from "./output-folder.ts";

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

const themes = ["light", "dark"] as const;
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

/**
 * Looks at the page as it stands: a picture for each width and theme, no fault that axe finds, and nothing to be scrolled
 * sideways on a phone or at 200% zoom.
 */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(outputFolder, { recursive: true });
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const at = `${name}-${size.width}-${colorScheme}`;
      await page.screenshot({ path: join(outputFolder, `${at}.png`) });
      // The theme changes colours alone.
      expect({ at, faults: await axeFaults(page, colorScheme === "dark" ? ["color-contrast"] : []) }).toEqual(
        {
          at,
          faults: [],
        },
      );
    }
    expect({ name, ...size, isTooWide: await isTooWide(page) }).toEqual({ name, ...size, isTooWide: false });
  }
  // 1280 pixels wide, at 200%.
  await page.setViewportSize({ width: 640, height: 450 });
  expect({ name, zoom: 2, isTooWide: await isTooWide(page) }).toEqual({ name, zoom: 2, isTooWide: false });
  await page.setViewportSize(sizes[0]);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

/** What axe finds, by those rules, or by all. */
async function axeFaults(page: Page, rules: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const { violations }: AxeResults = await page.evaluate(
    (values) =>
      window.axe.run(document, {
        // Only what was violated is computed in full.
        resultTypes: ["violations"],
        ...(values.length > 0 && { runOnly: { type: "rule", values } }),
        // An open menu is a landmark to nobody: the focus is in it, and it goes with it.
        rules: { region: { enabled: document.querySelector('[role="menu"]') === null } },
      }),
    [...rules],
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
