import { Trans } from '@lingui/react/macro';
import { cn } from '../components/ui/cn.ts';
import { useNow } from '../hooks/use-now.ts';
import { isKnown, useFormat } from './format.ts';
import type { Gpu } from './gpu.ts';

interface SampleAgeProps {
  gpus: readonly Gpu[];
  className?: string;
}

/** How old the numbers are. */
export function SampleAge({ gpus, className }: SampleAgeProps) {
  const now = useNow(gpus);
  const format = useFormat();
  const newest = Math.max(...gpus.map(({ sampledAt }) => sampledAt).filter(isKnown));
  if (!isKnown(newest)) return null;
  // The clock may be set back between the reading and now.
  const seconds = format.number(Math.max(0, Math.round((now - newest) / 1000)));
  return (
    <span
      data-testid="age"
      className={cn('inline-block text-sm whitespace-nowrap text-muted-foreground', className)}
    >
      <Trans>{seconds} s ago</Trans>
    </span>
  );
}
