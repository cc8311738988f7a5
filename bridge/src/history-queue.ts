import { delay } from './delay.ts';

/** Ten windows with charts of their own do not come near it; all are answered within a second. */
export const MAX_WAITING = 16;

/** 20 a second, as fast as any other thing is asked for. */
const MIN_PAUSE_MS = 50;

/**
 * A quarter of what a sidecar may write (see output-meter.ts): as it writes them, numbers are up to
 * twice as long, and other answers need room as well. The longest answer, 1 MiB, takes half a second.
 */
const MAX_CHARS_PER_SECOND = 2 << 20;

/**
 * Asks for one history at a time, and pauses after each for as long as its length demands: there are
 * millions of different ones, and whoever wants them all must not keep the sidecar from the rest.
 */
export class HistoryQueue {
  #waiting = 0;
  #isFree = Promise.resolve();

  /** Whoever adds to it looks at this first. */
  get isFull(): boolean {
    return this.#waiting >= MAX_WAITING;
  }

  /** Asks when all that came before has been answered, and settles as `ask` does. */
  add(ask: () => Promise<unknown>): Promise<unknown> {
    this.#waiting += 1;
    const answer = this.#isFree.then(() => {
      this.#waiting -= 1;
      return ask();
    });
    // Also when it failed, or is nested deeper than can be written: the next one has to come.
    this.#isFree = answer.then(pauseAfter).catch(() => delay(MIN_PAUSE_MS));
    return answer;
  }
}

function pauseAfter(answer: unknown): Promise<void> {
  const { length } = JSON.stringify(answer ?? null);
  return delay(Math.max(MIN_PAUSE_MS, (length / MAX_CHARS_PER_SECOND) * 1000));
}
