import type { BridgeErrorCode } from './errors.ts';

/** What a page is told about: our errors, and everything that we did not foresee. */
export type PageErrorCode = BridgeErrorCode | 'unforeseen';

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
  'untrusted-sender': 'This page may not ask for GPU metrics.',
  'invalid-options': 'These GPU options are not valid.',
  busy: 'Too many GPU requests at once.',
  closing: 'The app is closing.',
  unforeseen: 'GPU metrics are unavailable.',
};

/** Returns what a page is told. */
export function pageMessage(code: PageErrorCode): string {
  return PAGE_MESSAGES[code];
}
