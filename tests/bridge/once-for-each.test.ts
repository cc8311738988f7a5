import { expect, test, vi } from 'vitest';
import { onceForEach } from '../../bridge/src/once-for-each.ts';

test('calls that share an answer share the work on it; another answer is another work', async () => {
  const convert = vi.fn((value: unknown) => ({ value }));
  const converted = onceForEach(convert);
  const [first, second] = [Promise.resolve(1), Promise.resolve(1)];
  expect(await Promise.all([converted(first), converted(first)])).toEqual([
    { value: 1 },
    { value: 1 },
  ]);
  expect(convert).toHaveBeenCalledTimes(1);
  await converted(second);
  expect(convert).toHaveBeenCalledTimes(2);
});

test('a failure is handed on, to every call', async () => {
  const converted = onceForEach((value) => value);
  const failing = Promise.reject(new Error('no answer'));
  const outcomes = await Promise.allSettled([converted(failing), converted(failing)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
