import { Trans } from '@lingui/react/macro';
import type { GpuHistory } from 'gpu-metrics-bridge/contract';
import { memo } from 'react';
import { ComputerGroup } from './computer-group.tsx';
import type { Computer } from './computers.ts';
import { GpuGrid, type GpuGridProps } from './gpu-grid.tsx';
import { PastContext } from './past.tsx';

/** More than these would not fit on a screen as cards. */
const MOST_CARDS = 12;

interface GpuOverviewProps extends Omit<GpuGridProps, 'small' | 'grouped'> {
  /** Whose GPUs they are; undefined where all are this computer's. */
  computers: readonly Computer[] | undefined;
  /** The last minutes; null before they are known. */
  history: GpuHistory | null;
}

/** All GPUs side by side, the smaller the more there are; those of several computers in groups. */
export const GpuOverview = memo(function GpuOverview(props: GpuOverviewProps) {
  const { computers, history, gpus, ...handlers } = props;
  const small = gpus.length > MOST_CARDS;
  const grid = { ...handlers, small };
  return (
    <PastContext value={history}>
      <div className={`grid ${small ? 'gap-2' : 'gap-4'}`}>
        {small && (
          <p className="text-xs text-muted-foreground">
            <Trans>In each tile: utilization, memory in use, temperature.</Trans>
          </p>
        )}
        {computers ? (
          <div className="grid gap-6">
            {computers.map((computer) => (
              <ComputerGroup key={computer.host ?? ''} computer={computer} {...grid} />
            ))}
          </div>
        ) : (
          <GpuGrid {...grid} gpus={gpus} grouped={false} />
        )}
      </div>
    </PastContext>
  );
});
