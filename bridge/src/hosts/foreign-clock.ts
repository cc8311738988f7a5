/**
 * A clock that is off by less is taken to be right: as much may be between a sweep and its answer,
 * and corrections of a clock.
 */
const TOLERANCE_MS = 5000;

/** The clock of another computer. It may be anything off, and be set. */
export class ForeignClock {
  #offsetMs = 0;
  #newestMs: number | undefined;

  /**
   * Takes note of the newest time in an answer.
   * @param sampledAt In milliseconds since the epoch, by that clock.
   * @param now The same by ours.
   */
  observe(sampledAt: number, now: number): void {
    // The same again has an age that nobody knows.
    if (sampledAt === this.#newestMs) return;
    this.#newestMs = sampledAt;
    const offsetMs = now - sampledAt;
    if (Math.abs(offsetMs) <= TOLERANCE_MS) this.#offsetMs = 0;
    else if (Math.abs(offsetMs - this.#offsetMs) > TOLERANCE_MS) this.#offsetMs = offsetMs;
    // The sample that took the shortest time tells best.
    else this.#offsetMs = Math.min(this.#offsetMs, offsetMs);
  }

  /** Returns a time of that clock as ours. */
  toLocal(milliseconds: number): number {
    return Math.max(0, milliseconds + this.#offsetMs);
  }
}
