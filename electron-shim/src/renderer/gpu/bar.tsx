import { cn } from '../components/ui/cn.ts';
import { isKnown } from './format.ts';

export interface BarProps {
  label: string;
  /** In percent; NaN when it is unknown. */
  percent: number;
  /** Whether it is above its threshold: a warning, or for `info` no more than a fact. */
  tone: 'quiet' | 'info' | 'warning';
}

const FILLS = { quiet: 'text-quiet', info: 'text-primary', warning: 'text-warning-fill' };

/** How much of something is used. Unknown leaves a hatched track: an empty bar would say zero. */
export function Bar({ label, percent, tone }: BarProps) {
  if (!isKnown(percent)) return <div className="hatched h-1.5 rounded-full" />;
  return (
    // Not <meter>: what of it a style sheet can reach differs between versions of Chromium.
    <div
      // A gradient, whose size is no matter of layout: it changes with every number.
      className={cn(
        'h-1.5 rounded-full bg-muted bg-linear-to-r from-current to-current bg-no-repeat',
        FILLS[tone],
      )}
      style={{ backgroundSize: `${percent}% 100%` }}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    />
  );
}
