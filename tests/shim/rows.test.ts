import { expect, test } from 'vitest';
import { historyRows, sampleRows, textOf } from '../../electron-shim/src/renderer/export/rows.ts';
import { aGpu, anUnknownGpu } from './fake-electron.ts';

const TIME = new Date(2026, 0, 1, 9, 5, 7).toISOString();

test('a sample has a row per GPU, in which unknown is null and not a number of its own', () => {
  const [known, unknown] = sampleRows([aGpu({ powerUsageW: 285.4 }), anUnknownGpu()], []);
  expect(known).toMatchObject({ time: TIME, gpuId: 'GPU-0', utilization: 37, powerUsageW: 285.4 });
  expect(unknown).toMatchObject({ utilization: null, memoryTotalMB: null, fanPercent: null });
});

test('names of programs are not exported', () => {
  const rows = sampleRows([aGpu({ processes: ['secret-project'], processCount: 1 })], []);
  expect(JSON.stringify(rows)).not.toContain('secret-project');
});

test('the past has a row per time and GPU that has a value, of the chosen GPUs', () => {
  const columns = { memoryUsedMB: [null, 5], temperatureC: [null, 40], powerUsageW: [null, null] };
  const history = {
    timestamps: [0, 1000],
    gpus: ['GPU-0', 'GPU-1'].map((gpuId) => ({ gpuId, utilization: [null, 7], ...columns })),
  };
  expect(historyRows(history, [aGpu({ gpuId: 'GPU-1' })], [])).toEqual([
    {
      time: '1970-01-01T00:00:01.000Z',
      gpuId: 'GPU-1',
      utilization: 7,
      memoryUsedMB: 5,
      temperatureC: 40,
      powerUsageW: null,
    },
  ]);
});

test('CSV quotes what needs it, and leaves unknown empty', () => {
  const rows = [{ name: 'A "big", one', load: null, watts: 1.5 }];
  expect(textOf(rows, 'CSV')).toBe('name,load,watts\r\n"A ""big"", one",,1.5\r\n');
});

test('JSON is the rows', () => {
  const rows = sampleRows([anUnknownGpu()], []);
  expect(JSON.parse(textOf(rows, 'JSON'))).toEqual(rows);
});

test('other computers are numbered in their order, whichever of them has GPUs, and not named', () => {
  const hosts = ['secret-name', 'box'].map(
    (name) => ({ name, state: 'ready', reason: '', action: '' }) as const,
  );
  const gpus = [aGpu(), aGpu({ gpuId: 'box · GPU-0', host: 'box' })];
  expect(sampleRows(gpus, hosts).map(({ gpuId }) => gpuId)).toEqual(['GPU-0', 'host-2 · GPU-0']);
  const column = [7];
  const columns = {
    utilization: column,
    memoryUsedMB: column,
    temperatureC: column,
    powerUsageW: column,
  };
  const history = { timestamps: [0], gpus: [{ gpuId: 'box · GPU-0', ...columns }] };
  expect(historyRows(history, gpus, hosts)).toMatchObject([{ gpuId: 'host-2 · GPU-0' }]);
});
