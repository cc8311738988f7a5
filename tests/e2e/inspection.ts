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

const SMALLEST = { width: 800, height: 600 };
const SIZES = [SMALLEST, { width: 1920, height: 1080 }];

/** Where something is on the page depends on the language, what can be read on the theme. */
const LOOKS = [
  { language: 'pt-BR', colorScheme: 'dark' },
  { language: 'en', colorScheme: 'light' },
] as const;

/**
 * Looks at what the page shows now, in each language, theme and size, and at the dialogs that can be
 * opened from there: nothing sticks out of the window, axe finds nothing, and a picture of each is
 * left to be looked at.
 */
export async function inspect(shim: Shim, state: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const { language, colorScheme } of LOOKS) {
    await speak(shim, language);
    await shim.page.emulateMedia({ colorScheme });
    const look = `${state}-${language}-${colorScheme}`;
    for (const size of SIZES) {
      await shim.page.setViewportSize(size);
      await lookAt(shim, `${look}-${size.width}`);
    }
    await unfold(shim);
    expect(await violations(shim, 'body'), look).toEqual([]);
    await inspectDialogs(shim, look);
  }
}

async function inspectDialogs(shim: Shim, look: string): Promise<void> {
  const { page } = shim;
  await page.setViewportSize(SMALLEST);
  for (const opener of await page.locator('[data-dialog]').all()) {
    const name = await opener.getAttribute('data-dialog');
    await opener.click();
    await page.waitForSelector('dialog');
    await lookAt(shim, `${look}-${name}`);
    expect(await violations(shim, 'dialog'), `${look}, ${name}`).toEqual([]);
    await closeDialog(shim);
  }
}

/** Opens what the page keeps folded. */
async function unfold({ page }: Shim): Promise<void> {
  const folded = page.locator('details:not([open]) > summary');
  if ((await folded.count()) > 0) await folded.click();
}

async function lookAt(shim: Shim, name: string): Promise<void> {
  await shim.page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
  expect(await overflowing(shim), `${name}: sticks out`).toEqual([]);
}

async function closeDialog({ page }: Shim): Promise<void> {
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
}

async function speak(shim: Shim, language: string): Promise<void> {
  const { page } = shim;
  await page.click('[data-dialog=settings]');
  await page.selectOption('dialog select', language);
  await page.waitForSelector(`html[lang="${language}"]`, { state: 'attached' });
  await closeDialog(shim);
}

/** What axe finds inside of an element, by its rules' names and where. */
async function violations({ page }: Shim, selector: string): Promise<string[]> {
  // The page's Content-Security-Policy would refuse a script element; this is none.
  await page.evaluate(AXE);
  const results = await page.evaluate<AxeResults>(`axe.run('${selector}')`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

/** The elements that reach beyond the window's sides, unless something scrolls or clips them. */
function overflowing({ page }: Shim): Promise<string[]> {
  return page.evaluate<string[]>(`
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth + 0.5) && !element.closest('.overflow-x-auto, .overflow-clip, details:not([open]) > :not(summary)');
      })
      .map((element) => element.outerHTML.slice(0, 200))`);
}
