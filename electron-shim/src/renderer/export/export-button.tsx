import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Icon } from '../components/ui/icon.tsx';
import { ExportDialog } from './export-dialog.tsx';
import type { Row } from './rows.ts';

/** Opens the export of what is shown. */
export function ExportButton({ rows }: { rows: () => Row[] }) {
  const [taken, setTaken] = useState<readonly Row[] | null>(null);
  return (
    <>
      <Button data-dialog="export" onClick={() => setTaken(rows())}>
        <Icon name="download" />
        <Trans>Export</Trans>
      </Button>
      {taken && <ExportDialog rows={taken} onClose={() => setTaken(null)} />}
    </>
  );
}
