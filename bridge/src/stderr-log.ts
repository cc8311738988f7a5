import type { Logger } from './logger.ts';

/** Enough for the traceback that tells why a sidecar ended. */
const MAX_LAST_WORDS_CHARACTERS = 8 << 10;

/** A healthy sidecar writes a few lines a day; one that never ends must not fill the host's log. */
const MAX_LOGGED_LINES_PER_HOUR = 100;

const HOUR_MS = 3_600_000;

/** What a sidecar writes to stderr: so much goes to the log, and its last lines are kept. */
export class StderrLog {
  readonly #logger: Logger;
  #lastLines: string[] = [];
  #characters = 0;
  #hourBegan = performance.now();
  #linesThisHour = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(line: string): void {
    const kept = line.slice(0, MAX_LAST_WORDS_CHARACTERS);
    this.#keep(kept);
    this.#log(kept);
  }

  /** The last lines, oldest first; empty if there were none. */
  lastWords(): string {
    return this.#lastLines.join('\n');
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    this.#characters += line.length + 1;
    while (this.#characters > MAX_LAST_WORDS_CHARACTERS + 1) {
      this.#characters -= (this.#lastLines.shift() ?? '').length + 1;
    }
  }

  #log(line: string): void {
    const now = performance.now();
    if (now - this.#hourBegan >= HOUR_MS) {
      this.#hourBegan = now;
      this.#linesThisHour = 0;
    }
    this.#linesThisHour += 1;
    const excess = this.#linesThisHour - MAX_LOGGED_LINES_PER_HOUR;
    if (excess <= 0) this.#logger.info(`sidecar: ${line}`);
    else if (excess === 1) this.#logger.warn('the sidecar writes too much to be logged for now');
  }
}
