/** Ten times what 64 GPUs fill when pages ask as fast as they can. */
const MAX_COST_PER_SECOND = 8 << 20;

/** What handling a line costs beside its bytes, as so many bytes: empty lines are no free ride. */
const LINE_COST = 1 << 10;

const SECOND_MS = 1000;

/** Notices when a process writes more than a sidecar has reason to: reading it all is our time. */
export class OutputMeter {
  #secondBegan = performance.now();
  #cost = 0;

  /** Counts what was read. Returns whether it is too much. */
  countBytes(bytes: number): boolean {
    const now = performance.now();
    if (now - this.#secondBegan >= SECOND_MS) {
      this.#secondBegan = now;
      this.#cost = 0;
    }
    this.#cost += bytes;
    return this.#cost > MAX_COST_PER_SECOND;
  }

  /** Counts a line, its bytes left out. Returns whether it is too much. */
  countLine(): boolean {
    return this.countBytes(LINE_COST);
  }
}
