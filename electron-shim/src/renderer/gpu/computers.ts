import type { GpuStatusReport, HostStatus, ProviderStatus } from 'gpu-metrics-bridge/contract';
import type { Gpu } from './gpu.ts';

/** One of several computers whose GPUs are shown. */
export interface Computer extends Omit<HostStatus, 'name'> {
  /** The name of its host; undefined for this computer. */
  host: string | undefined;
  gpus: readonly Gpu[];
  /** Its drivers; none while it does not answer. */
  providers: readonly ProviderStatus[];
}

/** In place of drivers: this computer's sidecar, when it fails while others answer. */
const SIDECAR = 'sidecar';

const READY = { state: 'ready', reason: '', action: '' } as const;
const CONNECTING = { state: 'connecting', reason: '', action: '' } as const;

/**
 * Puts the GPUs and drivers of each computer together: those of this one first, and then each host
 * in its place, whether it answers or not.
 *
 * @param report Null before the first, until when the hosts are those whose GPUs are there.
 * @returns Undefined where no host is configured, or none has been seen yet.
 */
export function computersOf(
  gpus: readonly Gpu[],
  report: GpuStatusReport | null,
): readonly Computer[] | undefined {
  const hosts = report ? report.hosts : hostsOf(gpus);
  if (!hosts) return undefined;
  const of = (host: string | undefined) => ({
    host,
    gpus: gpus.filter((gpu) => gpu.host === host),
    providers:
      report?.providers.filter((each) => each.host === host && each.name !== SIDECAR) ?? [],
  });
  const others = hosts.map(({ name, ...status }) => ({ ...status, ...of(name) }));
  const own = of(undefined);
  // That it has no GPU is not known yet.
  const status = report || own.gpus.length > 0 ? ownStatus(report) : CONNECTING;
  return [{ ...status, ...own }, ...others];
}

function hostsOf(gpus: readonly Gpu[]): readonly HostStatus[] | undefined {
  const names = new Set(gpus.map(({ host }) => host).filter((host) => host !== undefined));
  return names.size > 0 ? [...names].map((name) => ({ name, ...READY })) : undefined;
}

function ownStatus(report: GpuStatusReport | null): Omit<HostStatus, 'name'> {
  const failed = report?.providers.find(({ name, host }) => name === SIDECAR && host === undefined);
  if (!failed) return READY;
  return { state: 'unavailable', reason: failed.reason, action: failed.action };
}

/** Whether a driver needs a person. */
export function needsSomebody({ state }: ProviderStatus): boolean {
  return state === 'unavailable' || state === 'unresponsive';
}
