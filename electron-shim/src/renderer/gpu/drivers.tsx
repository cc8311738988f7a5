import { Trans } from '@lingui/react/macro';
import type { GpuStatusReport } from 'gpu-metrics-bridge/contract';
import { DriverList } from './driver-list.tsx';

/** Where the numbers come from; open where something needs a person. */
export function Drivers({ report: { providers } }: { report: GpuStatusReport }) {
  const needsSomebody = providers.some(
    ({ state }) => state === 'unavailable' || state === 'unresponsive',
  );
  return (
    <details open={needsSomebody} className="text-sm">
      <summary className="w-fit text-muted-foreground">
        <Trans>Drivers</Trans>
      </summary>
      <DriverList providers={providers} />
    </details>
  );
}
