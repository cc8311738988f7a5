import { settlesWithin } from '../delay.ts';
import type { BridgeError, BridgeErrorCode } from '../errors.ts';

/** Sweeps are no closer to each other: there would be nothing newer. */
const MIN_INTERVAL_MS = 500;

/** After so long without a question, what was is not what is: the next one waits for the answer. */
const PAUSE_MS = 5000;

/** For so long: enough for a slow line, and for the sweep that follows a pause. */
const FIRST_ANSWER_MS = 1000;

/** What another computer said last. Whoever asks gets that, and has it asked again. */
export class LastAnswer<T> {
  /** Undefined until there is one. */
  value: T | undefined;
  /** Milliseconds, on the clock of `performance.now()`. */
  answeredAt = -Infinity;
  /** Why there was no answer to the last question; undefined when there was one. */
  failure: BridgeErrorCode | undefined;
  readonly #ask: () => Promise<T>;
  #asking: Promise<void> | undefined;
  #askedAt = -Infinity;
  #wantedAt = -Infinity;

  /** @param ask Rejects with a BridgeError. */
  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** The computer was asleep, in which time no clock of ours went on: what was is long ago. */
  outdate(): void {
    this.answeredAt = -Infinity;
    this.#wantedAt = -Infinity;
  }

  /**
   * Asks again, one question at a time. Resolves at once; after a pause when the answer is there, if
   * somebody is connected who could give one.
   */
  async refresh(isConnected: boolean): Promise<void> {
    const now = performance.now();
    const isAfterPause = now - this.#wantedAt >= PAUSE_MS;
    this.#wantedAt = now;
    if (now - this.#askedAt >= MIN_INTERVAL_MS) this.#asking ??= this.#askOnce(now);
    if (isAfterPause && isConnected && this.#asking) {
      await settlesWithin(this.#asking, FIRST_ANSWER_MS);
    }
  }

  async #askOnce(now: number): Promise<void> {
    this.#askedAt = now;
    try {
      this.value = await this.#ask();
      this.answeredAt = performance.now();
      this.failure = undefined;
    } catch (error) {
      this.failure = reasonOf(error as BridgeError);
    } finally {
      this.#asking = undefined;
    }
  }
}

/** Of what was given up, what it was given up for. */
function reasonOf({ code, cause }: BridgeError): BridgeErrorCode {
  return code === 'given-up' ? (cause as BridgeError).code : code;
}
