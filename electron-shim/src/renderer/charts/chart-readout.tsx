import { Trans } from '@lingui/react/macro';
import { memo } from 'react';
import { UNKNOWN, useFormat } from '../gpu/format.ts';
import { seriesColour, type Extent, type Series } from './series.ts';

type Write = (value: number | null | undefined) => string;

interface ChartReadoutProps {
  id: string;
  timestamps: readonly number[];
  series: readonly Series[];
  /** What each line comes to. */
  extents: readonly (Extent | null)[];
  /** The point that the pointer is at; null for none. */
  point: number | null;
  write: Write;
}

/** The values at the pointer; without one, the least and the most of the time shown. */
export function ChartReadout({ id, timestamps, series, extents, point, write }: ChartReadoutProps) {
  const format = useFormat();
  return (
    <ul
      id={id}
      className="mt-2 flex min-h-5 flex-wrap gap-x-4 gap-y-1 text-xs text-muted-foreground"
    >
      {point !== null && <li>{format.time(timestamps[point])}</li>}
      {series.map(({ label, values }, index) => (
        <LineReadout
          key={label}
          index={index}
          label={series.length > 1 ? label : ''}
          value={point === null ? undefined : (values[point] ?? null)}
          min={extents[index]?.min}
          max={extents[index]?.max}
          write={write}
        />
      ))}
    </ul>
  );
}

interface LineReadoutProps {
  index: number;
  /** Empty where there is no other line. */
  label: string;
  /** At the pointer; undefined without one. */
  value: number | null | undefined;
  min: number | undefined;
  max: number | undefined;
  write: Write;
}

/** What is said of one line: seldom anything else than a point before. */
const LineReadout = memo(function LineReadout(props: LineReadoutProps) {
  const { index, label, value, min, max, write } = props;
  return (
    <li className="flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden="true" className="h-0.5 w-3" style={{ background: seriesColour(index) }} />
      {label}{' '}
      <span className="text-foreground">
        {value === undefined ? <Span {...{ min, max, write }} /> : write(value)}
      </span>
    </li>
  );
});

interface SpanProps {
  min: number | undefined;
  max: number | undefined;
  write: Write;
}

/** From the least to the most. */
function Span({ min, max, write }: SpanProps) {
  if (min === undefined || max === undefined) return UNKNOWN;
  const [least, most] = [write(min), write(max)];
  return (
    <Trans>
      {least} to {most}
    </Trans>
  );
}
