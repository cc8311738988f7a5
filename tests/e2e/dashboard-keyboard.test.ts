import { expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { launchShim, SOON, type Shim } from './shim.ts';

/** More steps than a page with two GPUs has. */
const MOST_STEPS = 30;

test('everything is reached and used by keyboard alone', async () => {
  const driver = new FakeDriver('devices 2', '0 utilization 41');
  const shim = await launchShim({ env: driver.env });
  const { keyboard } = shim.page;
  await expect.poll(() => shim.field('gpuId'), SOON).toEqual(['GPU-0', 'GPU-1']);

  // The views.
  await tabTo(shim, '[role=tab]');
  await keyboard.press('ArrowLeft');
  await shim.page.waitForSelector('[data-testid=simulated-worker]');
  await keyboard.press('ArrowRight');
  await expect.poll(() => shim.field('gpuId'), SOON).toEqual(['GPU-0', 'GPU-1']);

  // A dialog gives the focus back.
  await tabTo(shim, '[data-dialog=settings]');
  await keyboard.press('Enter');
  await tabTo(shim, '[data-threshold=utilizationPercent]');
  await keyboard.press('Control+A');
  await keyboard.type('40');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  expect(await hasFocus(shim, '[data-dialog=settings]')).toBe(true);
  expect(await shim.texts('[data-gpu=GPU-0] [data-condition]')).toEqual(['Busy']);

  // The interval, and the pause.
  await tabTo(shim, 'main select');
  await keyboard.press('ArrowUp');
  await expect.poll(() => shim.page.inputValue('main select'), SOON).toBe('1000');
  await tabTo(shim, 'main button');
  await keyboard.press('Enter');
  expect(await shim.texts('main button >> nth=0')).toEqual(['Resume']);
  await keyboard.press('Enter');

  // One GPU, and back to where one was.
  await tabTo(shim, '[data-opens=GPU-1]');
  await keyboard.press('Enter');
  await shim.page.waitForSelector('[data-testid=gpu-detail]');
  await tabTo(shim, '[data-testid=chart] [aria-pressed]');
  await keyboard.press('Space');
  await shim.page.waitForSelector('[data-testid=chart] [role=region]');
  // Escape closes a dialog, and not the detail below it as well.
  await tabTo(shim, '[data-dialog=export]');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  expect(await hasFocus(shim, '[data-dialog=export]')).toBe(true);
  await keyboard.press('Escape');
  expect(await hasFocus(shim, '[data-opens=GPU-1]')).toBe(true);

  // Two GPUs over each other.
  for (const gpuId of ['GPU-0', 'GPU-1']) {
    await shim.page.focus(`[data-gpu=${gpuId}] [type=checkbox]`);
    await keyboard.press('Space');
  }
  await shim.page.focus('main select');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await shim.page.waitForSelector('[data-testid=compare]');
});

/** Presses Tab until the focus is on what a selector finds. */
async function tabTo(shim: Shim, selector: string): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await shim.page.keyboard.press('Tab');
    if (await hasFocus(shim, selector)) return;
  }
  throw new Error(`Tab does not come to ${selector}.`);
}

function hasFocus(shim: Shim, selector: string): Promise<boolean> {
  return shim.page.evaluate<boolean>(`document.activeElement.matches('${selector}')`);
}
