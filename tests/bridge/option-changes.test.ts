import { expect, test } from 'vitest';
import { optionChanges } from '../../bridge/src/option-changes.ts';

const ALL = ['intervalMs', 'processNames', 'thresholds'] as const;
const REFUSED = expect.objectContaining({ code: 'invalid-options' }) as Error;

test.each([
  {},
  { intervalMs: 500 },
  { intervalMs: 60_000, processNames: true },
  { processNames: false },
  { thresholds: { temperatureC: 90 } },
])('%o are changes of options', (changes) => {
  expect(optionChanges(changes, ALL)).toEqual(changes);
});

test.each([
  undefined,
  null,
  1000,
  'intervalMs',
  [1000],
  { intervalMs: 499 },
  { intervalMs: 60_001 },
  { intervalMs: 1000.5 },
  { intervalMs: NaN },
  { intervalMs: '1000' },
  { intervalMs: null },
  { processNames: 1 },
  { thresholds: { temperatureC: 1000 } },
  { command: '/bin/sh' },
  JSON.parse('{"__proto__":{"intervalMs":1000}}') as unknown,
])('%o are none', (changes) => {
  expect(() => optionChanges(changes, ALL)).toThrow(REFUSED);
});

test('what its sender may not change is refused, whatever comes with it', () => {
  expect(() => optionChanges({ intervalMs: 500, processNames: true }, ['intervalMs'])).toThrow(
    REFUSED,
  );
});
