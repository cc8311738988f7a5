import type { CDPSession } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchShim } from './shim.ts';
import { compareSynthetic } from './synthetic-page.ts';

const MINUTE_MS = 60_000;
/** Half an hour of the page's time passes in less than a minute. */
const HALF_AN_HOUR_LIMIT_MS = 300_000;

test('the page does not grow in half an hour', { timeout: HALF_AN_HOUR_LIMIT_MS }, async () => {
  const page = await compareSynthetic(await launchShim());
  const devtools = await page.context().newCDPSession(page);
  await pass(devtools, 5);
  const before = await sizeOf(devtools);
  await pass(devtools, 25);
  const after = await sizeOf(devtools);
  console.log(`after 5 and 30 minutes: ${JSON.stringify([before, after])}`);
  expect(after.elements).toBeLessThanOrEqual(before.elements * 1.05);
  expect(after.objects).toBeLessThanOrEqual(before.objects * 1.05);
  // Keeping each answer would come to more than this; what V8 compiles meanwhile comes to a tenth.
  expect(after.heapMB).toBeLessThanOrEqual(before.heapMB * 1.2);
});

/** Lets time pass for the page, as fast as it can do what it does in that time. */
async function pass(devtools: CDPSession, minutes: number): Promise<void> {
  const passed = new Promise((resolve) =>
    devtools.once('Emulation.virtualTimeBudgetExpired', resolve),
  );
  await devtools.send('Emulation.setVirtualTimePolicy', {
    policy: 'advance',
    budget: minutes * MINUTE_MS,
  });
  await passed;
}

interface Size {
  heapMB: number;
  elements: number;
  objects: number;
}

async function sizeOf(devtools: CDPSession): Promise<Size> {
  await devtools.send('Performance.enable');
  const objects = await objectCount(devtools);
  const heapMB = (await metricOf(devtools, 'JSHeapUsedSize')) / 1e6;
  return { heapMB, elements: await metricOf(devtools, 'Nodes'), objects };
}

/** How many objects the page's own scripts keep alive; what is garbage is collected first. */
async function objectCount(devtools: CDPSession): Promise<number> {
  const root = await devtools.send('Runtime.evaluate', { expression: 'Object.prototype' });
  const prototypeObjectId = root.result.objectId ?? '';
  const { objects } = await devtools.send('Runtime.queryObjects', { prototypeObjectId });
  const length = await devtools.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
  });
  await devtools.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
  return length.result.value as number;
}

async function metricOf(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === name)?.value ?? NaN;
}
