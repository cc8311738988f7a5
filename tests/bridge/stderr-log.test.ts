import { afterEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../bridge/src/logger.ts';
import { StderrLog } from '../../bridge/src/stderr-log.ts';

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

test('the last 8 KiB are kept, whatever the length of the lines', () => {
  const log = new StderrLog(silentLogger);
  for (let line = 0; line < 100_000; line++) log.add(String(line));
  expect(log.lastWords().length).toBeLessThanOrEqual(8192);
  expect(log.lastWords()).toMatch(/\n99999$/);
  log.add('x'.repeat(1 << 20));
  expect(log.lastWords()).toBe('x'.repeat(8192));
});

test('what is too much for the log is told once an hour, and the next hour starts anew', () => {
  vi.useFakeTimers();
  const logged: string[] = [];
  const note = (line: string) => void logged.push(line);
  const log = new StderrLog({ info: note, warn: note, error: note });
  for (let line = 0; line < 1000; line++) log.add('noise');
  expect(logged).toHaveLength(101);
  expect(logged.at(-1)).toContain('too much');
  vi.advanceTimersByTime(HOUR_MS);
  log.add('news');
  expect(logged.at(-1)).toBe('sidecar: news');
});
