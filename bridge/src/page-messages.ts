import { BridgeError, type BridgeErrorCode, type HostErrorCode } from './errors.ts';

/**
 * What a call can fail with: our errors, and everything that we did not foresee. What is wrong with
 * another computer fails no call: the status tells it.
 */
export type PageErrorCode = Exclude<BridgeErrorCode, HostErrorCode> | 'unforeseen';

/** A closed set: nothing of an error's own text, which may hold paths, ever reaches a page. */
const PAGE_MESSAGES: Record<PageErrorCode, string> = {
  'not-started': 'GPU sensors could not be started. Reinstalling the app may help.',
  damaged: 'The GPU sensors of this app are damaged. Reinstalling the app helps.',
  stopped: 'GPU sensors stopped unexpectedly. They are being started again.',
  'given-up':
    'GPU sensors keep stopping. Another start is tried every minute; restarting the app may help.',
  'timed-out': 'GPU sensors did not answer in time. Trying again.',
  'driver-not-answering':
    'The GPU driver does not answer. If it stays so, close programs that use the GPU.',
  'invalid-answer': 'GPU sensors gave an answer that this version of the app cannot read.',
  'foreign-output': 'GPU sensors gave an answer that this version of the app cannot read.',
  'untrusted-sender': 'This page may not ask for GPU metrics.',
  'invalid-options': 'These GPU options are not valid.',
  busy: 'Too many GPU requests at once.',
  closing: 'The app is closing.',
  unforeseen: 'GPU metrics are unavailable.',
};

/** Returns what an error is for a page. */
export function pageErrorCode(error: unknown): PageErrorCode {
  const isOurs = error instanceof BridgeError && Object.hasOwn(PAGE_MESSAGES, error.code);
  return isOurs ? (error.code as PageErrorCode) : 'unforeseen';
}

/** Returns what a page is told. */
export function pageMessage(code: PageErrorCode): string {
  return PAGE_MESSAGES[code];
}
