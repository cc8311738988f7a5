import { Trans } from '@lingui/react/macro';
import { useNow } from '../hooks/use-now.ts';
import { isKnown, useFormat } from './format.ts';
import type { Gpu } from './gpu.ts';

/** How old the numbers are. */
export function SampleAge({ gpus }: { gpus: readonly Gpu[] }) {
  const now = useNow(gpus);
  const format = useFormat();
  const newest = Math.max(...gpus.map(({ sampledAt }) => sampledAt).filter(isKnown));
  if (!isKnown(newest)) return null;
  // The clock may be set back between the reading and now.
  const seconds = format.number(Math.max(0, Math.round((now - newest) / 1000)));
  return (
    <span
      data-testid="age"
      className="inline-block min-w-[9ch] text-right text-sm whitespace-nowrap text-muted-foreground"
    >
      <Trans>{seconds} s ago</Trans>
    </span>
  );
}
