import { aged } from './aged-gpus.ts';
import { checkedResult } from '../contract-check.ts';
import type {
  GpuHistory,
  GpuHistoryQuery,
  GpuMetrics,
  GpuOptionChanges,
  GpuOptions,
  GpuStatusReport,
  MethodResults,
  ProviderStatus,
} from '../contract.ts';
import type { Host } from './host.ts';
import type { Requests } from '../ipc.ts';
import { mergedHistory } from './merged-history.ts';
import { pageErrorCode, pageMessage } from '../page-messages.ts';
import type { SharedRequests } from '../shared-requests.ts';

const METRICS = 'dashboard:get-gpu-metrics';
const HISTORY = 'dashboard:get-gpu-history';
const STATUS = 'dashboard:get-gpu-status';

/** Of every sidecar, until somebody wants another. */
const DEFAULT_INTERVAL_MS = 2000;

/** As many points as a history has when nobody says how many. */
const DEFAULT_MAX_POINTS = 300;

/**
 * This computer and others as one: its own answers, and with them what the others said last.
 *
 * Only what nobody else can answer either fails with this computer's error. What is wrong with each
 * is always told.
 */
export class Fleet implements Requests {
  readonly #own: SharedRequests;
  readonly #hosts: readonly Host[];
  /** By this computer's own answer, so that calls that share that share all of it. */
  readonly #answers = new WeakMap<Promise<unknown>, Promise<unknown>>();
  #ownGpus: GpuMetrics[] = [];
  #ownGpusAt = -Infinity;

  constructor(own: SharedRequests, hosts: readonly Host[]) {
    this.#own = own;
    this.#hosts = hosts;
  }

  request(
    method: 'dashboard:get-gpu-metrics' | 'dashboard:get-gpu-status' | 'dashboard:get-gpu-history',
    params: GpuHistoryQuery = {},
  ): Promise<unknown> {
    const own = method === HISTORY ? this.#own.request(method, params) : this.#own.request(method);
    const known = this.#answers.get(own);
    if (known) return known;
    const answer = this.#answer(method, own, params);
    this.#answers.set(own, answer);
    return answer;
  }

  /** Sets them everywhere. Returns those of this computer, or of the first that has taken them. */
  async setOptions(changes: GpuOptionChanges): Promise<GpuOptions> {
    const others = this.#hosts.map((host) => host.setOptions(changes));
    const first = Promise.any(others).catch(() => undefined);
    try {
      return await this.#own.setOptions(changes);
    } catch (error) {
      const options = await first;
      if (options) return options;
      throw error;
    }
  }

  #answer(method: string, own: Promise<unknown>, query: GpuHistoryQuery): Promise<unknown> {
    if (method === METRICS) return this.#gpus(own);
    return method === STATUS ? this.#report(own) : this.#history(own, query);
  }

  async #gpus(own: Promise<unknown>): Promise<GpuMetrics[]> {
    const refreshed = Promise.all(this.#hosts.map((host) => host.refreshGpus()));
    const result = await settled(METRICS, own);
    await refreshed;
    const others = this.#hosts.flatMap((host) => host.gpus());
    if (result.status === 'fulfilled') {
      this.#ownGpus = result.value;
      this.#ownGpusAt = performance.now();
      return [...result.value, ...others];
    }
    if (others.length === 0) throw result.reason;
    return [...aged(this.#ownGpus, performance.now() - this.#ownGpusAt, true), ...others];
  }

  async #report(own: Promise<unknown>): Promise<GpuStatusReport> {
    const refreshed = Promise.all(this.#hosts.map((host) => host.refreshStatus()));
    const result = await settled(STATUS, own);
    await refreshed;
    const others = this.#hosts.flatMap((host) => host.report() ?? []);
    const reports = result.status === 'fulfilled' ? [result.value, ...others] : others;
    const ownFailure = result.status === 'rejected' ? [failedSidecar(result.reason)] : [];
    return {
      providers: [...ownFailure, ...reports.flatMap(({ providers }) => providers)],
      intervalMs: reports[0]?.intervalMs ?? DEFAULT_INTERVAL_MS,
      asleep: reports.flatMap(({ asleep }) => asleep),
      hosts: this.#hosts.map((host) => host.status()),
    };
  }

  async #history(own: Promise<unknown>, query: GpuHistoryQuery): Promise<GpuHistory> {
    const asked = Promise.all(this.#hosts.map((host) => host.history(query)));
    const result = await settled(HISTORY, own);
    const others = (await asked).filter((each) => each !== undefined);
    if (result.status === 'rejected' && others.length === 0) throw result.reason;
    const histories = result.status === 'fulfilled' ? [result.value, ...others] : others;
    return mergedHistory(histories, query.maxPoints ?? DEFAULT_MAX_POINTS, Date.now());
  }
}

async function settled<M extends keyof MethodResults>(
  method: M,
  own: Promise<unknown>,
): Promise<PromiseSettledResult<MethodResults[M]>> {
  const checked = own.then((result) => checkedResult(method, result));
  const [result] = await Promise.allSettled([checked]);
  return result;
}

/** How a page hears of this computer's own failure beside the answers of others. */
function failedSidecar(error: unknown): ProviderStatus {
  const reason = pageMessage(pageErrorCode(error));
  return { name: 'sidecar', state: 'unavailable', deviceCount: 0, reason, action: '' };
}
