/** The first pause before another start; it doubles with each crash, up to the cap. */
export const FIRST_DELAY_MS = 250;

/** A start costs a tenth of a second of one core: every eight seconds, about one percent. */
export const MAX_DELAY_MS = 8000;

/** Several apps that lost their sidecars at once (a driver update) do not all start them at once. */
export const JITTER = 0.2;

/** A sidecar that ran for so long was well; what ends it later is a new story. */
const STABLE_MS = 60_000;

/** So many fruitless sidecars within this time, and the next would hardly fare better. */
const MAX_FRUITLESS = 5;
const FRUITLESS_WINDOW_MS = 180_000;

/** What one sidecar achieved before it crashed. */
export interface SidecarLife {
  /** When it became ready, on the clock of `now`; undefined if it never did. */
  readyAt: number | undefined;
  /** Whether it answered a request, its greeting not counted. */
  hasAnswered: boolean;
}

/**
 * When to start another sidecar after a crash. Only those that answered nothing count towards giving
 * up (docs/decisions/0006-when-to-give-up.md).
 */
export class RestartPolicy {
  readonly #random: () => number;
  #crashes = 0;
  #fruitlessAt: number[] = [];
  #isOnTrial = false;

  /** @param random Uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Takes note of a crash.
   * @returns milliseconds until the next start, or undefined to give up.
   */
  delayAfterCrash(life: SidecarLife, now: number): number | undefined {
    if (life.readyAt !== undefined && now - life.readyAt >= STABLE_MS) this.#crashes = 0;
    if (life.hasAnswered) this.#isOnTrial = false;
    else if (this.#isHopeless(now)) return undefined;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** this.#crashes, MAX_DELAY_MS);
    this.#crashes += 1;
    return delayMs * (1 - JITTER + 2 * JITTER * this.#random());
  }

  /** The next sidecar is a probe: unless it answers, its crash is the end of trying again. */
  putOnTrial(): void {
    this.#isOnTrial = true;
  }

  /** Somebody did something about it: what was does not count any more. */
  forget(): void {
    this.#crashes = 0;
    this.#fruitlessAt = [];
    this.#isOnTrial = false;
  }

  #isHopeless(now: number): boolean {
    this.#fruitlessAt = this.#fruitlessAt.filter((at) => now - at < FRUITLESS_WINDOW_MS);
    this.#fruitlessAt.push(now);
    return this.#isOnTrial || this.#fruitlessAt.length >= MAX_FRUITLESS;
  }
}
