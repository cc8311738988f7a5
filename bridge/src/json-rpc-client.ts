import { BridgeError } from './errors.ts';
import type { Logger } from './logger.ts';

/** The sidecar itself answers within 3 s; one that takes longer than this is stuck. */
const ANSWER_TIMEOUT_MS = 5000;

/** The sidecar's code for a GPU driver that does not answer. */
const DRIVER_NOT_ANSWERING = -32001;

interface Pending {
  resolve(result: unknown): void;
  reject(error: BridgeError): void;
  timer: NodeJS.Timeout;
}

export interface RequestOptions {
  params?: object | undefined;
  timeoutMs?: number;
}

/** The requesting side of JSON-RPC 2.0, over anything that carries lines. */
export class JsonRpcClient {
  readonly #pending = new Map<number, Pending>();
  readonly #write: (line: string) => void;
  readonly #logger: Logger;
  #lastId = 0;

  constructor(write: (line: string) => void, logger: Logger) {
    this.#write = write;
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
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new BridgeError('timed-out', `${method} was not answered in ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#write(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** Takes one line from the other side. */
  receive(line: string): void {
    const response = parse(line);
    const pending = response && this.#take(response.id);
    if (!pending) {
      this.#logger.warn(`the sidecar wrote a line that answers nothing: ${line.slice(0, 200)}`);
    } else if (response.error === undefined) {
      pending.resolve(response.result);
    } else {
      pending.reject(fromRpcError(response.error));
    }
  }

  /**
   * Rejects everything that is still unanswered: nobody is there any more to answer it.
   * @returns whether there was anything.
   */
  rejectAll(error: BridgeError): boolean {
    const ids = [...this.#pending.keys()];
    for (const id of ids) this.#take(id)?.reject(error);
    return ids.length > 0;
  }

  #take(id: unknown): Pending | undefined {
    const pending = this.#pending.get(id as number);
    this.#pending.delete(id as number);
    clearTimeout(pending?.timer);
    return pending;
  }
}

interface Response {
  id?: unknown;
  result?: unknown;
  error?: { code?: unknown; message?: unknown };
}

function parse(line: string): Response | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function fromRpcError(error: { code?: unknown; message?: unknown }): BridgeError {
  const code = error.code === DRIVER_NOT_ANSWERING ? 'driver-not-answering' : 'invalid-answer';
  return new BridgeError(code, `the sidecar answered error ${JSON.stringify(error)}`);
}
