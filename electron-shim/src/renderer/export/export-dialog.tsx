import { Trans, useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Icon } from '../components/ui/icon.tsx';
import { ToggleGroup } from '../components/ui/toggle-group.tsx';
import { FORMATS, textOf, type ExportFormat, type Row } from './rows.ts';

interface ExportDialogProps {
  rows: readonly Row[];
  onClose: () => void;
}

/** What is shown, as text to copy or to save. */
export function ExportDialog({ rows, onClose }: ExportDialogProps) {
  const { t } = useLingui();
  const [format, setFormat] = useState<ExportFormat>('JSON');
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const text = textOf(rows, format);
  const copy = () => {
    field.current?.select();
    // The clipboard's newer interface needs a permission, which this app gives to no page.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    setCopied(document.execCommand('copy'));
  };
  return (
    <Dialog title={<Trans>Export</Trans>} onClose={onClose}>
      <div className="grid gap-4">
        <p className="text-sm text-muted-foreground">
          <Trans>Nothing in it identifies this computer or its owner.</Trans>
        </p>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <ToggleGroup
            label={t`Format`}
            value={format}
            options={FORMATS.map((each) => [each, each] as const)}
            onChange={(next) => {
              setFormat(next);
              setCopied(false);
            }}
          />
          <div className="flex gap-2">
            <Button onClick={copy}>
              <Icon name={copied ? 'check' : 'copy'} />
              <span role="status">{copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}</span>
            </Button>
            <Button variant="primary" onClick={() => save(text, format)}>
              <Icon name="download" />
              <Trans>Save</Trans>
            </Button>
          </div>
        </div>
        <textarea
          ref={field}
          readOnly
          aria-label={t`Preview`}
          className="h-64 w-full resize-none rounded-md border border-border bg-muted p-3 font-mono text-xs whitespace-pre"
          value={text}
        />
      </div>
    </Dialog>
  );
}

/** Hands the text to the browser as a download, which asks where to. */
function save(text: string, format: ExportFormat): void {
  const type = format === 'JSON' ? 'application/json' : 'text/csv';
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `gpu-metrics.${format.toLowerCase()}`;
  link.click();
  URL.revokeObjectURL(url);
}
