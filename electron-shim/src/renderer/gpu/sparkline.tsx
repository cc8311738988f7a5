import { memo } from 'react';

interface SparklineProps {
  /** Percent, oldest first; null where there is no value. */
  values: readonly (number | null)[] | undefined;
  className: string;
}

/** How many values fill it. */
export const SPARKLINE_POINTS = 60;

const WIDTH = 240;
const HEIGHT = 32;
/** How high 0 % is: a gap is not drawn at all. */
const LEAST = 2;

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
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {/* One shape, where a line over an area would cost twice as much: there may be 64 of these. */}
      <path d={areaOf(values)} className="fill-quiet/70" />
    </svg>
  );
});

/** One stretch between gaps: the points that belong together. */
type Stretch = [x: number, y: number][];

function areaOf(values: readonly (number | null)[]): string {
  return stretchesOf(values)
    .map((points) => {
      const line = points.map((point) => point.join(' ')).join('L');
      return `M${points[0]?.[0] ?? 0} ${HEIGHT}L${line}V${HEIGHT}Z`;
    })
    .join('');
}

function stretchesOf(values: readonly (number | null)[]): Stretch[] {
  const step = WIDTH / (SPARKLINE_POINTS - 1);
  // The newest is at the right end, however few there are.
  const start = SPARKLINE_POINTS - values.length;
  const stretches: Stretch[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const follows = index > 0 && values[index - 1] !== null;
    if (!follows) stretches.push([]);
    const y = HEIGHT - LEAST - (value / 100) * (HEIGHT - LEAST);
    stretches.at(-1)?.push([round((start + index) * step), round(y)]);
  });
  return stretches;
}

/** A tenth of a pixel is finer than anybody sees. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
