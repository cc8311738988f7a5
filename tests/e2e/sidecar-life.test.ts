import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { isRunning } from './processes.ts';
import { launchShim, SOON } from './shim.ts';

test('a killed sidecar shows as one clear error, and the next poll recovers', async () => {
  const driver = new FakeDriver('devices 1', '0 utilization 41');
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('utilization'), SOON).toEqual(['41 %']);
  const killed = await shim.sidecar();

  driver.script('devices 1', '0 utilization 42');
  process.kill(killed, 'SIGKILL');

  await expect
    .poll(() => Promise.all([shim.texts('[role=alert]'), shim.field('utilization')]), {
      ...SOON,
      interval: 50,
    })
    .toEqual([[expect.stringMatching(/^GPU sensors stopped/)], ['41 %']]);
  await expect.poll(() => shim.field('utilization'), SOON).toEqual(['42 %']);
  expect(await shim.texts('[role=alert]')).toEqual([]);
  expect(await shim.sidecar()).not.toBe(killed);
});

test('quitting leaves no sidecar behind', async () => {
  const shim = await launchShim({ args: ['--simulate', '1'] });
  await expect.poll(() => shim.field('gpuId'), SOON).toEqual(['GPU-0']);
  const sidecar = await shim.sidecar();
  await shim.quit();
  await expect.poll(() => isRunning(sidecar), SOON).toBe(false);
});

test('an app whose sidecar cannot run says so, and quits all the same', async () => {
  const shim = await launchShim({ args: ['--simulate', 'nonsense'] });
  await expect
    .poll(() => shim.texts('[role=alert]'), SOON)
    .toEqual([expect.stringMatching(/^GPU sensors/)]);
  await shim.quit();
});

/** Returns the address of a server that never answers, and what resolves when it is asked. */
async function silentServer() {
  const server = createServer();
  onTestFinished(() => void server.close());
  const asked = once(server, 'connection');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

test('an app that ends while its page is still loading ends without a complaint', async () => {
  const { address, asked } = await silentServer();
  const shim = await launchShim({ args: ['--simulate', '1'], page: `<img src="${address}">` });
  await asked;
  await shim.quit();
  expect(shim.output.join('')).not.toMatch(/rejection|ERR_/i);
});
