// Prints how busy the GPUs are: a whole client of the sidecar, from which to start another.
//
// node watch.mjs TIMES COMMAND [ARGUMENT ...], where the command starts the sidecar.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const PROTOCOL_VERSION = 1;
const INTERVAL_MS = 1000;

/** Bounds a call: the sidecar waits 2.5 s for a driver, and a remote one takes a while to start. */
const ANSWER_LIMIT_MS = 10_000;

/** Bounds the sidecar's end: for its last answers it takes 3 s. */
const END_LIMIT_MS = 5000;

const ENDED = 'The sidecar has ended.';

/** What the sidecar answered instead of a result. Other calls still work. */
class CallError extends Error {}

/** A running sidecar. It may be asked many things at once, since answers are matched by their ids. */
class Sidecar {
  #process;
  #ended;
  #lastId = 0;
  /** @type {Map<number, { resolve: (result: any) => void, reject: (reason: Error) => void }>} */
  #pending = new Map();

  /**
   * @param {string} command
   * @param {string[]} args
   */
  constructor(command, args) {
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdin.on('error', () => undefined); // it has ended, of which 'close' tells as well
    this.#process.on('error', (error) => console.error(error.message));
    this.#ended = new Promise((resolve) => this.#process.on('close', resolve));
    void this.#ended.then(() => this.#rejectAll(new Error(ENDED)));
    this.#readLines();
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>} The method's result.
   * @throws {CallError} when the sidecar answers with an error.
   * @throws {Error} when it does not answer in time, if at all.
   */
  async call(method, params = {}) {
    if (!this.#process.stdin.writable) throw new Error(ENDED);
    const id = ++this.#lastId;
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    const watchdog = setTimeout(() => this.#process.kill(), ANSWER_LIMIT_MS);
    this.#process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer.finally(() => clearTimeout(watchdog));
  }

  /** Ends its stdin, which ends it. */
  async end() {
    this.#process.stdin.end();
    const watchdog = setTimeout(() => this.#process.kill('SIGKILL'), END_LIMIT_MS);
    await this.#ended;
    clearTimeout(watchdog);
  }

  /** Not by node:readline, to which more than a line feed ends a line. */
  #readLines() {
    let rest = '';
    this.#process.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line));
    });
  }

  /** @param {{ id: number, result?: unknown, error?: { message: string } }} answer */
  #take({ id, result, error }) {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) call?.reject(new CallError(error.message));
    else call?.resolve(result);
  }

  /** @param {Error} reason */
  #rejectAll(reason) {
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/**
 * Prints the GPUs that often, a line each.
 * @param {Sidecar} sidecar
 * @param {number} times
 */
async function watch(sidecar, times) {
  const { protocolVersion } = await sidecar.call('sidecar:hello');
  if (protocolVersion !== PROTOCOL_VERSION) {
    throw new Error('This sidecar speaks another version of the protocol.');
  }
  await sidecar.call('dashboard:set-gpu-options', { intervalMs: INTERVAL_MS });
  for (let time = 1; time <= times; time++) {
    if (time > 1) await delay(INTERVAL_MS);
    try {
      for (const gpu of await sidecar.call('dashboard:get-gpu-metrics')) console.log(row(gpu));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      console.error(error.message); // such as a driver that does not answer now
    }
  }
}

/**
 * Returns one GPU in words. What is unknown is null, or not there at all.
 * @param {Record<string, number | string | null>} gpu
 */
function row(gpu) {
  const [utilization, used, total, temperature] = [
    gpu['utilization'],
    gpu['memoryUsedMB'],
    gpu['memoryTotalMB'],
    gpu['temperatureC'],
  ].map((value) => value ?? '?');
  const power = 'powerUsageW' in gpu ? `, ${gpu['powerUsageW']} W` : '';
  return `${gpu['gpuId']}: ${utilization} %, ${used} of ${total} MiB, ${temperature} °C${power}`;
}

const [times = '', command = '', ...args] = process.argv.slice(2);
const sidecar = new Sidecar(command, args);
try {
  await watch(sidecar, Number(times));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await sidecar.end();
}
