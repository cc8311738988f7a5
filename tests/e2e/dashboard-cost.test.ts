import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchShim, type Shim } from './shim.ts';

const PAGE = fileURLToPath(
  new URL('../../electron-shim/dist/renderer/index.html', import.meta.url),
);
const PRELOAD = fileURLToPath(new URL('../fakes/synthetic-preload.cjs', import.meta.url));

/** Eight lines in each of four charts, 300 points a line, all drawn anew every second. */
const TICK = { intervalMs: 1000, windowMinutes: 5 };
const TICKS = 20;
const COMPARED = 8;

/** 1,800 seconds are played one by one, each in about a tenth of one. */
const HALF_AN_HOUR_LIMIT_MS = 500_000;

test.each([
  [8, 12],
  [64, 50],
])('%i GPUs: what a tick costs the main thread (goal: %i ms)', async (gpus, goalMs) => {
  const page = await synthetic(await launchShim(), gpus);
  if (gpus === COMPARED) await compareAll(page);
  const perTickMs = await mainThreadMs(page);
  console.log(`${gpus} GPUs: ${perTickMs.toFixed(1)} ms a tick (goal: at most ${goalMs} ms)`);
  // How long it takes here is printed; that it was drawn at all is what can be tested.
  expect(perTickMs).toBeGreaterThan(0);
});

test('the page does not grow in half an hour', { timeout: HALF_AN_HOUR_LIMIT_MS }, async () => {
  const page = await synthetic(await launchShim(), COMPARED);
  await page.clock.install();
  await page.reload();
  await compareAll(page);
  const devtools = await page.context().newCDPSession(page);
  await pass(page, 5);
  const before = await sizeOf(devtools);
  await pass(page, 25);
  const after = await sizeOf(devtools);
  console.log(`after 5 and 30 minutes: ${JSON.stringify([before, after])}`);
  expect(after.elements).toBeLessThanOrEqual(before.elements * 1.05);
  // Keeping one answer a second would come to twice as much; compiled code comes to some of it.
  expect(after.heapMB).toBeLessThanOrEqual(before.heapMB * 1.25);
});

/** Opens the page in a window of its own, whose preload makes up the answers. */
async function synthetic(shim: Shim, gpus: number): Promise<Page> {
  const opened = shim.app.waitForEvent('window');
  await shim.app.evaluate(
    ({ BrowserWindow }, [file, preload, argument]) => {
      const webPreferences = { preload, additionalArguments: [argument] };
      const window = new BrowserWindow({ width: 1280, height: 900, webPreferences });
      void window.loadFile(file);
    },
    [PAGE, PRELOAD, `--gpus=${gpus}`] as const,
  );
  const page = await opened;
  await page.waitForSelector('[data-testid=gpu-card]');
  await page.evaluate(`localStorage.setItem('gpu-dashboard', '${JSON.stringify(TICK)}')`);
  await page.reload();
  await page.waitForSelector('[data-testid=gpu-card]');
  return page;
}

async function compareAll(page: Page): Promise<void> {
  for (const box of await page.locator('[data-testid=gpu-card] [type=checkbox]').all()) {
    await box.check();
  }
  await page.click(`text=Compare ${COMPARED}`);
  await expect.poll(() => page.locator('[data-testid=chart] canvas').count()).toBe(4);
}

/** The median, over some ticks, of what the main thread did in the second of each. */
async function mainThreadMs(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  // Processor time of the thread: how long it waits for a busy computer is not the page's doing.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const costs: number[] = [];
  let last = await metricOf(devtools, 'TaskDuration');
  for (let tick = 0; tick < TICKS; tick += 1) {
    await page.waitForTimeout(TICK.intervalMs);
    const now = await metricOf(devtools, 'TaskDuration');
    costs.push((now - last) * 1000);
    last = now;
  }
  return costs.sort((a, b) => a - b)[TICKS / 2] ?? NaN;
}

async function sizeOf(devtools: CDPSession): Promise<{ heapMB: number; elements: number }> {
  await devtools.send('Performance.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const heapMB = (await metricOf(devtools, 'JSHeapUsedSize')) / 1e6;
  return { heapMB, elements: await metricOf(devtools, 'Nodes') };
}

async function metricOf(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === name)?.value ?? NaN;
}

/** Lets minutes pass on the page's clock, second by second. */
async function pass(page: Page, minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second += 1) await page.clock.runFor(1000);
}
