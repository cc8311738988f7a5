import {
  PROTOCOL_VERSION,
  type GpuOptionChanges,
  type Hello,
  type MethodResults,
} from './contract.ts';
import { BridgeError } from './errors.ts';
import { JsonRpcClient } from './json-rpc-client.ts';
import type { Logger } from './logger.ts';
import { SidecarProcess, type SidecarCommand } from './sidecar-process.ts';

/** Starting includes reading Python from a cold disk, past a virus scanner. */
const HELLO_TIMEOUT_MS = 10_000;

/** Requests that come sooner after the end of a sidecar do not start another one. */
const RESTART_DELAY_MS = 250;

/** A sidecar that leaves so many requests in a row unanswered is stuck, and replaced. */
const MAX_TIMEOUTS = 2;

/** Keeps one sidecar running for as long as somebody asks, and starts another when it ends. */
export class Supervisor {
  readonly #sidecar: SidecarCommand;
  readonly #logger: Logger;
  readonly #shared = new Map<string, Promise<unknown>>();
  /** Those that have not ended yet; one that was refused may still be on its way out. */
  readonly #children = new Set<SidecarProcess>();
  #process: SidecarProcess | undefined;
  #client: Promise<JsonRpcClient> | undefined;
  #failure: { error: Error; at: number } | undefined;
  #unreported: Error | undefined;
  #timeouts = 0;
  #stopping = false;

  constructor(sidecar: SidecarCommand, logger: Logger) {
    this.#sidecar = sidecar;
    this.#logger = logger;
  }

  /** Starts the sidecar ahead of the first request. A failure shows with that request. */
  start(): void {
    this.#running().catch(() => undefined);
  }

  /**
   * Calls a method, starting the sidecar if none runs. Calls of the same method that come while
   * one is unanswered share its answer. The end of a sidecar fails one call, even if none was
   * unanswered then.
   * @throws BridgeError
   */
  request<M extends keyof MethodResults>(method: M): Promise<MethodResults[M]> {
    const shared = this.#shared.get(method) ?? this.#share(method);
    // What the sidecar answers is checked where it is used; its type is the contract's word.
    return shared as Promise<MethodResults[M]>;
  }

  /**
   * Changes options.
   * @returns what the sidecar says about the options in force.
   * @throws BridgeError
   */
  setOptions(changes: GpuOptionChanges): Promise<unknown> {
    return this.#ask('dashboard:set-gpu-options', changes);
  }

  /** Ends the sidecar for good. Resolves when it has ended; takes 1.5 s at the most. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#children].map((child) => child.stop()));
  }

  #share(method: string): Promise<unknown> {
    const answer = this.#ask(method).finally(() => this.#shared.delete(method));
    this.#shared.set(method, answer);
    return answer;
  }

  async #ask(method: string, params?: object): Promise<unknown> {
    const client = await this.#running();
    try {
      const result = await client.request(method, { params });
      this.#timeouts = 0;
      return result;
    } catch (error) {
      if (error instanceof BridgeError && error.code === 'timed-out') this.#countTimeout();
      throw error;
    }
  }

  #countTimeout(): void {
    this.#timeouts += 1;
    if (this.#timeouts < MAX_TIMEOUTS) return;
    this.#timeouts = 0;
    this.#logger.warn('the sidecar does not answer and is replaced');
    void this.#process?.stop();
  }

  #running(): Promise<JsonRpcClient> {
    if (this.#stopping) return Promise.reject(new BridgeError('closing', 'the bridge is stopping'));
    if (this.#unreported) return this.#reportEnd(this.#unreported);
    if (this.#client) return this.#client;
    if (this.#failure && performance.now() - this.#failure.at < RESTART_DELAY_MS) {
      return Promise.reject(this.#failure.error);
    }
    const client = this.#startProcess();
    this.#client = client;
    client.catch((error: unknown) => {
      if (this.#client === client) this.#fail(error as BridgeError);
    });
    return client;
  }

  /** Says once that a sidecar ended while nobody asked, and has another ready for the next call. */
  #reportEnd(error: Error): Promise<never> {
    this.#unreported = undefined;
    this.start();
    return Promise.reject(error);
  }

  async #startProcess(): Promise<JsonRpcClient> {
    const client = new JsonRpcClient((line) => child.write(line), this.#logger);
    const child = new SidecarProcess(
      this.#sidecar,
      {
        onLine: (line) => client.receive(line),
        onEnd: (error) => {
          this.#children.delete(child);
          const noticed = client.rejectAll(error);
          if (this.#process !== child) return;
          this.#fail(error);
          if (!noticed) this.#unreported = error;
        },
      },
      this.#logger,
    );
    this.#process = child;
    this.#children.add(child);
    try {
      const { sidecarVersion, pid } = await greet(client);
      this.#logger.info(`sidecar ${sidecarVersion} is ready, pid ${pid}`);
    } catch (error) {
      void child.stop();
      throw error;
    }
    return client;
  }

  #fail(error: Error): void {
    this.#process = undefined;
    this.#client = undefined;
    this.#failure = { error, at: performance.now() };
    if (!this.#stopping) this.#logger.warn(error.message);
  }
}

async function greet(client: JsonRpcClient): Promise<Hello> {
  const hello = (await client.request('sidecar:hello', { timeoutMs: HELLO_TIMEOUT_MS })) as Hello;
  if (hello.protocolVersion !== PROTOCOL_VERSION) {
    throw new BridgeError(
      'invalid-answer',
      `the sidecar speaks protocol ${hello.protocolVersion}, this bridge ${PROTOCOL_VERSION}`,
    );
  }
  return hello;
}
