import { Plural, Trans } from '@lingui/react/macro';
import { memo } from 'react';
import { usePreferences } from '../settings/preferences.tsx';
import { CONDITIONS, conditionsOf } from './condition.ts';
import { ConditionBadge } from './condition-badge.tsx';
import type { Gpu } from './gpu.ts';

/** What a glance at all GPUs tells: how many there are, and how many are busy, full, hot or gone. */
export const GpuSummary = memo(function GpuSummary({ gpus }: { gpus: readonly Gpu[] }) {
  const { thresholds } = usePreferences().preferences;
  const held = gpus.flatMap((gpu) => conditionsOf(gpu, thresholds));
  const counts = CONDITIONS.map((condition) => ({
    condition,
    count: held.filter((each) => each === condition).length,
  })).filter(({ count }) => count > 0);
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1" data-testid="summary">
      <span className="text-base font-semibold whitespace-nowrap">
        <Plural value={gpus.length} one="# GPU" other="# GPUs" />
      </span>
      {counts.map(({ condition, count }) => (
        <ConditionBadge key={condition} condition={condition} count={count} />
      ))}
      {counts.length === 0 && (
        <span className="text-sm text-muted-foreground">
          <Trans>All quiet</Trans>
        </span>
      )}
    </div>
  );
});
