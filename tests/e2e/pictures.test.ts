// The pictures of the documents, from the scripted driver: PICTURES=docs/images writes them anew.
// Run only with it, since what is tested of the page is tested elsewhere.
import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { launchShim, SOON, type Shim } from './shim.ts';

const FOLDER = process.env['PICTURES'] ?? '';

const CHOICES = { intervalMs: 500, windowMinutes: 1 };

const TWO_GPUS = [
  'devices 2',
  '0 name NVIDIA GeForce RTX 4090',
  '0 memory_total_mib 24564',
  '0 memory_used_mib 23010',
  '0 power_limit_mw 450000',
  '0 sm_clock_mhz 2520',
  '0 slowdown_c 95',
  '0 fan_percent 71',
  '0 event_reasons 0x4',
  '0 compute_process 4711 22600',
  '1 name NVIDIA RTX A2000',
  '1 memory_total_mib 6138',
  '1 memory_used_mib 410',
  '1 power_limit_mw 70000',
  '1 sm_clock_mhz 210',
];

/** Until a chart is worth looking at, and warnings have been raised. */
const SECONDS_OF_LOAD = 55;
const PICTURE_LIMIT_MS = 2 * 60_000 + 1000 * SECONDS_OF_LOAD;

describe('pictures', { timeout: PICTURE_LIMIT_MS }, () => {
  test('two GPUs, and one of them under load', async () => {
    const shim = await underLoad();
    await take(shim, 'overview', 1280, 720);
    await shim.open('GPU-0');
    await shim.page.waitForSelector('[data-testid=chart] canvas');
    await take(shim, 'detail-alerts', 1280, 1110);
    await shim.choose({ ...CHOICES, language: 'pt-BR', theme: 'dark' });
    await expect
      .poll(() => shim.page.locator('[data-testid=sparkline] path[d^=M]').count(), SOON)
      .toBe(2);
    await take(shim, 'pt-br-dark', 1280, 720);
  });

  test('eight GPUs', async () => {
    const driver = new FakeDriver('devices 8');
    const shim = await launchShim({ env: driver.env });
    await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(8);
    for (let second = 0; second < SECONDS_OF_LOAD; second += 1) {
      const wave = (gpu: number) => Math.round(50 + 48 * Math.sin(second / (7 + gpu) + gpu));
      const loads = [0, 1, 2, 3, 4, 5].map((gpu) => `${gpu} utilization ${wave(gpu)}`);
      const last = ['2 utilization 98', '5 temperature_c 84', '7 * return 15'];
      driver.script('devices 8', ...loads, ...(second > SECONDS_OF_LOAD - 8 ? last : []));
      await shim.page.waitForTimeout(1000);
    }
    await take(shim, 'eight-gpus', 1920, 1080);
  });

  test('no GPU', async () => {
    const driver = new FakeDriver('- nvmlInitWithFlags return 12');
    const shim = await launchShim({ env: driver.env });
    await expect.poll(() => shim.texts('[data-provider]'), SOON).not.toEqual([]);
    await take(shim, 'no-gpu', 960, 480);
  });
});

/** Two GPUs, the first of which has worked for a while. */
async function underLoad(): Promise<Shim> {
  const driver = new FakeDriver(...TWO_GPUS, '0 utilization 0', '0 temperature_c 41');
  const shim = await launchShim({ env: driver.env });
  await shim.choose({ ...CHOICES, language: 'en', theme: 'light' });
  for (let second = 0; second < SECONDS_OF_LOAD; second += 1) {
    const ripple = Math.round(3 * Math.sin(second) + 2 * Math.sin(2.7 * second));
    driver.script(
      ...TWO_GPUS,
      `0 utilization ${second < 6 ? 3 : Math.min(100, 95 + ripple)}`,
      `0 temperature_c ${Math.min(85, 48 + 2 * second)}`,
      `0 power_mw ${second < 6 ? 31_000 : 405_000 + 4000 * ripple}`,
      `1 utilization ${Math.max(0, ripple)}`,
      '1 temperature_c 37',
      '1 power_mw 9800',
    );
    // What is photographed is the course of time.
    await shim.page.waitForTimeout(1000);
  }
  return shim;
}

async function take({ page }: Shim, name: string, width: number, height: number): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.setViewportSize({ width, height });
  // The focus that a click leaves is no part of the picture.
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
}
