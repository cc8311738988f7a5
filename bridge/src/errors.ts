/**
 * Everything that can go wrong between the page and the sidecar. The code is what the page is told
 * about (see page-messages.ts); message and cause are for the log.
 */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';

  constructor(
    readonly code: BridgeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type BridgeErrorCode =
  | 'not-started'
  | 'damaged'
  | 'stopped'
  | 'given-up'
  | 'timed-out'
  | 'driver-not-answering'
  | 'invalid-answer'
  | 'untrusted-sender'
  | 'invalid-options'
  | 'busy'
  | 'closing';
