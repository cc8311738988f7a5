import { expect, test } from 'vitest';
import { updatedLog, type AlertRecord } from '../../electron-shim/src/renderer/alerts/alert-log.ts';
import { aGpu } from './fake-electron.ts';

const HOT = { rule: 'temperature', severity: 'warning', since: 1000 } as const;

test('an alert that begins comes first, and ends when it is no longer told', () => {
  const begun = updatedLog([], [aGpu({ alerts: [HOT] })], 2000);
  expect(begun).toEqual([{ gpuId: 'GPU-0', ...HOT, endedAt: null }]);
  const ended = updatedLog(begun, [aGpu({ alerts: [] })], 3000);
  expect(ended).toEqual([{ gpuId: 'GPU-0', ...HOT, endedAt: 3000 }]);
  const again = updatedLog(ended, [aGpu({ alerts: [{ ...HOT, since: 4000 }] })], 4000);
  expect(again.map(({ endedAt }) => endedAt)).toEqual([null, 3000]);
});

test('an answer that changes nothing leaves the same log', () => {
  const log = updatedLog([], [aGpu({ alerts: [HOT] })], 2000);
  expect(updatedLog(log, [aGpu({ alerts: [HOT] })], 3000)).toBe(log);
});

test('an alert that becomes more severe stays one record', () => {
  const log = updatedLog([], [aGpu({ alerts: [HOT] })], 2000);
  const worse = updatedLog(log, [aGpu({ alerts: [{ ...HOT, severity: 'critical' }] })], 3000);
  expect(worse).toEqual([{ gpuId: 'GPU-0', ...HOT, severity: 'critical', endedAt: null }]);
});

test('the alert of a GPU that is no longer listed has ended', () => {
  const log = updatedLog([], [aGpu({ alerts: [HOT] })], 2000);
  expect(updatedLog(log, [], 3000)[0]?.endedAt).toBe(3000);
});

test('forgets the oldest rather than growing for ever', () => {
  let log: readonly AlertRecord[] = [];
  for (let since = 0; since < 1000; since += 1) {
    log = updatedLog(log, [aGpu({ alerts: [{ ...HOT, since }] })], since);
  }
  expect(log).toHaveLength(200);
  expect(log[0]?.since).toBe(999);
});
