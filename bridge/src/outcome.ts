import type { PageErrorCode } from './page-messages.ts';

/** What became of a call, for our preload, which turns it back into a result or an error. */
export type Outcome = { result: unknown } | { error: PageErrorCode };

/**
 * Asks for the outcome itself. Electron prints every rejected call on the app's console, so that a
 * preload that knows outcomes asks for them; any other gets results and rejections.
 */
export const AS_OUTCOME = 'gpu-metrics-bridge:outcome';
