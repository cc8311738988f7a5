import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { expect } from 'vitest';
import type { Shim } from './shim.ts';

/** Where each inspected state leaves its pictures; not in version control. */
const SCREENSHOTS = fileURLToPath(new URL('screenshots', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = [
  { width: 800, height: 600 },
  { width: 1920, height: 1080 },
];

/**
 * Looks at what the page shows now, in both languages, both themes and two sizes: nothing sticks
 * out of the window, axe finds nothing, and a picture of each is left to be looked at.
 */
export async function inspect(shim: Shim, state: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const language of ['pt-BR', 'en']) {
    await speak(shim, language);
    for (const colorScheme of ['dark', 'light'] as const) {
      await shim.page.emulateMedia({ colorScheme });
      for (const size of SIZES) {
        await shim.page.setViewportSize(size);
        const name = `${state}-${language}-${colorScheme}-${size.width}`;
        await shim.page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
        expect(await overflowing(shim), `${name}: sticks out`).toEqual([]);
      }
      expect(await violations(shim), `${state}, ${language}, ${colorScheme}`).toEqual([]);
    }
  }
}

async function speak({ page }: Shim, language: string): Promise<void> {
  await page.click('[data-dialog=settings]');
  await page.selectOption('dialog select', language);
  await page.waitForSelector(`html[lang="${language}"]`, { state: 'attached' });
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
}

/** What axe finds, by its rules' names and where. */
async function violations({ page }: Shim): Promise<string[]> {
  // The page's Content-Security-Policy would refuse a script element; this is none.
  await page.evaluate(AXE);
  const results = await page.evaluate<AxeResults>('axe.run()');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

/** The elements that reach beyond the window's sides, unless something scrolls them. */
function overflowing({ page }: Shim): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth + 0.5) && !element.closest('.overflow-x-auto, details:not([open]) > ul');
      })
      .map((element) => element.outerHTML.slice(0, 200))`);
}
