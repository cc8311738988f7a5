import { expect, test } from 'vitest';
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
