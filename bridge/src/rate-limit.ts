const SECOND_MS = 1000;

/** Lets so many events a second pass. */
export class RateLimit {
  readonly #perSecond: number;
  #secondBegan = -Infinity;
  #passed = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Counts an event. Returns whether it may pass. */
  allows(): boolean {
    const now = performance.now();
    if (now - this.#secondBegan >= SECOND_MS) {
      this.#secondBegan = now;
      this.#passed = 0;
    }
    this.#passed += 1;
    return this.#passed <= this.#perSecond;
  }
}
