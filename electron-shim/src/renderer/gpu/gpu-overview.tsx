import { Trans } from '@lingui/react/macro';
import type { GpuHistory } from 'gpu-metrics-bridge/contract';
import { memo } from 'react';
import { GpuCard } from './gpu-card.tsx';
import { GpuTile } from './gpu-tile.tsx';
import { PastContext } from './past.tsx';
import type { Gpu } from './gpu.ts';

/** More than these would not fit on a screen as cards. */
const MOST_CARDS = 12;

interface GpuOverviewProps {
  gpus: readonly Gpu[];
  /** The last minutes; null before they are known. */
  history: GpuHistory | null;
  /** The gpuIds that are to be compared. */
  selected: readonly string[];
  onSelect: (gpuId: string, selected: boolean) => void;
  onOpen: (gpuId: string) => void;
}

/** All GPUs side by side, the smaller the more there are. */
export const GpuOverview = memo(function GpuOverview(props: GpuOverviewProps) {
  const { gpus, history, selected, onSelect, onOpen } = props;
  const small = gpus.length > MOST_CARDS;
  const Each = small ? GpuTile : GpuCard;
  const columns = small
    ? 'grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-2'
    : 'grid-cols-[repeat(auto-fit,minmax(21rem,1fr))] 2xl:grid-cols-[repeat(auto-fit,minmax(26rem,1fr))] gap-4';
  return (
    <PastContext value={history}>
      <div className={`grid ${columns}`}>
        {small && (
          <p className="col-span-full text-xs text-muted-foreground">
            <Trans>In each tile: utilization, memory in use, temperature.</Trans>
          </p>
        )}
        {gpus.map((gpu) => (
          <Each
            key={gpu.gpuId}
            gpu={gpu}
            selected={selected.includes(gpu.gpuId)}
            onSelect={onSelect}
            onOpen={onOpen}
          />
        ))}
      </div>
    </PastContext>
  );
});
