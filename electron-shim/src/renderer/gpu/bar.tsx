import { isKnown } from './format.ts';

export interface BarProps {
  label: string;
  /** In percent; NaN when it is unknown. */
  percent: number;
  /** Whether it is above its threshold: a warning, or for `info` no more than a fact. */
  tone: 'quiet' | 'info' | 'warning';
}

const FILLS = { quiet: 'bg-quiet', info: 'bg-primary', warning: 'bg-warning-fill' };

/** How much of something is used. Unknown leaves a hatched track: an empty bar would say zero. */
export function Bar({ label, percent, tone }: BarProps) {
  if (!isKnown(percent)) return <div className="hatched h-1.5 rounded-full" />;
  return (
    // Not <meter>: what of it a style sheet can reach differs between versions of Chromium.
    <div
      className="h-1.5 overflow-hidden rounded-full bg-muted"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <div className={`h-full rounded-full ${FILLS[tone]}`} style={{ width: `${percent}%` }} />
    </div>
  );
}
