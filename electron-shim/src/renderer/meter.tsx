import type { ReactNode } from 'react';
import { isKnown } from './format.ts';

interface MeterProps {
  label: string;
  value: number;
  /** The full scale; undefined when that is unknown. */
  max: number | undefined;
  /** The value in words. */
  children: ReactNode;
}

/** A labelled bar. An unknown share leaves a hatched track: an empty bar would say zero. */
export function Meter({ label, value, max, children }: MeterProps) {
  return (
    <div className="meter">
      <p>
        <span className="meter-label">{label}</span>
        {children}
      </p>
      {isKnown(value) && max !== undefined ? (
        // Not <meter>: what of it a style sheet can reach differs between versions of Chromium.
        <div
          className="track"
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={max}
          aria-valuenow={value}
        >
          <div style={{ width: `${(100 * value) / max}%` }} />
        </div>
      ) : (
        <div className="track track-unknown" />
      )}
    </div>
  );
}
