import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { isKnown, MIB_PER_GIB } from '../gpu/format.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Past } from '../hooks/history-window.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { Chart } from './chart.tsx';
import { seriesOf } from './series.ts';

/** A scale to here holds every GPU that is not about to switch itself off. */
const TEMPERATURE_TOP_C = 100;

interface GpuChartsProps {
  gpus: readonly Gpu[];
  history: Past;
  windowSeconds: number;
}

/** The four charts of one GPU, or of several over each other. */
export function GpuCharts({ gpus, history, windowSeconds }: GpuChartsProps) {
  const { t } = useLingui();
  const { thresholds } = usePreferences().preferences;
  const series = useSeries(gpus, history);
  // Several GPUs have no limit in common.
  const only = gpus.length === 1 ? gpus[0] : undefined;
  const totalsMib = gpus.map(({ memoryTotalMB }) => memoryTotalMB);
  // A total that is unknown is 0, or not a number.
  const mostMib = Math.min(...totalsMib) > 0 ? Math.max(...totalsMib) : undefined;
  const memoryLimitMib = only && mostMib ? (mostMib * thresholds.memoryPercent) / 100 : undefined;
  const { timestamps, askedAt } = history;
  const common = { windowSeconds, timestamps, askedAt };
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Chart
        {...common}
        title={t`Utilization`}
        unit="%"
        decimals={0}
        max={100}
        limits={useLimits(thresholds.utilizationPercent)}
        series={series.utilization}
      />
      <Chart
        {...common}
        title={t`Memory`}
        unit="GiB"
        perUnit={MIB_PER_GIB}
        decimals={1}
        max={mostMib}
        limits={useLimits(memoryLimitMib)}
        series={series.memoryUsedMB}
      />
      <Chart
        {...common}
        title={t`Temperature`}
        unit="°C"
        decimals={0}
        max={TEMPERATURE_TOP_C}
        limits={useLimits(thresholds.temperatureC, only?.temperatureLimitC)}
        series={series.temperatureC}
      />
      <Chart
        {...common}
        title={t`Power`}
        unit="W"
        decimals={0}
        max={undefined}
        limits={useLimits(only?.powerLimitW)}
        series={series.powerUsageW}
      />
    </div>
  );
}

/** The lines of each chart, the same until the past or the choice of GPUs changes. */
function useSeries(gpus: readonly Gpu[], history: Past) {
  const chosen = JSON.stringify(gpus.map(({ gpuId }) => gpuId));
  return useMemo(() => {
    const gpuIds = JSON.parse(chosen) as string[];
    return {
      utilization: seriesOf(history, gpuIds, 'utilization'),
      memoryUsedMB: seriesOf(history, gpuIds, 'memoryUsedMB'),
      temperatureC: seriesOf(history, gpuIds, 'temperatureC'),
      powerUsageW: seriesOf(history, gpuIds, 'powerUsageW'),
    };
  }, [history, chosen]);
}

/** The limits that are known, the same list until one of them changes. */
function useLimits(first: number | undefined, second?: number): readonly number[] {
  return useMemo(() => [first, second].filter(isKnown), [first, second]);
}
