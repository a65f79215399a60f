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

const widths = [1440, 390] as const;
const themes = ["light", "dark"] as const;

/**
 * Looks at the page as it stands: a picture for each width and theme, no fault that axe finds in any of them, and nothing to
 * be scrolled sideways on a phone or at 200% zoom.
 */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(outputFolder, { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(outputFolder, `${name}-${width}-${colorScheme}.png`) });
      expect({ name, width, colorScheme, faults: await axeFaults(page) }).toEqual({
        name,
        width,
        colorScheme,
        faults: [],
      });
    }
    expect({ name, width, isTooWide: await isTooWide(page) }).toEqual({ name, width, isTooWide: false });
  }
  // 1280 pixels wide, at 200%.
  await page.setViewportSize({ width: 640, height: 450 });
  expect({ name, zoom: 2, isTooWide: await isTooWide(page) }).toEqual({ name, zoom: 2, isTooWide: false });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

async function axeFaults(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // Only what was violated is computed in full.
  const { violations }: AxeResults = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
