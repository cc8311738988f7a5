import type { GpuOptionChanges, GpuOptions, MethodResults } from './contract.ts';
import { delay } from './delay.ts';
import { BridgeError } from './errors.ts';
import { HistoryQueue } from './history-queue.ts';
import type { Logger } from './logger.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * How long an answer is as good as a new one: a tenth of the shortest interval between two sweeps.
 * However many pages ask, and however often, each thing is asked 20 times a second at the most.
 */
const ANSWER_LIFETIME_MS = 50;

const HISTORY = 'dashboard:get-gpu-history';
const SET_OPTIONS = 'dashboard:set-gpu-options';

interface SharedAnswer {
  promise: Promise<unknown>;
  /** Undefined while it is awaited. */
  settledAt?: number;
}

/** Stands between the pages and the sidecar, so that many hasty pages cost it no more than one. */
export class SharedRequests {
  readonly #supervisor: Pick<Supervisor, 'request'>;
  readonly #histories = new HistoryQueue();
  readonly #answers = new Map<string, SharedAnswer>();
  #options: GpuOptionChanges = {};
  #nextOptions: Promise<GpuOptions> | undefined;
  #optionsSentAt = -Infinity;

  constructor(supervisor: Pick<Supervisor, 'request' | 'on'>, logger: Logger) {
    this.#supervisor = supervisor;
    // What one sidecar answered says nothing about the next.
    supervisor.on('status', ({ state }) => {
      if (state !== 'ready') this.#answers.clear();
    });
    supervisor.on('greeted', (client) => {
      if (Object.keys(this.#options).length === 0) return;
      client.request(SET_OPTIONS, { params: this.#options }).catch((error: unknown) => {
        logger.warn(`the new sidecar has not got its options: ${String(error)}`);
      });
    });
  }

  /**
   * Calls a method, unless the answer to an earlier call with the same params is awaited or still as
   * good as new. Histories wait for each other, the rest for nothing.
   * @throws BridgeError
   */
  request<M extends keyof MethodResults>(method: M, params?: object): Promise<MethodResults[M]> {
    const call = params ? `${method} ${JSON.stringify(params)}` : method;
    let answer = this.#answers.get(call);
    if (answer === undefined || isOld(answer)) {
      // A page that asks for something new each time must not fill the memory.
      for (const [other, its] of this.#answers) if (isOld(its)) this.#answers.delete(other);
      if (method === HISTORY && this.#histories.isFull) {
        return Promise.reject(new BridgeError('busy', 'too many other histories are waited for'));
      }
      answer = this.#ask(method, params);
      this.#answers.set(call, answer);
    }
    // What the sidecar answers is checked where it is used; its type is the contract's word.
    return answer.promise as Promise<MethodResults[M]>;
  }

  /**
   * Changes options, for this sidecar and all that follow it. Changes in quick succession are sent
   * together.
   * @returns the options in force.
   * @throws BridgeError when this sidecar has not taken them; the next one will get them all the same.
   */
  setOptions(changes: GpuOptionChanges): Promise<GpuOptions> {
    this.#options = together(this.#options, changes);
    return (this.#nextOptions ??= this.#sendOptions());
  }

  #ask(method: string, params?: object): SharedAnswer {
    const ask = () => this.#supervisor.request(method, params);
    const answer: SharedAnswer = {
      promise: (method === HISTORY ? this.#histories.add(ask) : ask()).finally(() => {
        answer.settledAt = performance.now();
      }),
    };
    return answer;
  }

  async #sendOptions(): Promise<GpuOptions> {
    const pauseMs = this.#optionsSentAt + ANSWER_LIFETIME_MS - performance.now();
    await (pauseMs > 0 ? delay(pauseMs) : undefined);
    this.#nextOptions = undefined;
    this.#optionsSentAt = performance.now();
    const options = await this.#supervisor.request(SET_OPTIONS, this.#options);
    this.#answers.clear();
    return options as GpuOptions;
  }
}

function isOld({ settledAt }: SharedAnswer): boolean {
  return settledAt !== undefined && performance.now() - settledAt >= ANSWER_LIFETIME_MS;
}

function together(before: GpuOptionChanges, changes: GpuOptionChanges): GpuOptionChanges {
  const thresholds = { ...before.thresholds, ...changes.thresholds };
  const both = { ...before, ...changes };
  return Object.keys(thresholds).length === 0 ? both : { ...both, thresholds };
}
