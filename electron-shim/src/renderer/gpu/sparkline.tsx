import { memo } from 'react';

interface SparklineProps {
  /** Percent, oldest first; null where there is no value. */
  values: readonly (number | null)[] | undefined;
  className: string;
}

/** How many values fill it. */
export const SPARKLINE_POINTS = 60;

/** How high 0 % is, in percent: a gap is not drawn at all. */
const LEAST = 7;
/** In percent, as the values are: they go into the shape as they come. */
const HEIGHT = 100 + LEAST;

/**
 * The last two minutes of a value at a glance. Gaps stay gaps.
 *
 * It says nothing that the number beside it does not, and is silent for a screen reader; the
 * detail view has the charts with their tables.
 */
export const Sparkline = memo(function Sparkline({ values = [], className }: SparklineProps) {
  return (
    <svg
      aria-hidden="true"
      data-testid="sparkline"
      className={className}
      viewBox={`0 0 ${SPARKLINE_POINTS - 1} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {/* One shape, where a line over an area would cost twice as much: there may be 64 of these. */}
      <path d={areaOf(values)} className="fill-quiet/70" />
    </svg>
  );
});

/** The area under the values, in pieces where there are gaps; one to the right for each value. */
function areaOf(values: readonly (number | null)[]): string {
  // The newest is at the right end, however few there are.
  const start = SPARKLINE_POINTS - values.length;
  let shape = '';
  let open = false;
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      const x = start + index;
      shape += `${open ? '' : `M${x} ${HEIGHT}`}L${x} ${100 - value}`;
    } else if (open) shape += CLOSED;
    open = value !== null;
  }
  return open ? shape + CLOSED : shape;
}

/** Down to the ground, and back to where the piece begins. */
const CLOSED = `V${HEIGHT}Z`;
