import { expect, test } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { launchShim, SOON } from './shim.ts';

test('shows the numbers that the driver was scripted with, and follows when they change', async () => {
  const driver = new FakeDriver(
    'devices 2',
    '0 name NVIDIA GeForce RTX 4090',
    '0 utilization 87',
    '0 memory_used_mib 8123',
    '0 memory_total_mib 24564',
    '0 temperature_c 61',
    '0 power_mw 285400',
    '0 sm_clock_mhz 2520',
    '1 name NVIDIA RTX A2000',
    '1 utilization 3',
    '1 memory_used_mib 512',
    '1 memory_total_mib 6138',
    '1 temperature_c 38',
    '1 nvmlDeviceGetPowerUsage return 3 # not supported',
    '1 sm_clock_mhz 210',
  );
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.field('gpuId'), SOON).toEqual(['GPU-0', 'GPU-1']);
  expect({
    name: await shim.field('name'),
    utilization: await shim.field('utilization'),
    memory: await shim.field('memory'),
    temperature: await shim.field('temperatureC'),
    power: await shim.field('power'),
    clock: await shim.field('clockMHz'),
  }).toEqual({
    name: ['NVIDIA GeForce RTX 4090', 'NVIDIA RTX A2000'],
    utilization: ['87 %', '3 %'],
    memory: ['7.9 / 24.0 GiB', '0.5 / 6.0 GiB'],
    temperature: ['61 °C', '38 °C'],
    power: ['285 / 450 W', '— / 450 W'],
    clock: ['2,520 MHz', '210 MHz'],
  });

  driver.script('devices 2', '0 utilization 12', '1 nvmlDeviceGetUtilizationRates return 3');
  await expect.poll(() => shim.field('utilization'), SOON).toEqual(['12 %', '—']);
});

test('shows simulated GPUs only when asked to, and marks each of them', async () => {
  const shim = await launchShim({ args: ['--simulate', '2'] });
  await expect.poll(() => shim.field('simulated'), SOON).toEqual(['Simulated', 'Simulated']);
  expect(await shim.texts('[data-testid=simulated-banner]')).toEqual([
    'Simulated GPUs. These numbers are invented; no hardware is measured.',
  ]);
});

test('says which drivers were looked for, and why there is no GPU', async () => {
  // What pynvml says where the library is missing, on a computer that has it, too.
  const driver = new FakeDriver('- nvmlInitWithFlags return 12');
  const shim = await launchShim({ env: driver.env });
  await expect.poll(() => shim.texts('[data-testid=no-gpu] h2'), SOON).toEqual(['No GPU found']);
  expect(await shim.texts('[data-testid=driver][data-state=absent]')).toContainEqual(
    expect.stringMatching(
      /NVIDIA.*Not found.*No NVIDIA driver was found.*install NVIDIA's driver/s,
    ),
  );
  expect(await shim.field('gpuId')).toEqual([]);
});
