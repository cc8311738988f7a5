import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { inspect } from './inspection.ts';
import { launchShim, SOON } from './shim.ts';

const REPOSITORY = new URL('../../', import.meta.url);
const ASLEEP = {
  command: fileURLToPath(new URL('.venv/bin/python', REPOSITORY)),
  args: [fileURLToPath(new URL('tests/fakes/sidecars/asleep.py', REPOSITORY))],
};

test.each([1, 8, 64])('%i GPUs are all shown, each with its line of the past', async (count) => {
  const driver = new FakeDriver(`devices ${count}`);
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(count);
  await expect
    .poll(() => shim.page.locator('[data-testid=sparkline] path[d^=M]').count(), SOON)
    .toBe(count);
  await inspect(shim, `gpus-${count}`);
});

test('no GPU: why, and what to do', async () => {
  const driver = new FakeDriver('- nvmlInitWithFlags return 12');
  const shim = await launchShim({ env: driver.env });
  await shim.page.waitForSelector('[data-testid=no-gpu]');
  await inspect(shim, 'no-gpu');
});

test('a driver that fails is told apart, and what helps is said', async () => {
  const driver = new FakeDriver('- nvmlInitWithFlags return 18');
  const shim = await launchShim({ env: driver.env });
  await expect
    .poll(() => shim.texts('[data-provider=nvidia]'), SOON)
    .toEqual([expect.stringMatching(/Not usable.*updated.*Restart the computer\./s)]);
  await inspect(shim, 'driver-fails');
});

test('a hanging driver is an error above the last numbers', async () => {
  const driver = new FakeDriver('devices 1', '0 utilization 41');
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('utilization'), SOON).toEqual(['41 %']);
  driver.script('devices 1', '0 nvmlDeviceGetUtilizationRates hang');
  await expect
    .poll(() => shim.texts('[data-condition=stale]'), SOON)
    .toEqual(['Not answering', 'Not answering']);
  await inspect(shim, 'hanging');
});

test('unified memory is said to be shared', async () => {
  const driver = new FakeDriver(
    'devices 1',
    '0 name NVIDIA GB10',
    '0 nvmlDeviceGetMemoryInfo return 3',
    '0 nvmlDeviceGetMemoryInfo_v2 return 3',
  );
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('note'), SOON).toEqual([expect.stringMatching(/^Unified/)]);
  await inspect(shim, 'unified');
});

test('charts that cannot be loaded cost only themselves', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  const devtools = await shim.page.context().newCDPSession(shim.page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setBlockedURLs', { urls: ['*/plot-*.js'] });
  await shim.open('GPU-0');
  await expect
    .poll(() => shim.texts('[data-testid=chart] [role=img]'), SOON)
    .toEqual(Array(4).fill('The lines cannot be drawn. The table has the values.'));
  await shim.page.click('[aria-label="Utilization as a table"]');
  await shim.page.waitForSelector('[data-chart=Utilization] table');
  await inspect(shim, 'no-lines');
});

test('GPUs that sleep are told apart from those that are idle or lost', async () => {
  const shim = await launchShim({ sidecar: ASLEEP });
  await expect
    .poll(() => shim.texts('[data-testid=gpu-card] [data-condition]'), SOON)
    .toEqual(['Asleep', 'Asleep']);
  expect(await shim.field('utilization')).toEqual(['—', '—']);
  expect(await shim.field('note')).toContainEqual(expect.stringMatching(/^Powered down/));
  await inspect(shim, 'asleep');
});

test('simulated GPUs and the simulated worker say so in every view', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  await shim.page.waitForSelector('[data-testid=simulated-banner]');
  await inspect(shim, 'simulated');
  await shim.open('GPU-0');
  expect(await shim.texts('[data-testid=simulated-banner]')).toHaveLength(1);
  await shim.page.click('[role=tab]:has-text("LLM")');
  await expect
    .poll(() => shim.texts('[data-testid=simulated-worker]'), SOON)
    .toEqual(['Simulated worker. These numbers are invented; no model is run.']);
  await inspect(shim, 'llm');
});

test('a killed sidecar: an error above old numbers', async () => {
  const driver = new FakeDriver('devices 2');
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(2);
  // The error stays until the next poll: time enough to look at it.
  await shim.choose({ intervalMs: 10_000 });
  await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(2);
  process.kill(await shim.sidecar(), 'SIGKILL');
  await shim.page.click('text=Refresh');
  await shim.page.waitForSelector('[role=alert]');
  await inspect(shim, 'error');
});

test('the dialogs', async () => {
  const driver = new FakeDriver('devices 2');
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(2);
  for (const [name, title] of [
    ['settings', 'Settings'],
    ['alerts', 'Alerts'],
    ['export', 'Export'],
  ] as const) {
    await shim.page.click(`[data-dialog=${name}]`);
    expect(await shim.texts('dialog h2')).toEqual([title]);
    await shim.page.keyboard.press('Escape');
  }
});
