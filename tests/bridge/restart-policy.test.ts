import { expect, test } from 'vitest';
import { RestartPolicy, type SidecarLife } from '../../bridge/src/restart-policy.ts';

const NO_JITTER = () => 0.5;
const FRUITLESS: SidecarLife = { readyAt: undefined, hasAnswered: false };
const MINUTE_MS = 60_000;

/** A sidecar that answered and lived for so long. */
function useful(lifetimeMs: number, now: number): SidecarLife {
  return { readyAt: now - lifetimeMs, hasAnswered: true };
}

test('pauses double from 250 ms to 8 s', () => {
  const policy = new RestartPolicy(NO_JITTER);
  const delays = Array.from({ length: 8 }, () => policy.delayAfterCrash(useful(1000, 0), 0));
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test.each([
  ['shortest', 0, 200],
  ['longest', 1, 300],
])('chance makes a pause up to a fifth shorter or longer: the %s', (_which, chance, delay) => {
  expect(new RestartPolicy(() => chance).delayAfterCrash(useful(1000, 0), 0)).toBeCloseTo(delay);
});

test('a minute without a crash makes the next pause the shortest again', () => {
  const policy = new RestartPolicy(NO_JITTER);
  for (let crash = 0; crash < 5; crash++) policy.delayAfterCrash(useful(1000, 0), 0);
  expect(policy.delayAfterCrash(useful(MINUTE_MS - 1, 0), 0)).toBe(8000);
  expect(policy.delayAfterCrash(useful(MINUTE_MS, 0), 0)).toBe(250);
});

test('the fifth sidecar in three minutes that answered nothing is the last', () => {
  const policy = new RestartPolicy(NO_JITTER);
  const delays = [0, 1, 2, 3, 4].map((second) => policy.delayAfterCrash(FRUITLESS, second * 1000));
  expect(delays).toEqual([250, 500, 1000, 2000, undefined]);
});

test('five in more than three minutes are not the last', () => {
  const policy = new RestartPolicy(NO_JITTER);
  for (let crash = 0; crash < 4; crash++) policy.delayAfterCrash(FRUITLESS, crash);
  expect(policy.delayAfterCrash(FRUITLESS, 3 * MINUTE_MS)).toBe(4000);
});

test('sidecars that answered do not count, however often they crash', () => {
  const policy = new RestartPolicy(NO_JITTER);
  for (let crash = 0; crash < 100; crash++) {
    expect(policy.delayAfterCrash(useful(1, crash), crash)).toBeDefined();
  }
});

test('a probe that answers nothing is the end of trying; one that answers is a new beginning', () => {
  const policy = new RestartPolicy(NO_JITTER);
  policy.putOnTrial();
  expect(policy.delayAfterCrash(FRUITLESS, 0)).toBeUndefined();
  policy.putOnTrial();
  expect(policy.delayAfterCrash(useful(1, 0), 0)).toBe(250);
  expect(policy.delayAfterCrash(FRUITLESS, 0)).toBe(500);
});

test('what is forgotten does not count', () => {
  const policy = new RestartPolicy(NO_JITTER);
  for (let crash = 0; crash < 4; crash++) policy.delayAfterCrash(FRUITLESS, crash);
  policy.putOnTrial();
  policy.forget();
  expect(policy.delayAfterCrash(FRUITLESS, 5)).toBe(250);
});
