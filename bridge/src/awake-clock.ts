/**
 * Falling asleep takes seconds. A computer that still runs after this has not fallen asleep, or its
 * waking up was not told, and what waits must go on.
 */
const MAX_PAUSE_MS = 30_000;

interface Timer {
  dueAt: number;
  callback: () => void;
  handle?: NodeJS.Timeout;
}

/**
 * Time as the app lives through it: it stands still, and no timer ends, while the computer sleeps.
 * Some systems' own clocks go on then.
 */
export class AwakeClock {
  readonly #timers = new Set<Timer>();
  #asleepMs = 0;
  #pausedAt: number | undefined;
  #maxPause: NodeJS.Timeout | undefined;

  /** Milliseconds awake, since an unspecified moment. */
  now(): number {
    return (this.#pausedAt ?? performance.now()) - this.#asleepMs;
  }

  get isPaused(): boolean {
    return this.#pausedAt !== undefined;
  }

  /** Calls back after so many milliseconds awake. Returns what cancels that. */
  after(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { dueAt: this.now() + milliseconds, callback };
    this.#timers.add(timer);
    if (!this.isPaused) this.#arm(timer);
    return () => {
      this.#timers.delete(timer);
      clearTimeout(timer.handle);
    };
  }

  /** The computer falls asleep. */
  pause(): void {
    if (this.isPaused) return;
    this.#pausedAt = performance.now();
    for (const timer of this.#timers) clearTimeout(timer.handle);
    this.#maxPause = setTimeout(() => this.resume(), MAX_PAUSE_MS);
  }

  /** The computer is awake again. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    clearTimeout(this.#maxPause);
    this.#asleepMs += performance.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    for (const timer of this.#timers) this.#arm(timer);
  }

  #arm(timer: Timer): void {
    timer.handle = setTimeout(() => {
      this.#timers.delete(timer);
      timer.callback();
    }, timer.dueAt - this.now());
  }
}
