import { expect, onTestFinished, test, vi } from 'vitest';
import { namedLogger } from '../../bridge/src/logger.ts';

function logged(message: string): string {
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  namedLogger({ info: note, warn: note, error: note }, 'box').warn(message);
  return lines.join();
}

test('another computer stands before each line that concerns it', () => {
  expect(logged('its last words:\nnone')).toBe('box: its last words:\nbox: none');
});

test('another computer cannot move the cursor of who reads the log, or fill it', () => {
  expect(logged('\u001b[2Jgone\r')).toBe('box: ?[2Jgone?');
  expect(logged('x'.repeat(1 << 20)).length).toBeLessThan(11 << 10);
});

test('what concerns another computer is logged once an hour, and at most a hundred messages', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const logger = namedLogger({ info: note, warn: note, error: note }, 'box');
  for (let i = 0; i < 3; i++) logger.warn('it is off');
  expect(lines).toEqual(['box: it is off']);
  for (let i = 0; i < 200; i++) logger.info(`another message: ${i}`);
  expect(lines).toHaveLength(100);
  vi.advanceTimersByTime(3_600_000);
  logger.warn('it is off');
  expect(lines.at(-1)).toBe('box: it is off');
  expect(lines).toHaveLength(101);
});
