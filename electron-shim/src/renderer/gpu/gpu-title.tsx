import { Trans } from '@lingui/react/macro';
import { Badge } from '../components/ui/badge.tsx';
import { ConditionBadge } from './condition-badge.tsx';
import { UNKNOWN } from './format.ts';
import { GpuId } from './gpu-id.tsx';
import { localId, type Gpu } from './gpu.ts';

interface GpuTitleProps {
  gpu: Gpu;
  /** Whether it stands below the name of its computer. */
  grouped: boolean;
}

/** Which GPU it is, and whether its numbers are those of a working piece of hardware. */
export function GpuTitle({ gpu, grouped }: GpuTitleProps) {
  const { name, vendor, status } = gpu;
  const Heading = grouped ? 'h3' : 'h2';
  return (
    <header className="flex min-w-0 items-baseline gap-2">
      <Heading data-field="gpuId" className="max-w-3/5 text-base font-semibold">
        {grouped ? localId(gpu) : <GpuId gpuId={gpu.gpuId} host={gpu.host} />}
      </Heading>
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
