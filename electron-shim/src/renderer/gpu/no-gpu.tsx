import { Trans } from '@lingui/react/macro';
import type { ProviderStatus } from 'gpu-metrics-bridge/contract';
import { Card } from '../components/ui/card.tsx';
import { DriverList } from './driver-list.tsx';

/** Why there is nothing to show, and what would change that. */
export function NoGpu({ providers }: { providers: readonly ProviderStatus[] }) {
  return (
    <Card className="mx-auto mt-4 max-w-3xl p-6" data-testid="no-gpu">
      <h2 className="text-xl font-semibold">
        <Trans>No GPU found</Trans>
      </h2>
      <p className="mt-2 mb-4 max-w-prose text-muted-foreground">
        <Trans>
          None of these drivers shows a GPU. Models run all the same, on the processor. A GPU that
          appears later is shown by itself.
        </Trans>
      </p>
      <DriverList providers={providers} />
    </Card>
  );
}
