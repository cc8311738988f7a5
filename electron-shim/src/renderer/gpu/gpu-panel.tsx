import { Trans, useLingui } from '@lingui/react/macro';
import type { GpuStatusReport, HostStatus } from 'gpu-metrics-bridge/contract';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { MOST_SERIES } from '../charts/series.ts';
import { Button } from '../components/ui/button.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { sampleRows } from '../export/rows.ts';
import type { Past } from '../hooks/history-window.ts';
import type { GpuFeed } from '../hooks/use-gpu-feed.ts';
import { computersOf } from './computers.ts';
import { Drivers } from './drivers.tsx';
import { FeedError } from './feed-error.tsx';
import { GpuDetail } from './gpu-detail.tsx';
import { GpuOverview } from './gpu-overview.tsx';
import { GpuSummary } from './gpu-summary.tsx';
import type { Gpu } from './gpu.ts';
import { GpuToolbar } from './gpu-toolbar.tsx';
import { NoGpu } from './no-gpu.tsx';
import { SimulatedNotice } from './simulated-notice.tsx';

/** The same list each time. */
const NO_HOSTS: readonly HostStatus[] = [];

interface GpuPanelProps extends GpuFeed {
  /** As much of the past as is shown; null before it is known. */
  history: Past | null;
  /** How much of it the charts show. */
  windowSeconds: number;
  report: GpuStatusReport | null;
  /** The gpuIds of those that somebody wants to see in detail; empty for the overview. */
  chosen: readonly string[];
  onChoose: (gpuIds: readonly string[]) => void;
}

/**
 * All GPUs; or one, or several to compare, over time. Not drawn anew for a poll that begins, or for
 * numbers whose past is still to come.
 */
export const GpuPanel = memo(function GpuPanel(props: GpuPanelProps) {
  const { gpus, history, windowSeconds, report, chosen, onChoose } = props;
  const { error, waiting, paused, setPaused, refresh } = props;
  const [selected, setSelected] = useState<readonly string[]>([]);
  const hosts = report?.hosts ?? NO_HOSTS;
  const computers = useMemo(() => computersOf(gpus, report), [gpus, report]);
  const compared = useMemo(() => present(selected, gpus), [selected, gpus]);
  const inDetail = useMemo(() => present(chosen, gpus), [chosen, gpus]);
  const open = useCallback((gpuId: string) => onChoose([gpuId]), [onChoose]);
  const close = useCallback(() => onChoose([]), [onChoose]);
  const select = useCallback((gpuId: string, isSelected: boolean) => {
    setSelected((before) => [
      ...before.filter((each) => each !== gpuId),
      ...(isSelected ? [gpuId] : []),
    ]);
  }, []);
  useFocusBack(inDetail);
  const none = !waiting && !error && !computers && gpus.length === 0;
  return (
    <>
      <FeedError {...{ error, gpus }} />
      {gpus.some((gpu) => gpu.vendor === 'simulated') && <SimulatedNotice />}
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        {gpus.length > 0 && <GpuSummary gpus={gpus} />}
        {waiting && (
          <p className="text-muted-foreground" data-testid="summary">
            <Trans>Looking for GPUs …</Trans>
          </p>
        )}
        <div className="ml-auto flex flex-wrap items-center justify-end gap-2">
          {inDetail.length === 0 && compared.length > 0 && (
            <CompareButton count={compared.length} onCompare={() => onChoose(compared)} />
          )}
          <GpuToolbar {...{ gpus, paused, setPaused, refresh }} />
          {inDetail.length === 0 && gpus.length > 0 && (
            <ExportButton rows={() => sampleRows(gpus, hosts)} />
          )}
        </div>
      </div>
      {none && <NoGpu providers={report?.providers ?? []} />}
      {inDetail.length === 0 && (gpus.length > 0 || (computers && !waiting)) && (
        <GpuOverview
          {...{ gpus, computers, history }}
          selected={compared}
          onSelect={select}
          onOpen={open}
        />
      )}
      {inDetail.length > 0 && (
        <GpuDetail
          {...{ gpus, hosts, history, windowSeconds }}
          shown={inDetail}
          onShow={open}
          onBack={close}
        />
      )}
      {report && !none && inDetail.length === 0 && (
        <Drivers report={report} computers={computers} />
      )}
    </>
  );
});

/** Those of some gpuIds whose GPU is there. */
function present(gpuIds: readonly string[], gpus: readonly Gpu[]): readonly string[] {
  return gpuIds.filter((gpuId) => gpus.some((gpu) => gpu.gpuId === gpuId));
}

interface CompareButtonProps {
  count: number;
  onCompare: () => void;
}

/** Needs at least two, and no more than a chart can tell apart. */
function CompareButton({ count, onCompare }: CompareButtonProps) {
  const { t } = useLingui();
  const possible = count >= 2 && count <= MOST_SERIES;
  return (
    <Button
      variant={possible ? 'primary' : 'outline'}
      disabled={!possible}
      title={possible ? undefined : t`Choose 2 to ${MOST_SERIES} GPUs`}
      onClick={onCompare}
    >
      <Trans>Compare {count}</Trans>
    </Button>
  );
}

/** Gives the focus back to what opened the detail once it is closed. */
function useFocusBack(inDetail: readonly string[]): void {
  const [opener] = inDetail;
  const last = useRef(opener);
  useEffect(() => {
    if (opener === undefined && last.current !== undefined) {
      // No selector by its value: there may be anything in the name of a computer.
      [...document.querySelectorAll<HTMLElement>('[data-opens]')]
        .find(({ dataset }) => dataset['opens'] === last.current)
        ?.focus();
    }
    last.current = opener;
  }, [opener]);
}
