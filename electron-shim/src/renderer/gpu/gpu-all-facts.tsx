import { useLingui } from '@lingui/react/macro';
import { Fact } from './fact.tsx';
import { toGib, toWattHours, UNKNOWN, useFormat, type Format } from './format.ts';
import type { Gpu } from './gpu.ts';

/** Figures, title and note show these, and alerts have a place of their own. */
type ElsewhereShown =
  | 'gpuId'
  | 'host'
  | 'name'
  | 'status'
  | 'utilization'
  | 'memoryUsedMB'
  | 'memoryTotalMB'
  | 'temperatureC'
  | 'throttleReasons'
  | 'vendor'
  | 'alerts';

/** Everything else that an answer holds. A field that is new does not compile until it is here. */
export function GpuAllFacts({ gpu }: { gpu: Gpu }) {
  const labels = useLabels();
  const texts = textsOf(gpu, useFormat());
  const kinds = useMemoryKinds();
  const shown = { ...texts, memoryKind: gpu.memoryKind ? kinds[gpu.memoryKind] : UNKNOWN };
  return (
    <dl className="grid grid-cols-3 content-start gap-x-4 gap-y-3">
      {(Object.keys(labels) as (keyof typeof labels)[])
        // Left out unless asked for: missing, they are not unknown.
        .filter((field) => field !== 'processes' || gpu.processes)
        .map((field) => (
          <Fact key={field} field={field} label={labels[field]} text={shown[field]} />
        ))}
    </dl>
  );
}

type Shown = Exclude<keyof Gpu, ElsewhereShown>;

function useLabels(): Record<Shown, string> {
  const { t } = useLingui();
  return {
    memoryFreeMB: t`Free memory`,
    powerUsageW: t`Power`,
    powerLimitW: t`Power limit`,
    energyConsumedJ: t`Energy since driver start`,
    clockMHz: t`Clock`,
    fanPercent: t`Fan`,
    temperatureLimitC: t`Slows down at`,
    encoderUtilization: t`Video encoder`,
    decoderUtilization: t`Video decoder`,
    processCount: t`Programs`,
    memoryKind: t`Memory kind`,
    sampledAt: t`Read at`,
    processes: t`Names of programs`,
  };
}

function useMemoryKinds(): Record<NonNullable<Gpu['memoryKind']>, string> {
  const { t } = useLingui();
  return { dedicated: t`Its own`, unified: t`Shared with the system` };
}

function textsOf(gpu: Gpu, format: Format): Record<Exclude<Shown, 'memoryKind'>, string> {
  return {
    memoryFreeMB: format.quantity(toGib(gpu.memoryFreeMB), 'GiB', 1),
    powerUsageW: format.quantity(gpu.powerUsageW, 'W', 1),
    powerLimitW: format.quantity(gpu.powerLimitW, 'W', 1),
    energyConsumedJ: format.quantity(toWattHours(gpu.energyConsumedJ), 'Wh', 1),
    clockMHz: format.quantity(gpu.clockMHz, 'MHz'),
    fanPercent: format.quantity(gpu.fanPercent, '%'),
    temperatureLimitC: format.quantity(gpu.temperatureLimitC, '°C'),
    encoderUtilization: format.quantity(gpu.encoderUtilization, '%'),
    decoderUtilization: format.quantity(gpu.decoderUtilization, '%'),
    processCount: format.number(gpu.processCount),
    sampledAt: format.time(gpu.sampledAt),
    processes: gpu.processes?.join(', ') ?? '',
  };
}
