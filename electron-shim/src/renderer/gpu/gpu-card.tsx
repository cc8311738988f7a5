import { Trans, useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import { marksOf } from '../alerts/marks.ts';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { usePreferences } from '../settings/preferences.tsx';
import { Bar } from './bar.tsx';
import { ConditionBadge } from './condition-badge.tsx';
import { Fact } from './fact.tsx';
import { Figure } from './figure.tsx';
import { toGib, useFormat } from './format.ts';
import { GpuNote } from './gpu-note.tsx';
import { GpuTitle } from './gpu-title.tsx';
import { memoryPercent, temperaturePercent, type Gpu } from './gpu.ts';
import { Past } from './past.tsx';

export interface GpuCardProps {
  gpu: Gpu;
  /** Whether it stands below the name of its computer. */
  grouped: boolean;
  selected: boolean;
  onSelect: (gpuId: string, selected: boolean) => void;
  onOpen: (gpuId: string) => void;
}

/** One GPU with all that matters, each value in the same place whether it is known or not. */
export const GpuCard = memo(function GpuCard(props: GpuCardProps) {
  const { gpu, grouped, selected, onSelect, onOpen } = props;
  const { gpuId } = gpu;
  const { t } = useLingui();
  return (
    <Card
      aria-label={gpuId}
      data-testid="gpu-card"
      data-gpu={gpuId}
      className="@container grid min-w-0 content-start gap-4 p-4"
    >
      <GpuTitle gpu={gpu} grouped={grouped} />
      <GpuFigures gpu={gpu} />
      <Past gpuId={gpuId} className="h-8 w-full" />
      <GpuFacts gpu={gpu} />
      <GpuNote gpu={gpu} />
      <footer className="flex h-8 items-center justify-between">
        <label className="flex items-center gap-2 text-sm text-muted-foreground">
          <input
            type="checkbox"
            className="size-4 accent-primary"
            checked={selected}
            aria-label={t`Compare ${gpuId}`}
            onChange={({ target }) => onSelect(gpuId, target.checked)}
          />
          <Trans>Compare</Trans>
        </label>
        <Button
          data-opens={gpuId}
          aria-label={t`Details of ${gpuId}`}
          onClick={() => onOpen(gpuId)}
        >
          <Trans>Details</Trans>
        </Button>
      </footer>
    </Card>
  );
});

/** The three numbers that a glance is for. */
export function GpuFigures({ gpu }: { gpu: Gpu }) {
  const { t } = useLingui();
  const format = useFormat();
  const { thresholds } = usePreferences().preferences;
  const marks = marksOf(gpu, thresholds);
  const totalMB = gpu.memoryTotalMB > 0 ? gpu.memoryTotalMB : undefined;
  return (
    <dl className="grid grid-cols-[5fr_8fr_5fr] gap-x-4">
      <Figure
        field="utilization"
        label={t`Utilization`}
        text={format.number(gpu.utilization)}
        unit="%"
        below={
          <Bar
            label={t`Utilization`}
            percent={gpu.utilization}
            tone={marks.busy ? 'info' : 'quiet'}
          />
        }
        mark={marks.busy && <ConditionBadge condition="busy" />}
      />
      <Figure
        field="memory"
        label={t`Memory`}
        text={format.number(toGib(gpu.memoryUsedMB), 1)}
        unit={`/ ${format.number(toGib(totalMB), 1)} GiB`}
        below={
          <Bar
            label={t`Memory`}
            percent={memoryPercent(gpu)}
            tone={marks.nearlyFull ? 'warning' : 'quiet'}
          />
        }
        mark={marks.nearlyFull && <ConditionBadge condition="nearlyFull" />}
      />
      <Figure
        field="temperatureC"
        label={t`Temperature`}
        text={format.number(gpu.temperatureC)}
        unit="°C"
        below={
          <Bar
            label={t`Temperature, of what it slows down at`}
            percent={temperaturePercent(gpu)}
            tone={marks.hot ? 'warning' : 'quiet'}
          />
        }
        mark={marks.hot && <ConditionBadge condition="hot" />}
      />
    </dl>
  );
}

function GpuFacts({ gpu }: { gpu: Gpu }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <dl className="grid grid-cols-[5fr_8fr_5fr] gap-x-4 gap-y-2 border-t border-border pt-3">
      <Fact field="clockMHz" label={t`Clock`} text={format.quantity(gpu.clockMHz, 'MHz')} />
      <Fact
        field="memoryFreeMB"
        label={t`Free memory`}
        text={format.quantity(toGib(gpu.memoryFreeMB), 'GiB', 1)}
      />
      <Fact field="fanPercent" label={t`Fan`} text={format.quantity(gpu.fanPercent, '%')} />
      <Fact field="processCount" label={t`Programs`} text={format.number(gpu.processCount)} />
      <Fact
        field="power"
        label={t`Power / limit`}
        text={format.share(gpu.powerUsageW, gpu.powerLimitW, 'W')}
      />
      <Fact field="sampledAt" label={t`Read at`} text={format.time(gpu.sampledAt)} />
    </dl>
  );
}
