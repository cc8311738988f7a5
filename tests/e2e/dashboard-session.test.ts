import { expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { inspect } from './inspection.ts';
import { launchShim, SOON } from './shim.ts';

const COMPUTER = [
  'devices 2',
  '0 name NVIDIA GeForce RTX 4090',
  '0 memory_total_mib 24564',
  '0 power_limit_mw 450000',
  '0 slowdown_c 95',
  '1 name NVIDIA RTX A2000',
  '1 memory_total_mib 6138',
  '1 memory_used_mib 410',
  '1 utilization 0',
  '1 temperature_c 36',
  '1 power_mw 9000',
  '1 power_limit_mw 70000',
];
const IDLE = ['0 utilization 0', '0 memory_used_mib 612', '0 temperature_c 38', '0 power_mw 22000'];
const LOADED = [
  '0 utilization 4',
  '0 memory_used_mib 20890',
  '0 temperature_c 44',
  '0 power_mw 96000',
  '0 compute_process 4711 20200',
];
const PROMPT = [...LOADED, '0 utilization 100', '0 temperature_c 62', '0 power_mw 441000'];
const GENERATING = [
  ...PROMPT,
  '0 utilization 97',
  '0 memory_used_mib 23010',
  '0 temperature_c 74',
  '0 event_reasons 0x4',
];
const OVERHEATED = [...GENERATING, '0 temperature_c 88', '0 event_reasons 0x40'];
const GPU_1_LOST = [...IDLE, '1 * return 15'];

/** The alerts last ten seconds before they are told, and two rounds of them are waited for. */
const SESSION_LIMIT_MS = 300_000;

test(
  'a session with a model, from loading it to a lost GPU that returns',
  { timeout: SESSION_LIMIT_MS },
  async () => {
    const driver = new FakeDriver(...COMPUTER, ...IDLE);
    const shim = await launchShim({ env: driver.env });
    await shim.choose({ intervalMs: 500 });
    const { page } = shim;
    const becomes = (...gpu: string[]) => driver.script(...COMPUTER, ...gpu);
    const summary = () => shim.texts('[data-testid=summary]');

    await expect.poll(() => flat(summary()), SOON).toEqual(['2 GPUs All quiet']);
    await inspect(shim, 'idle');

    becomes(...LOADED);
    await expect
      .poll(() => shim.field('memory'), SOON)
      .toEqual(['20.4 / 24.0 GiB', '0.4 / 6.0 GiB']);
    await expect.poll(() => shim.field('processCount'), SOON).toEqual(['1', '0']);

    becomes(...PROMPT);
    await expect.poll(() => flat(summary()), SOON).toEqual(['2 GPUs Busy']);
    expect(await shim.texts('[data-rule]')).toEqual([]);

    becomes(...GENERATING);
    await expect.poll(() => flat(summary()), SOON).toEqual(['2 GPUs Nearly full Busy']);
    await expect
      .poll(() => shim.field('note'), SOON)
      .toEqual(['Held back: power limit reached', 'Nothing holds it back.']);
    await expect
      .poll(() => shim.texts('[data-rule=memory] strong'), SOON)
      .toEqual(['Memory nearly full: GPU-0.']);

    becomes(...OVERHEATED);
    await expect.poll(() => flat(summary()), SOON).toEqual(['2 GPUs Hot Nearly full Busy']);
    await expect
      .poll(() => shim.texts('[data-rule] strong'), SOON)
      .toEqual(['Slowed down by heat: GPU-0.', 'Memory nearly full: GPU-0.', 'Hot: GPU-0.']);
    expect(await shim.texts('[data-testid=alert-count]')).toEqual([expect.stringMatching(/^3/)]);
    await inspect(shim, 'overheated');

    await shim.open('GPU-0');
    await page.waitForSelector('[data-testid=chart] canvas');
    const lines = page.locator('[data-testid=chart] [role=img]').first();
    expect(await lines.getAttribute('aria-label')).toBe('Utilization');
    const readout = await lines.getAttribute('aria-describedby');
    expect(await page.textContent(`[id="${readout}"]`)).toMatch(/^\s*\d+ % to \d+ %$/);
    await inspect(shim, 'detail');
    await page.click('[data-testid=chart] [aria-pressed]');
    expect(await shim.texts('[data-testid=chart] tbody td >> nth=0')).toEqual(['97 %']);
    await inspect(shim, 'detail-table');
    await page.click('text=All GPUs');

    for (const gpuId of ['GPU-0', 'GPU-1'])
      await page.check(`[data-gpu="${gpuId}"] [type=checkbox]`);
    await page.click('text=Compare 2');
    await page.waitForSelector('[data-testid=compare]');
    await inspect(shim, 'compare');
    await page.click('text=All GPUs');

    becomes(...IDLE);
    await expect.poll(() => flat(summary()), SOON).toEqual(['2 GPUs All quiet']);
    await expect.poll(() => shim.texts('[data-rule]'), SOON).toEqual([]);
    await page.click('[data-dialog=alerts]');
    const log = await shim.texts('[data-testid=alert-log] li');
    expect(log).toHaveLength(4);
    expect(log).toContainEqual(expect.stringMatching(/^Information\s*GPU-0 Busy/));
    await page.keyboard.press('Escape');

    becomes(...GPU_1_LOST);
    await expect.poll(() => shim.texts('[data-condition=lost]'), SOON).toEqual(['Lost', 'Lost']);
    expect(await shim.field('utilization')).toEqual(['0 %', '—']);
    await expect
      .poll(() => shim.texts('[data-rule=unavailable] strong'), SOON)
      .toEqual(['No numbers: GPU-1.']);
    await inspect(shim, 'lost');

    becomes(...IDLE);
    await expect.poll(() => flat(summary()), SOON).toEqual(['2 GPUs All quiet']);
    expect(await shim.field('utilization')).toEqual(['0 %', '0 %']);
  },
);

/** Lines and spaces between elements are the layout's business. */
async function flat(texts: Promise<string[]>): Promise<string[]> {
  return (await texts).map((text) => text.replaceAll(/\s+/g, ' '));
}
