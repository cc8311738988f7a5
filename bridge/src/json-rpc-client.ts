import type { AwakeClock } from './awake-clock.ts';
import { BridgeError } from './errors.ts';
import type { Logger } from './logger.ts';

/** The sidecar itself answers within 3 s; one that takes longer than this is stuck. */
const ANSWER_TIMEOUT_MS = 5000;

/** As many as the sidecar is sure to take at once. */
const MAX_PENDING = 64;

/** The sidecar's code for a GPU driver that does not answer. */
const DRIVER_NOT_ANSWERING = -32001;

interface Pending {
  resolve(result: unknown): void;
  reject(error: BridgeError): void;
  cancelTimeout(): void;
}

export interface RequestOptions {
  params?: object;
  timeoutMs?: number;
}

/** The requesting side of JSON-RPC 2.0, over anything that carries lines. */
export class JsonRpcClient {
  readonly #pending = new Map<number, Pending>();
  readonly #write: (line: string) => void;
  readonly #clock: AwakeClock;
  readonly #logger: Logger;
  #lastId = 0;
  #closed: BridgeError | undefined;
  #hasHeardNoise = false;

  constructor(write: (line: string) => void, clock: AwakeClock, logger: Logger) {
    this.#write = write;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Calls a method.
   * @throws BridgeError when it fails, is not answered in time, or the other side is gone.
   */
  request(
    method: string,
    { params, timeoutMs = ANSWER_TIMEOUT_MS }: RequestOptions = {},
  ): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(new BridgeError('busy', `${MAX_PENDING} requests are unanswered`));
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#clock.after(timeoutMs, () => {
        this.#pending.delete(id);
        reject(new BridgeError('timed-out', `${method} was not answered in ${timeoutMs} ms`));
      });
      this.#pending.set(id, { resolve, reject, cancelTimeout });
      this.#write(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** Whether anything has come that answers nothing. */
  get hasHeardNoise(): boolean {
    return this.#hasHeardNoise;
  }

  /** Takes one line from the other side. */
  receive(line: string): void {
    const response = parse(line);
    const pending = response && this.#take(response.id);
    if (!pending) {
      this.#tellOfNoise(line);
    } else if (response.error === undefined || response.error === null) {
      pending.resolve(response.result);
    } else {
      pending.reject(fromRpcError(response.error));
    }
  }

  /**
   * Rejects everything that is unanswered, and what is asked from now on: nobody is there any more.
   * @returns whether anything was unanswered.
   */
  close(error: BridgeError): boolean {
    this.#closed = error;
    const ids = [...this.#pending.keys()];
    for (const id of ids) this.#take(id)?.reject(error);
    return ids.length > 0;
  }

  #take(id: unknown): Pending | undefined {
    const pending = this.#pending.get(id as number);
    this.#pending.delete(id as number);
    pending?.cancelTimeout();
    return pending;
  }

  /** Once: a program that writes one such line writes thousands. */
  #tellOfNoise(line: string): void {
    if (this.#hasHeardNoise) return;
    this.#hasHeardNoise = true;
    this.#logger.warn(
      `the sidecar wrote a line that answers nothing (told once): ${line.slice(0, 200)}`,
    );
  }
}

interface Response {
  id?: unknown;
  result?: unknown;
  /** JSON-RPC 1.0 has a null beside each result. */
  error?: RpcError | null;
}

interface RpcError {
  code?: unknown;
  message?: unknown;
}

function parse(line: string): Response | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function fromRpcError({ code, message }: RpcError): BridgeError {
  const ours = code === DRIVER_NOT_ANSWERING ? 'driver-not-answering' : 'invalid-answer';
  // As text only what is text: anything else may be nested deeper than can be written.
  const words = [code, message].filter((each) => ['number', 'string'].includes(typeof each));
  return new BridgeError(ours, `the sidecar answered error ${words.join(': ')}`);
}
