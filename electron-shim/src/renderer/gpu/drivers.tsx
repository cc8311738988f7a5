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
  return (
    <details open={providers.some(needsSomebody)} className="text-sm">
      <summary className="w-fit text-muted-foreground">
        <Trans>Drivers</Trans>
      </summary>
      {computers ? (
        computers
          // Where there is no GPU, its heading says why.
          .filter(({ gpus, providers }) => gpus.length > 0 && providers.length > 0)
          .map((computer) => <DriversOf key={computer.host ?? ''} computer={computer} />)
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
