import { EventEmitter } from 'node:events';
import { AwakeClock } from './awake-clock.ts';
import { BridgeError, type BridgeErrorCode } from './errors.ts';
import { greet } from './handshake.ts';
import { JsonRpcClient } from './json-rpc-client.ts';
import type { Logger } from './logger.ts';
import { RestartPolicy, type SidecarLife } from './restart-policy.ts';
import { SidecarProcess, type SidecarProgram } from './sidecar-process.ts';

/**
 * A sidecar that leaves so many requests in a row unanswered, each asked after the one before had
 * timed out, is stuck, and replaced. Those asked side by side tell of one pause only, as a line to
 * another computer may have.
 */
const MAX_TIMEOUTS = 2;

/** What was given up may have been mended: by an update, or by an antivirus that took it back. */
const PROBE_INTERVAL_MS = 60_000;

/** Servers lock out whoever fails to log in some five times in ten minutes, as fail2ban has it. */
const LOGIN_PROBE_INTERVAL_MS = 15 * 60_000;

/** Errors after which trying again would be one more attempt to break in, for the server's eyes. */
const LOGIN_REFUSED: readonly BridgeErrorCode[] = ['key-refused', 'host-key-refused'];

/** Errors that trying again at once would not change. */
const PERMANENT: readonly BridgeErrorCode[] = [
  ...LOGIN_REFUSED,
  'not-installed',
  'invalid-answer',
  'damaged',
];

/** What the operating system says when trying again at once would change nothing. */
const PERMANENT_CAUSES: readonly unknown[] = ['ENOENT', 'EACCES', 'ENOTDIR'];

/** The codes of errors that a living sidecar answered with. */
const ANSWERED: readonly BridgeErrorCode[] = ['driver-not-answering', 'invalid-answer'];

/**
 * ```
 * idle → starting → ready → backoff → starting
 *            └────────┴──→ failed → starting (by retry(), or as a probe now and then)
 * any → stopping → stopped
 * ```
 */
export type SidecarState =
  'idle' | 'starting' | 'ready' | 'backoff' | 'failed' | 'stopping' | 'stopped';

/** How the sidecar is, for the host. */
export interface SidecarStatus {
  state: SidecarState;
  /** Process id, in `ready`. */
  pid?: number;
  /** What ended the last one or kept it from starting, in `backoff` and `failed`. */
  error?: BridgeErrorCode;
}

/** One sidecar, from its start until it is given up. */
interface Life {
  readonly generation: number;
  readonly process: SidecarProcess;
  readonly client: JsonRpcClient;
  readyAt: number | undefined;
  hasAnswered: boolean;
  /** In a row, without an answer between them. */
  timeouts: number;
  lastTimeoutAt: number;
}

interface SupervisorEvents {
  /** The state has changed. */
  status: [SidecarStatus];
  /** Another sidecar has said hello, and has not been asked anything yet. */
  greeted: [JsonRpcClient];
}

/**
 * Keeps one sidecar running, never two, and passes requests on to it.
 *
 * Each start and each end opens a new generation; callbacks of an earlier one change nothing.
 */
export class Supervisor extends EventEmitter<SupervisorEvents> {
  readonly #sidecar: SidecarProgram;
  readonly #logger: Logger;
  readonly #policy: RestartPolicy;
  readonly #clock = new AwakeClock();
  #status: SidecarStatus = { state: 'idle' };
  #generation = 0;
  /** What requests wait for: pending in `starting`, there in `ready`, rejected in all others. */
  #life: Promise<Life> = rejected(new BridgeError('not-started', 'nothing was started yet'));
  /** The last process, until it has ended. */
  #process: SidecarProcess | undefined;
  /** A sidecar ended while nobody asked; the next call tells so, once. */
  #unreported: BridgeError | undefined;
  #cancelStart: () => void = () => undefined;
  #stopped: Promise<void> | undefined;

  /** @param random Uniform in [0, 1): how far a pause strays from its nominal length. */
  constructor(sidecar: SidecarProgram, logger: Logger, random = Math.random) {
    super();
    this.#sidecar = sidecar;
    this.#logger = logger;
    this.#policy = new RestartPolicy(random);
  }

  status(): SidecarStatus {
    return this.#status;
  }

