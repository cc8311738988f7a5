import { aged, STALE_AFTER_MS } from './aged-gpus.ts';
import type {
  GpuHistory,
  GpuHistoryQuery,
  GpuMetrics,
  GpuOptionChanges,
  GpuOptions,
  GpuStatusReport,
  HostStatus,
} from '../contract.ts';
import { checkedResult } from '../contract-check.ts';
import { settlesWithin } from '../delay.ts';
import { hostEnvironment } from '../environment.ts';
import { ForeignClock } from './foreign-clock.ts';
import type { GpuHost } from './gpu-host.ts';
import { gpusFrom, historyFrom, reportFrom, type Origin } from './host-answers.ts';
import { diagnose } from './host-diagnosis.ts';
import { hostProblem } from './host-problems.ts';
import { LastAnswer } from './last-answer.ts';
import { namedLogger, type Logger } from '../logger.ts';
import { SharedRequests } from '../shared-requests.ts';
import { Supervisor } from '../supervisor.ts';

/** Charts wait no longer for another computer. */
const HISTORY_MS = 1000;

/** Another computer, connected when somebody first asks for its GPUs. */
export class Host {
  readonly supervisor: Supervisor;
  readonly #requests: SharedRequests;
  readonly #origin: Origin;
  readonly #logger: Logger;
  readonly #gpus: LastAnswer<GpuMetrics[]>;
  readonly #report: LastAnswer<GpuStatusReport>;

  constructor({ name, command, args = [] }: GpuHost, logger: Logger) {
    this.#logger = namedLogger(logger, name);
    const remote = { environment: hostEnvironment(process.env), diagnose };
    this.supervisor = new Supervisor({ command, args, remote }, this.#logger);
    this.#requests = new SharedRequests(this.supervisor, this.#logger);
    this.#origin = { name, clock: new ForeignClock() };
    this.#gpus = new LastAnswer(() =>
      this.#asked('dashboard:get-gpu-metrics', (result) => gpusFrom(this.#origin, result)),
    );
    this.#report = new LastAnswer(() =>
      this.#asked('dashboard:get-gpu-status', (result) => reportFrom(this.#origin, result)),
    );
  }

  /** This computer falls asleep. */
  suspend(): void {
    this.supervisor.suspend();
  }

  /** This computer is awake again, perhaps in another network. */
  resume(): void {
    this.#gpus.outdate();
    this.#report.outdate();
    this.supervisor.resume();
  }

  /** Asks for its GPUs again; waits only after a pause, and for a second at the most. */
  refreshGpus(): Promise<void> {
    return this.#gpus.refresh(this.#isConnected);
  }

  /** The same for its status. */
  async refreshStatus(): Promise<void> {
    // How it is shows with its GPUs.
    await Promise.all([this.refreshGpus(), this.#report.refresh(this.#isConnected)]);
  }

  /** Its GPUs, as it told last. */
  gpus(): GpuMetrics[] {
    return aged(this.#gpus.value ?? [], this.#ageMs, this.#gpus.failure !== undefined);
  }

  /** Its own status, as it told last; undefined while it does not answer. */
  report(): GpuStatusReport | undefined {
    return this.#gpus.failure === undefined ? this.#report.value : undefined;
  }

  status(): HostStatus {
    const { name } = this.#origin;
    const { failure, value } = this.#gpus;
    if (failure !== undefined) return { name, state: 'unavailable', ...hostProblem(failure) };
    return { name, state: value ? 'ready' : 'connecting', reason: '', action: '' };
  }

  /** Its past, by this computer's clock; undefined when it does not tell it in time. */
  async history(query: GpuHistoryQuery): Promise<GpuHistory | undefined> {
    // Whoever does not answer is not waited for. Who does has also told the time.
    if (this.#ageMs >= STALE_AFTER_MS) return undefined;
    const asked = this.#asked(
      'dashboard:get-gpu-history',
      (result) => historyFrom(this.#origin, result),
      query,
    ).catch(() => undefined);
    return (await settlesWithin(asked, HISTORY_MS)) ? asked : undefined;
  }

  /** @throws BridgeError when it has not taken them; it will get them when it is back. */
  async setOptions(changes: GpuOptionChanges): Promise<GpuOptions> {
    return checkedResult('dashboard:set-gpu-options', await this.#requests.setOptions(changes));
  }

  get #isConnected(): boolean {
    return this.supervisor.status().state === 'ready';
  }

  get #ageMs(): number {
    return performance.now() - this.#gpus.answeredAt;
  }

  /** Calls a method, and logs a failure; the logger repeats none. */
  async #asked<T>(
    method: 'dashboard:get-gpu-metrics' | 'dashboard:get-gpu-status' | 'dashboard:get-gpu-history',
    convert: (result: unknown) => T,
    params?: GpuHistoryQuery,
  ): Promise<T> {
    try {
      return convert(await this.#requests.request(method, params));
    } catch (error) {
      this.#logger.warn(`${method}: ${String(error)}`);
      throw error;
    }
  }
}
