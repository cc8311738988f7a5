import type { GpuStatusReport } from 'gpu-metrics-bridge/contract';
import { useState } from 'react';
import type { GpuFeed } from '../hooks/use-gpu-feed.ts';
import { useGpuHistory } from '../hooks/use-gpu-history.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { GpuPanel } from './gpu-panel.tsx';
import { SPARKLINE_POINTS } from './sparkline.tsx';

const SPARKLINE_PAST = { windowSeconds: 120, maxPoints: SPARKLINE_POINTS };

/** More points than these a chart has no pixels for. */
const CHART_POINTS = 300;

interface GpuViewProps {
  feed: GpuFeed;
  report: GpuStatusReport | null;
}

/** The GPUs as the last poll found them, and their past as far as it is shown, which comes later. */
export function GpuView({ feed: { gpus: latest, ...feed }, report }: GpuViewProps) {
  const { windowMinutes } = usePreferences().preferences;
  const [chosen, choose] = useState<readonly string[]>([]);
  const windowSeconds = windowMinutes * 60;
  const inDetail = latest.some(({ gpuId }) => chosen.includes(gpuId));
  const past = inDetail ? { windowSeconds, maxPoints: CHART_POINTS } : SPARKLINE_PAST;
  const { gpus, history } = useGpuHistory(latest, past);
  return (
    <GpuPanel {...feed} {...{ gpus, history, windowSeconds, report, chosen }} onChoose={choose} />
  );
}
