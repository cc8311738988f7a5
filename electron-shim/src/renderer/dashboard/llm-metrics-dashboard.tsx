import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { memo, useState } from 'react';
import { AlertBanner } from '../alerts/alert-banner.tsx';
import { AlertLogDialog } from '../alerts/alert-log-dialog.tsx';
import { useAlerts } from '../alerts/use-alerts.ts';
import { Button } from '../components/ui/button.tsx';
import { Icon } from '../components/ui/icon.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../components/ui/tabs.tsx';
import { GpuView } from '../gpu/gpu-view.tsx';
import { NEVER_MS, useGpuFeed } from '../hooks/use-gpu-feed.ts';
import { useGpuOptions } from '../hooks/use-gpu-options.ts';
import { useGpuStatus } from '../hooks/use-gpu-status.ts';
import { usePageVisible } from '../hooks/use-page-visible.ts';
import { LlmView } from '../llm/llm-view.tsx';
import { usePreferences, type Preferences } from '../settings/preferences.tsx';
import { SettingsDialog } from '../settings/settings-dialog.tsx';

/** Behind the LLM view only the count of alerts is seen: no need to hurry, or to keep a GPU awake. */
const BACKGROUND_MS = 10_000;

/** The page: the model's numbers and the GPUs', one click apart. */
export function LlmMetricsDashboard() {
  const { preferences, choose } = usePreferences();
  const { view, intervalMs } = preferences;
  const visible = usePageVisible();
  const wanted = view === 'gpu' ? intervalMs : Math.max(intervalMs, BACKGROUND_MS);
  const pollInterval = visible ? wanted : NEVER_MS;
  const feed = useGpuFeed(pollInterval);
  const live = visible && !feed.paused;
  const report = useGpuStatus(live ? wanted : NEVER_MS);
  const alerts = useAlerts(feed.gpus);
  useGpuOptions(preferences);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const closeDialog = () => setDialog(null);

  return (
    <Tabs
      className="flex h-screen flex-col"
      value={view}
      onValueChange={(next) => choose({ view: next as Preferences['view'] })}
    >
      <Header openAlerts={alerts.open.length} onOpen={setDialog} />
      {/* The page scrolls below the header: errors and views stay in reach. */}
      <main className="relative flex-1 overflow-y-auto [scrollbar-gutter:stable]">
        <TabsContent value="llm" className="grid gap-4 p-4">
          <LlmView pollInterval={visible ? intervalMs : NEVER_MS} />
        </TabsContent>
        <TabsContent value="gpu" className="grid gap-4 p-4">
          <AlertBanner alerts={alerts} />
          <GpuView feed={feed} report={report} />
        </TabsContent>
      </main>
      {dialog === 'alerts' && <AlertLogDialog alerts={alerts} onClose={closeDialog} />}
      {dialog === 'settings' && <SettingsDialog onClose={closeDialog} />}
    </Tabs>
  );
}

type DialogName = 'alerts' | 'settings';

interface HeaderProps {
  openAlerts: number;
  onOpen: (dialog: DialogName) => void;
}

/** What is in reach from everywhere; most polls change nothing of it. */
const Header = memo(function Header({ openAlerts, onOpen }: HeaderProps) {
  const { t } = useLingui();
  return (
    <header className="flex h-14 shrink-0 items-center justify-between border-b border-border bg-background px-4">
      <h1 className="sr-only">
        <Trans>LLM and GPU metrics</Trans>
      </h1>
      <TabsList aria-label={t`View`}>
        <TabsTrigger value="llm">LLM</TabsTrigger>
        <TabsTrigger value="gpu">
          GPU
          <AlertCount count={openAlerts} />
        </TabsTrigger>
      </TabsList>
      <div className="flex gap-1">
        <Button variant="ghost" data-dialog="alerts" onClick={() => onOpen('alerts')}>
          <Icon name="bell" />
          <Trans>Alerts</Trans>
        </Button>
        <Button variant="ghost" data-dialog="settings" onClick={() => onOpen('settings')}>
          <Icon name="gear" />
          <Trans>Settings</Trans>
        </Button>
      </div>
    </header>
  );
});

/** How many alerts wait for somebody, beside the name of the tab that has them. */
function AlertCount({ count }: { count: number }) {
  const { t } = useLingui();
  if (count === 0) return null;
  return (
    <span
      data-testid="alert-count"
      className="min-w-5 rounded-full bg-warning-surface px-1.5 text-xs leading-5 text-warning"
    >
      {count}
      <span className="sr-only"> {t`${plural(count, { one: 'alert', other: 'alerts' })}`}</span>
    </span>
  );
}
