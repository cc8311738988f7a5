import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HistoryQueue } from '../../bridge/src/history-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('the longest answers are asked for twice a second', async () => {
  const queue = new HistoryQueue();
  let asked = 0;
  const ask = () => {
    asked += 1;
    return Promise.resolve('x'.repeat(1 << 20));
  };
  const answers = Array.from({ length: 5 }, () => queue.add(ask));
  await vi.advanceTimersByTimeAsync(999);
  expect(asked).toBe(2);
  await vi.advanceTimersByTimeAsync(4000);
  await Promise.all(answers);
});

test('an answer of nothing, and none, hold nobody up for long', async () => {
  const queue = new HistoryQueue();
  const failing = queue.add(() => Promise.reject(new Error('gone')));
  await expect(failing).rejects.toThrow('gone');
  const empty = queue.add(() => Promise.resolve(undefined));
  const next = queue.add(() => Promise.resolve('next'));
  await vi.advanceTimersByTimeAsync(2 * 50);
  expect(await empty).toBeUndefined();
  expect(await next).toBe('next');
});

test('an answer nested too deeply to be written holds nobody up', async () => {
  const queue = new HistoryQueue();
  const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown;
  const first = queue.add(() => Promise.resolve(deep));
  const next = queue.add(() => Promise.resolve('next'));
  await vi.advanceTimersByTimeAsync(50);
  expect(await first).toBe(deep);
  expect(await next).toBe('next');
});
