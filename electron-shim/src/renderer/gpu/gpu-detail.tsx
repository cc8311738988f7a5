import { Trans, useLingui } from '@lingui/react/macro';
import type { HostStatus } from 'gpu-metrics-bridge/contract';
import { memo, useEffect, useMemo, useRef } from 'react';
import { GpuCharts } from '../charts/gpu-charts.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Icon } from '../components/ui/icon.tsx';
import { Select } from '../components/ui/select.tsx';
import { ToggleGroup } from '../components/ui/toggle-group.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { historyRows } from '../export/rows.ts';
import type { Past } from '../hooks/history-window.ts';
import { usePreferences, WINDOWS_MINUTES, type Preferences } from '../settings/preferences.tsx';
import { CompareTable } from './compare-table.tsx';
import { GpuAllFacts } from './gpu-all-facts.tsx';
import { GpuFigures } from './gpu-card.tsx';
import { GpuNote } from './gpu-note.tsx';
import { GpuTitle } from './gpu-title.tsx';
import type { Gpu } from './gpu.ts';

interface GpuDetailProps {
  /** All GPUs there are. */
  gpus: readonly Gpu[];
  hosts: readonly HostStatus[];
  /** As much of the past as the charts show; null before it is known. */
  history: Past | null;
  windowSeconds: number;
  /** The gpuIds of those that are shown: one, or several to compare. */
  shown: readonly string[];
  onShow: (gpuId: string) => void;
  onBack: () => void;
}

/** One GPU with everything that is known of it, or several side by side, over time. */
export const GpuDetail = memo(function GpuDetail(props: GpuDetailProps) {
  const { gpus, hosts, history, windowSeconds, shown, onShow, onBack } = props;
  // The same when only the past is new: what shows the present is then not drawn anew.
  const chosen = useMemo(() => gpus.filter(({ gpuId }) => shown.includes(gpuId)), [gpus, shown]);
  const [only] = chosen;
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <section
      className="grid gap-4"
      data-testid="gpu-detail"
      onKeyDown={({ key }) => key === 'Escape' && onBack()}
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button ref={back} onClick={onBack}>
          <Icon name="arrowLeft" />
          <Trans>All GPUs</Trans>
        </Button>
        {chosen.length === 1 && only && (
          <Select
            label={<span className="sr-only">GPU</span>}
            value={only.gpuId}
            options={gpus.map(({ gpuId }) => [gpuId, gpuId] as const)}
            onChange={onShow}
          />
        )}
        <span className="flex-1" />
        {history && <ExportButton rows={() => historyRows(history, chosen, hosts)} />}
        <WindowChoice />
      </div>
      {chosen.length === 1 && only ? <GpuNow gpu={only} /> : <CompareTable gpus={chosen} />}
      {history ? (
        <GpuCharts gpus={chosen} history={history} windowSeconds={windowSeconds} />
      ) : (
        <p className="text-sm text-muted-foreground">
          <Trans>The past is not known yet.</Trans>
        </p>
      )}
    </section>
  );
});

/** Everything that is known of one GPU now. */
const GpuNow = memo(function GpuNow({ gpu }: { gpu: Gpu }) {
  return (
    <Card className="@container grid gap-4 p-4" data-testid="gpu-card" data-gpu={gpu.gpuId}>
      <GpuTitle gpu={gpu} grouped={false} />
      <div className="grid gap-x-12 gap-y-4 lg:grid-cols-2">
        <div className="grid content-start gap-2">
          <GpuFigures gpu={gpu} />
          <GpuNote gpu={gpu} />
        </div>
        <GpuAllFacts gpu={gpu} />
      </div>
    </Card>
  );
});

/** How much of the past is shown; the same from one poll to the next. */
const WindowChoice = memo(function WindowChoice() {
  const { t } = useLingui();
  const { preferences, choose } = usePreferences();
  return (
    <ToggleGroup
      label={t`Time shown`}
      value={String(preferences.windowMinutes)}
      options={WINDOWS_MINUTES.map((minutes) => [String(minutes), `${minutes} min`] as const)}
      onChange={(minutes) =>
        choose({ windowMinutes: Number(minutes) as Preferences['windowMinutes'] })
      }
    />
  );
});
