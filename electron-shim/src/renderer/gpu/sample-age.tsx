import { Trans } from '@lingui/react/macro';
import { cn } from '../components/ui/cn.ts';
import { useNow } from '../hooks/use-now.ts';
import { isKnown, useFormat } from './format.ts';
import type { Gpu } from './gpu.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

interface SampleAgeProps {
  gpus: readonly Gpu[];
  className?: string;
}

/** How old the numbers are. */
export function SampleAge({ gpus, className }: SampleAgeProps) {
  const now = useNow(gpus);
  const newest = Math.max(...gpus.map(({ sampledAt }) => sampledAt).filter(isKnown));
  if (!isKnown(newest)) return null;
  return (
    <span
      data-testid="age"
      className={cn('inline-block text-sm whitespace-nowrap text-muted-foreground', className)}
    >
      {/* The clock may be set back between the reading and now. */}
      <Age ageS={Math.max(0, Math.round((now - newest) / 1000))} />
    </span>
  );
}

/** An age in the largest unit of which there are two; other computers may be away for days. */
function Age({ ageS }: { ageS: number }) {
  const format = useFormat();
  const hours = format.number(Math.floor(ageS / HOUR_S));
  const minutes = format.number(Math.floor(ageS / MINUTE_S));
  const seconds = format.number(ageS);
  if (ageS >= 2 * HOUR_S) return <Trans>{hours} h ago</Trans>;
  if (ageS >= 2 * MINUTE_S) return <Trans>{minutes} min ago</Trans>;
  return <Trans>{seconds} s ago</Trans>;
}
