import { Trans } from '@lingui/react/macro';
import { Badge } from '../components/ui/badge.tsx';
import { ConditionBadge } from './condition-badge.tsx';
import { UNKNOWN } from './format.ts';
import type { Gpu } from './gpu.ts';

/** Which GPU it is, and whether its numbers are those of a working piece of hardware. */
export function GpuTitle({ id, gpu }: { id?: string; gpu: Gpu }) {
  const { gpuId, name, vendor, status } = gpu;
  return (
    <header className="flex min-w-0 items-baseline gap-2">
      <h2 id={id} data-field="gpuId" className="text-base font-semibold">
        {gpuId}
      </h2>
      <p
        data-field="name"
        title={name}
        className="min-w-0 flex-1 truncate text-sm text-muted-foreground"
      >
        {name ?? UNKNOWN}
      </p>
      {vendor === 'simulated' && (
        <Badge tone="warning" icon="flask" data-field="simulated">
          <Trans>Simulated</Trans>
        </Badge>
      )}
      {status && status !== 'ok' && <ConditionBadge condition={status} />}
    </header>
  );
}
