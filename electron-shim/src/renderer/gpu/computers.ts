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

/**
 * Puts the GPUs and drivers of each computer together: those of this one first, and then each host
 * in its place, whether it answers or not.
 *
 * @returns Undefined where no host is configured, or before that is known.
 */
export function computersOf(
  gpus: readonly Gpu[],
  report: GpuStatusReport | null,
): readonly Computer[] | undefined {
  if (!report?.hosts) return undefined;
  const of = (host: string | undefined) => ({
    host,
    gpus: gpus.filter((gpu) => gpu.host === host),
    providers: report.providers.filter((each) => each.host === host && each.name !== SIDECAR),
  });
  const others = report.hosts.map(({ name, ...status }) => ({ ...status, ...of(name) }));
  return [{ ...ownStatus(report), ...of(undefined) }, ...others];
}

function ownStatus({ providers }: GpuStatusReport): Omit<HostStatus, 'name'> {
  const failed = providers.find(({ name, host }) => name === SIDECAR && host === undefined);
  if (!failed) return { state: 'ready', reason: '', action: '' };
  return { state: 'unavailable', reason: failed.reason, action: failed.action };
}

/** Whether a driver needs a person. */
export function needsSomebody({ state }: ProviderStatus): boolean {
  return state === 'unavailable' || state === 'unresponsive';
}
