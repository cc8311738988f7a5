import { Trans } from '@lingui/react/macro';
import { memo } from 'react';
import { NEVER_MS } from '../hooks/use-gpu-feed.ts';
import { useGpuHistory } from '../hooks/use-gpu-history.ts';
import { GpuCard } from './gpu-card.tsx';
import { GpuTile } from './gpu-tile.tsx';
import { PastContext } from './past.tsx';
import type { Gpu } from './gpu.ts';
import { SPARKLINE_POINTS } from './sparkline.tsx';

/** More than these would not fit on a screen as cards. */
const MOST_CARDS = 12;

const SPARKLINE_SECONDS = 120;

interface GpuOverviewProps {
  gpus: readonly Gpu[];
  /** The gpuIds that are to be compared. */
  selected: readonly string[];
  onSelect: (gpuId: string, selected: boolean) => void;
  onOpen: (gpuId: string) => void;
  /** Whether the numbers are to move. */
  live: boolean;
}

/** All GPUs side by side, the smaller the more there are. */
export const GpuOverview = memo(function GpuOverview(props: GpuOverviewProps) {
  const { gpus, selected, onSelect, onOpen, live } = props;
  const history = useGpuHistory({
    windowSeconds: SPARKLINE_SECONDS,
    maxPoints: SPARKLINE_POINTS,
    pollInterval: live ? (1000 * SPARKLINE_SECONDS) / SPARKLINE_POINTS : NEVER_MS,
  });
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
