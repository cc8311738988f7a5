import { Trans } from '@lingui/react/macro';
import type { GpuStatusReport } from 'gpu-metrics-bridge/contract';
import { useId } from 'react';
import { needsSomebody, type Computer } from './computers.ts';
import { DriverList } from './driver-list.tsx';

interface DriversProps {
  report: GpuStatusReport;
  /** Whose drivers they are; undefined where all are this computer's. */
  computers: readonly Computer[] | undefined;
}

/** Where the numbers come from; open where something needs a person. */
export function Drivers({ report: { providers }, computers }: DriversProps) {
  // Where there is no GPU, the heading says why.
  const listed = computers?.filter((each) => each.gpus.length > 0 && each.providers.length > 0);
  if (listed?.length === 0) return null;
  const shown = listed?.flatMap((computer) => computer.providers) ?? providers;
  return (
    <details open={shown.some(needsSomebody)} className="text-sm">
      <summary className="w-fit text-muted-foreground">
        <Trans>Drivers</Trans>
      </summary>
      {listed ? (
        listed.map((each) => <DriversOf key={each.host ?? ''} computer={each} />)
      ) : (
        <DriverList providers={providers} />
      )}
    </details>
  );
}

function DriversOf({ computer: { host, providers } }: { computer: Computer }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className="mt-3">
      <p id={id} className="truncate font-semibold">
        {host ?? <Trans>This computer</Trans>}
      </p>
      <DriverList providers={providers} />
    </div>
  );
}
