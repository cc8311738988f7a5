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

test('while the pointer rests on a chart, all tell what has slid below it', async () => {
  const page = await compareSynthetic(await launchShim());
  await page.hover('[data-chart=Utilization] .u-over', { position: { x: 200, y: 60 } });
  await expect.poll(() => timesTold(page), SOON).toHaveLength(4);
  const [time] = await timesTold(page);
  const dot = await heightOfDot(page);
  await expect.poll(() => timesTold(page), SOON).not.toContain(time);
  await expect.poll(() => heightOfDot(page), SOON).not.toBe(dot);
  expect(new Set(await timesTold(page)).size).toBe(1);
});

test('a pointer that rests on a chart is still on it when the chart is made anew', async () => {
  const page = await compareSynthetic(await launchShim());
  await page.hover('[data-chart=Utilization] .u-over', { position: { x: 200, y: 60 } });
  await expect.poll(() => timesTold(page), SOON).toHaveLength(4);
  const height = Number.parseFloat(await heightOfDot(page));
  expect(height).toBeGreaterThanOrEqual(0);
  await page.evaluate("location.hash = '7'");
  await expect.poll(() => page.locator('.u-cursor-pt').count(), SOON).toBe(4 * 7);
  expect(Number.parseFloat(await heightOfDot(page))).toBeGreaterThanOrEqual(0);
  expect(await timesTold(page)).toHaveLength(4);
});

/** The times that the charts tell the values of: none where nobody points. */
async function timesTold(page: Page): Promise<string[]> {
  const firsts = await page.locator('[data-testid=chart] li:first-child').allTextContents();
  return firsts.filter((each) => TIME.test(each));
}

/** How far from the top uPlot puts the dot on the first line of the first chart. */
async function heightOfDot(page: Page): Promise<string> {
  const style = (await page.locator('.u-cursor-pt').first().getAttribute('style')) ?? '';
  return /translate\(.*px, (.*)px\)/.exec(style)?.[1] ?? style;
}

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
