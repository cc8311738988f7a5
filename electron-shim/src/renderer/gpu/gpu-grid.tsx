import { GpuCard } from './gpu-card.tsx';
import { GpuTile } from './gpu-tile.tsx';
import type { Gpu } from './gpu.ts';

export interface GpuGridProps {
  gpus: readonly Gpu[];
  /** Whether each is a tile, as there are too many for cards. */
  small: boolean;
  /** Whether they stand below the name of their computer. */
  grouped: boolean;
  /** The gpuIds that are to be compared. */
  selected: readonly string[];
  onSelect: (gpuId: string, selected: boolean) => void;
  onOpen: (gpuId: string) => void;
}

const TILES = 'grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-2';
const CARDS =
  'grid-cols-[repeat(auto-fit,minmax(21rem,1fr))] 2xl:grid-cols-[repeat(auto-fit,minmax(26rem,1fr))] gap-4';
/** As wide below one computer's name as below another's, however many there are. */
const GROUPED_CARDS =
  'grid-cols-[repeat(auto-fill,minmax(21rem,1fr))] 2xl:grid-cols-[repeat(auto-fill,minmax(26rem,1fr))] gap-4';

/** GPUs side by side. */
export function GpuGrid({ gpus, small, grouped, selected, onSelect, onOpen }: GpuGridProps) {
  const Each = small ? GpuTile : GpuCard;
  const cards = grouped ? GROUPED_CARDS : CARDS;
  return (
    <div className={`grid ${small ? TILES : cards}`}>
      {gpus.map((gpu) => (
        <Each
          key={gpu.gpuId}
          gpu={gpu}
          grouped={grouped}
          selected={selected.includes(gpu.gpuId)}
          onSelect={onSelect}
          onOpen={onOpen}
        />
      ))}
    </div>
  );
}
