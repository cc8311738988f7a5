import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchShim, SOON } from './shim.ts';
import { compareSynthetic } from './synthetic-page.ts';

test('a chart that is scrolled away is drawn at once when it comes into view', async () => {
  const page = await compareSynthetic(await launchShim());
  await nextPicture(page, 'Utilization');
  const away = await pictureOf(page, 'Power');
  await nextPicture(page, 'Utilization');
  expect(await pictureOf(page, 'Power')).toBe(away);
  // What is drawn from now on is drawn since it is seen, not since it is new.
  await page.click('text=Pause');
  await page.locator('[data-chart=Power]').scrollIntoViewIfNeeded();
  await expect.poll(() => pictureOf(page, 'Power'), SOON).not.toBe(away);
});

test('charts go on when a GPU that is compared leaves the list', async () => {
  const page = await compareSynthetic(await launchShim());
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.evaluate("location.hash = '7'");
  await expect.poll(() => page.locator('[data-chart=Utilization] li').count(), SOON).toBe(7);
  await nextPicture(page, 'Utilization');
  expect(errors).toEqual([]);
});

test('while the pointer rests on a chart, what has slid below it is told, in all charts', async () => {
  const page = await compareSynthetic(await launchShim());
  await page.hover('[data-chart=Utilization] .u-over', { position: { x: 200, y: 60 } });
  const told = () => page.locator('[data-testid=chart] li:first-child').allTextContents();
  await expect
    .poll(async () => (await told()).filter((each) => TIME.test(each)), SOON)
    .toHaveLength(4);
  const [before] = await told();
  await expect.poll(told, SOON).not.toContain(before);
  const times = new Set(await told());
  expect(times.size).toBe(1);
  expect([...times].join()).toMatch(TIME);
});

/** As `en` writes it. */
const TIME = /^\d\d:\d\d:\d\d$/;

/** Waits until a chart is drawn with other values than now. */
async function nextPicture(page: Page, chart: string): Promise<void> {
  const now = await pictureOf(page, chart);
  await expect.poll(() => pictureOf(page, chart), SOON).not.toBe(now);
}

/** The lines of a chart. */
async function pictureOf(page: Page, chart: string): Promise<string> {
  return await page.innerHTML(`[data-chart=${chart}] svg`);
}
