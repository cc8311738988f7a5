import { Trans, useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import { Button } from '../components/ui/button.tsx';
import { Icon } from '../components/ui/icon.tsx';
import { Select } from '../components/ui/select.tsx';
import type { GpuFeed } from '../hooks/use-gpu-feed.ts';
import { INTERVALS_MS, usePreferences } from '../settings/preferences.tsx';
import { useFormat } from './format.ts';
import { SampleAge } from './sample-age.tsx';

type GpuToolbarProps = Pick<GpuFeed, 'gpus' | 'paused' | 'setPaused' | 'refresh'>;

/** How often, and whether, the numbers change. */
export function GpuToolbar({ gpus, paused, setPaused, refresh }: GpuToolbarProps) {
  return (
    <div className="flex items-center gap-2">
      <SampleAge gpus={gpus} className="min-w-[9ch] text-right" />
      <IntervalChoice />
      <Controls {...{ paused, setPaused, refresh }} />
    </div>
  );
}

/** The same from one poll to the next, as the choice of the interval is. */
const Controls = memo(function Controls(props: Omit<GpuToolbarProps, 'gpus'>) {
  const { paused, setPaused, refresh } = props;
  return (
    <>
      <Button onClick={() => setPaused(!paused)}>
        <Icon name={paused ? 'play' : 'pause'} />
        {paused ? <Trans>Resume</Trans> : <Trans>Pause</Trans>}
      </Button>
      <Button onClick={refresh}>
        <Icon name="refresh" />
        <Trans>Refresh</Trans>
      </Button>
    </>
  );
});

/** How often the numbers change. */
const IntervalChoice = memo(function IntervalChoice() {
  const { t } = useLingui();
  const format = useFormat();
  const { preferences, choose } = usePreferences();
  const seconds = INTERVALS_MS.map((interval) => {
    const text = format.quantity(interval / 1000, 's', interval < 1000 ? 1 : 0);
    return [interval, text] as const;
  });
  return (
    <Select
      label={<span className="sr-only">{t`Interval`}</span>}
      value={preferences.intervalMs}
      options={seconds}
      onChange={(intervalMs) => choose({ intervalMs })}
    />
  );
});
