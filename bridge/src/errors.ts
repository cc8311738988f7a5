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

/** Why another computer does not answer, where its sidecar has not even started. */
export type HostErrorCode = 'unreachable' | 'key-refused' | 'host-key-refused' | 'not-installed';

export type BridgeErrorCode =
  | HostErrorCode
  | 'not-started'
  | 'damaged'
  | 'stopped'
  | 'given-up'
  | 'timed-out'
  | 'driver-not-answering'
  | 'invalid-answer'
  | 'foreign-output'
  | 'untrusted-sender'
  | 'invalid-options'
  | 'busy'
  | 'closing';
