// How the page looks with the GPUs of other computers. That they get there is tested in hosts.test.ts.
import type { GpuMetrics, HostStatus, ProviderStatus } from 'gpu-metrics-bridge/contract';
import { expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { inspect } from './inspection.ts';
import { launchShim, SOON, type Shim } from './shim.ts';

const UNREACHABLE = {
  state: 'unavailable',
  reason: 'This computer cannot be reached.',
  action: 'Make sure that it is switched on and connected.',
} as const;

/** As long as a name of a computer can be. */
const LONG_NAME = 'workstation-under-the-desk-by-the-window-of-the-second-floor-left';

test('a computer without GPU, and others of which some do not answer', async () => {
  const shim = await shimWith(
    [...gpusOf('box', 2), ...gpusOf('rack', 1, 'stale'), ...gpusOf(LONG_NAME.slice(0, 64), 1)],
    [
      host('box'),
      host('rack', UNREACHABLE),
      host(LONG_NAME.slice(0, 64)),
      host('attic', { state: 'connecting' }),
      host('cellar', {
        state: 'unavailable',
        reason: 'The GPU driver of this computer does not answer.',
        action: 'If it stays so, end the programs that use the GPU there, or restart it.',
      }),
      host('laptop'),
    ],
    [
      absent('nvidia', 'No NVIDIA driver was found (its library NVML is not installed).'),
      absent('amd', 'This computer has no AMD GPU.'),
      absent('intel', 'This computer has no Intel GPU.'),
      { name: 'nvidia', host: 'box', state: 'ready', deviceCount: 2, reason: '', action: '' },
    ],
  );
  expect(await shim.texts('[data-testid=computer] h2')).toHaveLength(7);
  await inspect(shim, 'hosts');
  await shim.open('box · GPU-0');
  await inspect(shim, 'hosts-detail');
  await shim.page.keyboard.press('Escape');
  for (const box of await shim.page.locator('[data-testid=gpu-card] [type=checkbox]').all()) {
    await box.check();
  }
  await shim.page.click('main button:has-text("4")');
  await shim.page.waitForSelector('[data-testid=compare]');
  await inspect(shim, 'hosts-compare');
});

test('64 GPUs of three computers', async () => {
  const shim = await shimWith(
    [...gpusOf(undefined, 8), ...gpusOf('box', 24), ...gpusOf('rack', 32, 'stale')],
    [host('box'), host('rack', UNREACHABLE)],
    [],
  );
  await inspect(shim, 'hosts-64');
});

/** The shim, whose page is answered with these. */
async function shimWith(
  gpus: GpuMetrics[],
  hosts: HostStatus[],
  providers: ProviderStatus[],
): Promise<Shim> {
  const shim = await launchShim({ env: new FakeDriver('devices 1').env });
  await shim.page.waitForSelector('[data-testid=gpu-card]');
  const status = { providers, intervalMs: 2000, asleep: [], hosts };
  await shim.app.evaluate(
    ({ ipcMain }, answers) => {
      for (const [channel, result] of answers) {
        ipcMain.removeHandler(channel);
        ipcMain.handle(channel, () => ({ result }));
      }
    },
    [
      ['dashboard:get-gpu-metrics', gpus],
      ['dashboard:get-gpu-status', status],
    ] as const,
  );
  await expect.poll(() => shim.field('gpuId'), SOON).toHaveLength(gpus.length);
  await shim.page.waitForSelector('[data-testid=computer]');
  return shim;
}

function gpusOf(
  name: string | undefined,
  count: number,
  status: GpuMetrics['status'] = 'ok',
): GpuMetrics[] {
  return Array.from({ length: count }, (_, index) => ({
    gpuId: name === undefined ? `GPU-${index}` : `${name} · GPU-${index}`,
    ...(name !== undefined && { host: name }),
    name: 'NVIDIA GeForce RTX 4090',
    vendor: 'nvidia',
    status,
    memoryKind: 'dedicated',
    sampledAt: Date.now() - (status === 'stale' ? 90_000 : 0),
    utilization: status === 'stale' ? NaN : (37 * index) % 100,
    memoryUsedMB: status === 'stale' ? NaN : 8123,
    memoryTotalMB: 24_564,
    temperatureC: status === 'stale' ? NaN : 61,
    alerts: [],
  }));
}

function host(name: string, more: Partial<HostStatus> = {}): HostStatus {
  return { name, state: 'ready', reason: '', action: '', ...more };
}

function absent(name: string, reason: string): ProviderStatus {
  return { name, state: 'absent', deviceCount: 0, reason, action: '' };
}
