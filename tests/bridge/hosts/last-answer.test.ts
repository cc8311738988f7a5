import { expect, onTestFinished, test, vi } from 'vitest';
import { BridgeError } from '../../../bridge/src/errors.ts';
import { LastAnswer } from '../../../bridge/src/hosts/last-answer.ts';

/** Somebody who is asked, and answers when told to. */
function asked() {
  const questions: { resolve(value: string): void; reject(error: BridgeError): void }[] = [];
  const answer = new LastAnswer(
    () => new Promise<string>((resolve, reject) => questions.push({ resolve, reject })),
  );
  return { questions, answer };
}

test('who is not connected is not waited for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { questions, answer } = asked();
  await answer.refresh(false);
  expect(questions).toHaveLength(1);
});

test('who is connected is waited for, once', async () => {
  const { questions, answer } = asked();
  const first = answer.refresh(true);
  await answer.refresh(true);
  questions[0]?.resolve('well');
  await first;
  expect(answer).toMatchObject({ value: 'well', failure: undefined });
});

test('a failure says what was given up for', async () => {
  const { questions, answer } = asked();
  const refreshed = answer.refresh(true);
  const cause = new BridgeError('unreachable', 'no route');
  questions[0]?.reject(new BridgeError('given-up', 'it keeps failing', { cause }));
  await refreshed;
  await vi.waitUntil(() => answer.failure === 'unreachable');
  expect(answer.value).toBeUndefined();
});
