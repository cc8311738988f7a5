import { Trans } from '@lingui/react/macro';
import { Notice } from '../components/ui/notice.tsx';

/** Says that no hardware is behind the numbers. */
export function SimulatedNotice() {
  return (
    <Notice tone="warning" icon="flask" data-testid="simulated-banner">
      <p>
        <Trans>
          <strong>Simulated GPUs.</strong> These numbers are invented; no hardware is measured.
        </Trans>
      </p>
    </Notice>
  );
}
