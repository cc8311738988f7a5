import { BridgeError, type BridgeErrorCode } from './errors.ts';

/** A closed set: nothing of an error's own text, which may hold paths, ever reaches a page. */
const PAGE_MESSAGES: Record<BridgeErrorCode, string> = {
  'not-started': 'GPU sensors could not be started. Reinstalling the app may help.',
  stopped: 'GPU sensors stopped unexpectedly. They are started again with the next request.',
  'timed-out': 'GPU sensors did not answer in time. Trying again.',
  'driver-not-answering':
    'The GPU driver does not answer. If it stays so, close programs that use the GPU.',
  'invalid-answer': 'GPU sensors gave an answer that this version of the app cannot read.',
  'untrusted-sender': 'This page may not ask for GPU metrics.',
  closing: 'The app is closing.',
};

/** Returns what a page is told about an error. */
export function pageMessage(error: unknown): string {
  return error instanceof BridgeError ? PAGE_MESSAGES[error.code] : 'GPU metrics are unavailable.';
}
