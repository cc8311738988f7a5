import { memo } from 'react';

interface SparklineProps {
  /** Percent, oldest first; null where there is no value. */
  values: readonly (number | null)[] | undefined;
  className?: string;
}

/** How many values fill it. */
export const SPARKLINE_POINTS = 60;

const WIDTH = 240;
const HEIGHT = 32;

/**
 * The last two minutes of a value at a glance. Gaps stay gaps.
 *
 * It says nothing that the number beside it does not, and is silent for a screen reader; the
 * detail view has the charts with their tables.
 */
export const Sparkline = memo(function Sparkline({ values = [], className }: SparklineProps) {
  const { line, area } = pathsOf(values);
  return (
    <svg
      aria-hidden="true"
      data-testid="sparkline"
      className={className}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <path d={area} className="fill-quiet/15" />
      <path
        d={line}
        className="stroke-quiet"
        fill="none"
        strokeWidth={1.5}
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
});

/** One stretch between gaps: the points that belong together. */
type Stretch = [x: number, y: number][];

function pathsOf(values: readonly (number | null)[]): { line: string; area: string } {
  const stretches = stretchesOf(values);
  const lineOf = (points: Stretch) => `M${points.map((point) => point.join(' ')).join('L')}`;
  return {
    line: stretches.map(lineOf).join(''),
    area: stretches.map((points) => `${lineOf(points)}V${HEIGHT}H${points[0]?.[0] ?? 0}Z`).join(''),
  };
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
    const y = HEIGHT - 1 - (value / 100) * (HEIGHT - 2);
    stretches.at(-1)?.push([round((start + index) * step), round(y)]);
  });
  return stretches;
}

/** A tenth of a pixel is finer than anybody sees. */
function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
