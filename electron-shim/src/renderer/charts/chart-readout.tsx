import { Trans } from '@lingui/react/macro';
import { memo } from 'react';
import { UNKNOWN, useFormat } from '../gpu/format.ts';
import { seriesColour, type Extent, type Series } from './series.ts';

interface ChartReadoutProps {
  timestamps: readonly number[];
  series: readonly Series[];
  /** What each line comes to. */
  extents: readonly (Extent | null)[];
  /** The point that the pointer is at; null for none. */
  point: number | null;
  write: (value: number | null | undefined) => string;
}

/** The values at the pointer; without one, the least and the most of the time shown. */
export function ChartReadout(props: ChartReadoutProps) {
  const { timestamps, series, extents, point, write } = props;
  const format = useFormat();
  return (
    <ul className="mt-2 flex min-h-5 flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground">
      {point !== null && <li>{format.time(timestamps[point])}</li>}
      {series.map(({ label, values }, index) => (
        <li key={label} className="flex items-center gap-1.5 whitespace-nowrap">
          <span
            aria-hidden="true"
            className="h-0.5 w-3"
            style={{ background: seriesColour(index) }}
          />
          {series.length > 1 && label}{' '}
          <span className="text-foreground">
            {point === null ? (
              <Span min={extents[index]?.min} max={extents[index]?.max} write={write} />
            ) : (
              write(values[point])
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface SpanProps {
  min: number | undefined;
  max: number | undefined;
  write: ChartReadoutProps['write'];
}

/** From the least to the most: seldom another than a point before. */
const Span = memo(function Span({ min, max, write }: SpanProps) {
  if (min === undefined || max === undefined) return UNKNOWN;
  const [least, most] = [write(min), write(max)];
  return (
    <Trans>
      {least} to {most}
    </Trans>
  );
});
