import { expect, test } from 'vitest';
import { ForeignClock } from '../../../bridge/src/hosts/foreign-clock.ts';

const NOW = 1_763_800_000_000;
const DAY_MS = 86_400_000;

test('a clock that is right stays right, however old a sample is when it comes', () => {
  const clock = new ForeignClock();
  clock.observe(NOW - 2000, NOW);
  expect(clock.toLocal(NOW - 2000)).toBe(NOW - 2000);
});

test.each([
  ['ahead', DAY_MS],
  ['behind', -DAY_MS],
])('a clock that is a day %s is put right', (_direction, offMs) => {
  const clock = new ForeignClock();
  clock.observe(NOW + offMs, NOW);
  expect(clock.toLocal(NOW + offMs - 1000)).toBe(NOW - 1000);
});

test('the sample that came fastest tells how far a clock is off', () => {
  const clock = new ForeignClock();
  clock.observe(NOW + DAY_MS - 1500, NOW);
  clock.observe(NOW + DAY_MS + 2000 - 20, NOW + 2000);
  clock.observe(NOW + DAY_MS + 4000 - 1000, NOW + 4000);
  expect(clock.toLocal(NOW + DAY_MS)).toBe(NOW + 20);
});

test('a sample that comes again tells nothing, however old it is by then', () => {
  const clock = new ForeignClock();
  clock.observe(NOW + DAY_MS, NOW);
  clock.observe(NOW + DAY_MS, NOW + 60_000);
  expect(clock.toLocal(NOW + DAY_MS)).toBe(NOW);
});

test.each([
  ['right', 0],
  ['another day', -DAY_MS],
])('a clock that is set is put right: to %s', (_what, offMs) => {
  const clock = new ForeignClock();
  clock.observe(NOW + DAY_MS, NOW);
  clock.observe(NOW + offMs + 1000, NOW + 1000);
  expect(clock.toLocal(NOW + offMs + 1000)).toBe(NOW + 1000);
});