  /** Starts the sidecar ahead of the first request. A failure shows with that request. */
  start(): void {
    if (this.#status.state === 'idle') this.#launch();
  }

  /** Starts at once what has failed or waits for its next start, and forgets earlier crashes. */
  retry(): void {
    if (!['idle', 'backoff', 'failed'].includes(this.#status.state)) return;
    this.#policy.forget();
    this.#launch();
  }

  /** The computer falls asleep: until it wakes up, nothing times out and no end is a crash. */
  suspend(): void {
    this.#clock.pause();
  }

  /** The computer is awake again: what failed before may work in this network, or by now. */
  resume(): void {
    this.#clock.resume();
    const { state } = this.#status;
    if (state === 'failed') this.#policy.putOnTrial();
    if (state === 'failed' || state === 'backoff') this.#launch();
  }

  /**
   * Calls a method. Waits for a sidecar that is being started, and fails at once while the next
   * start is yet to come. The end of a sidecar fails one call, even if none was unanswered then.
   * @throws BridgeError
   */
  async request(method: string, params?: object): Promise<unknown> {
    const life = await this.#running();
    const askedAt = this.#clock.now();
    try {
      const result = await life.client.request(method, params && { params });
      noteAnswer(life);
      return result;
    } catch (error) {
      const { code } = error as BridgeError;
      if (ANSWERED.includes(code)) noteAnswer(life);
      if (code === 'timed-out') this.#noteTimeout(life, askedAt);
      throw error;
    }
  }

  /** Ends the sidecar for good. Resolves when it has ended; takes 1.5 s at the most. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  #running(): Promise<Life> {
    this.start();
    const error = this.#unreported;
    this.#unreported = undefined;
    return error ? Promise.reject(error) : this.#life;
  }

  #launch(): void {
    this.#cancelStart();
    // Before the host is told, which may stop it there and then.
    const generation = ++this.#generation;
    this.#enter({ state: 'starting' });
    const life = handled(this.#begin(generation));
    // What failed at once has been dealt with by now.
    if (generation === this.#generation) this.#life = life;
  }

  /** Returns a new sidecar's life when it is ready. */
  async #begin(generation: number): Promise<Life> {
    let life: Life | undefined;
    try {
      if (this.#sidecar.verify) await this.#sidecar.verify();
      if (generation !== this.#generation) throw new BridgeError('closing', 'stopped meanwhile');
      life = this.#spawn(generation);
      const { pid, sidecarVersion } = await greet(life.client);
      this.#logger.info(`sidecar ${sidecarVersion} is ready, pid ${pid}`);
      if (generation === this.#generation) {
        life.readyAt = this.#clock.now();
        this.emit('greeted', life.client);
        this.#enter({ state: 'ready', pid });
      }
      return life;
    } catch (error) {
      this.#abandon(generation, error as BridgeError, life);
      throw error;
    }
  }

  #spawn(generation: number): Life {
    // One that even SIGKILL does not end hangs in its driver, where another would join it.
    if (this.#process) throw new BridgeError('stopped', 'the last sidecar does not end');
    const client = new JsonRpcClient((line) => process.write(line), this.#clock, this.#logger);
    const process = new SidecarProcess(
      this.#sidecar,
      {
        onLine: (line) => client.receive(line),
        onEnd: (error) => {
          this.#process = undefined;
          const isNoticed = client.close(error);
          if (generation === this.#generation && !isNoticed) this.#unreported = error;
          this.#abandon(generation, error, life);
        },
      },
      this.#logger,
    );
    this.#process = process;
    const life = { generation, process, client, ...NEWBORN };
    return life;
  }

  #noteTimeout(life: Life, askedAt: number): void {
    if (askedAt < life.lastTimeoutAt) return;
    life.timeouts += 1;
    life.lastTimeoutAt = this.#clock.now();
    if (life.timeouts < MAX_TIMEOUTS) return;
    const error = new BridgeError('timed-out', 'the sidecar does not answer and is replaced');
    this.#abandon(life.generation, error, life);
  }

  /** Lets go of a sidecar that failed, and decides when to start another. */
  #abandon(generation: number, error: BridgeError, life?: Life): void {
    if (generation !== this.#generation) return;
    this.#generation += 1;
    life?.client.close(error);
    life?.process.kill();
    const delayMs = this.#delayAfter(error, life ?? NEWBORN);
    if (delayMs === undefined) this.#fail(error);
    else this.#backOff(error, delayMs);
  }

  /** Returns undefined when it is given up. */
  #delayAfter(error: BridgeError, life: SidecarLife): number | undefined {
    if (isPermanent(error)) return undefined;
    // What ends while the computer falls asleep or wakes up has not crashed.
    if (this.#clock.isPaused) return 0;
    return this.#policy.delayAfterCrash(life, this.#clock.now());
  }

  #backOff(error: BridgeError, delayMs: number): void {
    this.#logger.warn(`${error.message}; the next start is in ${Math.round(delayMs)} ms`);
    this.#life = rejected(error);
    this.#cancelStart = this.#clock.after(delayMs, () => this.#launch());
    this.#enter({ state: 'backoff', error: error.code });
  }

  #fail(cause: BridgeError): void {
    const delayMs = LOGIN_REFUSED.includes(cause.code)
      ? LOGIN_PROBE_INTERVAL_MS
      : PROBE_INTERVAL_MS;
    this.#logger.error(`${cause.message}; the next start is in ${delayMs} ms, or by retry()`);
    const error = isPermanent(cause)
      ? cause
      : new BridgeError('given-up', `the sidecar keeps failing: ${cause.message}`, { cause });
    this.#life = rejected(error);
    this.#cancelStart = this.#clock.after(delayMs, () => {
      this.#policy.putOnTrial();
      this.#launch();
    });
    this.#enter({ state: 'failed', error: error.code });
  }

  async #stop(): Promise<void> {
    this.#generation += 1;
    this.#cancelStart();
    this.#unreported = undefined;
    this.#life = rejected(new BridgeError('closing', 'the bridge is stopping'));
    this.#enter({ state: 'stopping' });
    await this.#process?.stop();
    this.#enter({ state: 'stopped' });
  }

  #enter(status: SidecarStatus): void {
    this.#status = status;
    for (const listener of this.rawListeners('status')) {
      try {
        listener(status);
      } catch (error) {
        this.#logger.error(`the host's listener failed: ${String(error)}`);
      }
    }
  }
}

const NEWBORN = { readyAt: undefined, hasAnswered: false, timeouts: 0, lastTimeoutAt: -Infinity };

function noteAnswer(life: Life): void {
  life.hasAnswered = true;
  life.timeouts = 0;
}

function isPermanent(error: BridgeError): boolean {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return PERMANENT.includes(error.code) || PERMANENT_CAUSES.includes(cause?.code);
}

/** Whoever waits for it hears of a failure, and perhaps nobody does. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function rejected(error: BridgeError): Promise<never> {
  return handled(Promise.reject(error));
}
