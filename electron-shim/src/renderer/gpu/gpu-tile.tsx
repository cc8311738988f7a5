import { useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import { usePreferences } from '../settings/preferences.tsx';
import { Bar, type BarProps } from './bar.tsx';
import { conditionsOf, type Condition } from './condition.ts';
import { ConditionBadge } from './condition-badge.tsx';
import { useFormat } from './format.ts';
import type { GpuCardProps } from './gpu-card.tsx';
import { localId, memoryPercent, temperaturePercent } from './gpu.ts';
import { Past } from './past.tsx';

/** One GPU of many: small enough that 64 of them fit on a large screen. */
export const GpuTile = memo(function GpuTile(props: GpuCardProps) {
  const { gpu, grouped, selected, onSelect, onOpen } = props;
  const { t } = useLingui();
  const format = useFormat();
  const { thresholds } = usePreferences().preferences;
  const conditions = conditionsOf(gpu, thresholds);
  return (
    <section
      aria-label={gpu.gpuId}
      data-testid="gpu-card"
      data-gpu={gpu.gpuId}
      // What a tile shows changes often, and never its size: the other tiles stay where they are.
      className="relative flex h-25 min-w-0 flex-col gap-2 rounded-lg border border-border bg-card px-2.5 py-2 [contain:strict] [content-visibility:auto] hover:border-muted-foreground"
    >
      <TileHeader
        gpuId={gpu.gpuId}
        title={grouped ? localId(gpu) : gpu.gpuId}
        name={gpu.name}
        grouped={grouped}
        condition={conditions[0]}
        selected={selected}
        onSelect={onSelect}
        onOpen={onOpen}
      />
      <dl className="grid grid-cols-3 gap-2 text-sm">
        <TileValue
          field="utilization"
          label={t`Utilization`}
          text={format.quantity(gpu.utilization, '%')}
          percent={gpu.utilization}
          tone={conditions.includes('busy') ? 'info' : 'quiet'}
        />
        <TileValue
          field="memoryPercent"
          label={t`Memory`}
          text={format.quantity(memoryPercent(gpu), '%')}
          percent={memoryPercent(gpu)}
          tone={conditions.includes('nearlyFull') ? 'warning' : 'quiet'}
        />
        <TileValue
          field="temperatureC"
          label={t`Temperature`}
          text={format.quantity(gpu.temperatureC, '°C')}
          percent={temperaturePercent(gpu)}
          tone={conditions.includes('hot') ? 'warning' : 'quiet'}
        />
      </dl>
      <Past gpuId={gpu.gpuId} className="h-4 w-full" />
    </section>
  );
});

interface TileHeaderProps extends Omit<GpuCardProps, 'gpu'> {
  gpuId: string;
  /** What it is called where it stands. */
  title: string;
  name: string | undefined;
  /** The most urgent one. */
  condition: Condition | undefined;
}

/** Which GPU it is, and what there is to say about it; mostly the same from one poll to the next. */
const TileHeader = memo(function TileHeader(props: TileHeaderProps) {
  const { gpuId, title, name, condition, grouped, selected, onSelect, onOpen } = props;
  const { t } = useLingui();
  const Heading = grouped ? 'h3' : 'h2';
  return (
    <header className="flex h-5 items-center gap-1">
      <input
        type="checkbox"
        className="relative z-10 size-4 shrink-0 accent-primary"
        checked={selected}
        aria-label={t`Compare ${gpuId}`}
        onChange={({ target }) => onSelect(gpuId, target.checked)}
      />
      <Heading className="flex-1 truncate text-sm font-semibold">
        <button
          type="button"
          data-opens={gpuId}
          aria-label={gpuId}
          data-field="gpuId"
          title={name}
          // The whole tile opens it.
          className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-primary"
          onClick={() => onOpen(gpuId)}
        >
          {title}
        </button>
      </Heading>
      {condition && <ConditionBadge condition={condition} />}
    </header>
  );
});

interface TileValueProps extends BarProps {
  /** The name of the field in the answer. */
  field: string;
  text: string;
}

function TileValue({ field, label, text, ...bar }: TileValueProps) {
  return (
    <div className="min-w-0">
      <dt className="sr-only">{label}</dt>
      <dd>
        <span data-field={field} className="mb-1 block font-medium whitespace-nowrap">
          {text}
        </span>
        <Bar label={label} {...bar} />
      </dd>
    </div>
  );
}
