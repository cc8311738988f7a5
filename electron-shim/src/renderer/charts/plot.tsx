import { memo, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useInView } from '../hooks/use-in-view.ts';
import { useWidth } from '../hooks/use-width.ts';
import { Lines } from './lines.tsx';

/** All that makes a plot but its values. */
export interface PlotLook {
  /** The label of each line. */
  lines: readonly string[];
  /** How much time is shown. */
  windowSeconds: number;
  /** The top of the scale. */
  max: number;
  /** Where dashed lines are drawn across. */
  limits: readonly number[];
  /** How much of the values, limits and `max` is one of the unit that the axis counts. */
  perUnit: number;
  /** Writes a value on the axis. */
  value: (value: number) => string;
  /** Writes on the axis how much older than the newest point something is, given in milliseconds. */
  age: (ageMs: number) => string;
  /** The page's theme: colours are read anew when it changes. */
  theme: string;
}

export interface PlotProps {
  look: PlotLook;
  /** Milliseconds since the epoch. */
  timestamps: readonly number[];
  /** Values per line. */
  values: readonly (readonly (number | null)[])[];
  /** As long as it is the same, only the newest values of all that were there have changed. */
  askedAt: number;
  /** Is told which point the pointer is at, in this plot or another; null for none. */
  onPoint: (index: number | null) => void;
}

/** In pixels, of all and of what is around the lines: half of a time's label stands beyond the right end. */
const HEIGHT = 168;
const MARGIN = { top: 8, right: 28, bottom: 28, left: 44 };
/** Plots with the same key share their cursor. */
const CURSOR_KEY = 'gpu-charts';
/** How far apart labels of the time may be, in milliseconds: short ones, however much room there is. */
const TIME_STEPS_MS = [10_000, 20_000, 60_000, 300_000, 600_000, 1_200_000];
const MOST_TIMES = 12;
/** How far apart labels of the values may be, in what the axis counts: one decimal tells them apart. */
const VALUE_STEPS = [
  ...[0.1, 0.2, 0.5],
  ...[1, 10, 100, 1000, 10_000].flatMap((each) => [each, 2 * each, 2.5 * each, 5 * each]),
];

/** Where uPlot has a pointer that is elsewhere. */
const ELSEWHERE = -10;

/**
 * Lines over time. For eyes only: what stands around them says the same in words. Axes, limits and the
 * cursor are uPlot's: its time counts back from the newest point, so that its canvas stays as it is as
 * long as nobody points at it.
 */
export default memo(function Plot({ look, timestamps, values, askedAt, onPoint }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<{ made: UPlot; look: PlotLook }>(null);
  const inView = useInView(place);
  const width = useWidth(place);
  // Not copied: uPlot only reads what it is given.
  const data = useMemo(
    () => [agesOf(timestamps), ...values] as UPlot.AlignedData,
    [timestamps, values],
  );
  const latest = useRef(data);
  latest.current = data;
  const pointer = useRef({ left: ELSEWHERE, top: ELSEWHERE });

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const options = optionsOf(look, element, onPoint);
    const cursor = { ...options.cursor, ...pointer.current };
    const made = new UPlot({ ...options, cursor }, latest.current, element);
    plot.current = { made, look };
    return () => {
      const { left = ELSEWHERE, top = ELSEWHERE } = made.cursor;
      pointer.current = { left, top };
      made.destroy();
      onPoint(null);
    };
  }, [look, onPoint]);

  useEffect(() => {
    const made = plot.current?.made;
    if (made && width > 0 && made.width !== width) made.setSize({ width, height: HEIGHT });
  }, [width]);

  // A plot of another look, which may have other lines, is replaced by one with these values.
  useLayoutEffect(() => {
    const { made, look: shown } = plot.current ?? {};
    if (!made || shown !== look) return;
    const isPointedAt = inView && (made.cursor.left ?? ELSEWHERE) >= 0;
    // Drawn anew only for the pointer, below which are other points now, or to find more points.
    made.setData(data, isPointedAt || made.data[0].length !== data[0].length);
  }, [inView, data, look]);

  return (
    <div className="relative isolate h-[168px] [&_.u-over]:z-10">
      <div ref={place} />
      {/* With a margin: a line along an edge is seen in its full width. */}
      <div
        className="pointer-events-none absolute overflow-clip [overflow-clip-margin:2px]"
        style={MARGIN}
      >
        {width > 0 && (
          <Lines
            width={width - MARGIN.left - MARGIN.right}
            height={HEIGHT - MARGIN.top - MARGIN.bottom}
            {...{ look, timestamps, values, askedAt, inView }}
          />
        )}
      </div>
    </div>
  );
});

const knownAges = new WeakMap<readonly number[], number[]>();

/** How much older than the newest each point is, below zero: found once for all plots of the same points. */
function agesOf(timestamps: readonly number[]): number[] {
  const known = knownAges.get(timestamps);
  if (known) return known;
  const newest = timestamps.at(-1) ?? 0;
  const ages = timestamps.map((moment) => moment - newest);
  knownAges.set(timestamps, ages);
  return ages;
}

function optionsOf(
  look: PlotLook,
  element: HTMLElement,
  onPoint: PlotProps['onPoint'],
): UPlot.Options {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(`--${name}`);
  const quiet = colour('muted-foreground');
  const axis = {
    stroke: quiet,
    font: `11px ${styles.fontFamily}`,
    grid: { stroke: colour('border'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [MARGIN.top, MARGIN.right, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: CURSOR_KEY },
      y: false,
      drag: { x: false, y: false },
      points: { size: 6 },
    },
    scales: {
      // Time that nobody measured is shown as such.
      x: { time: false, range: () => [-1000 * look.windowSeconds, 0] },
      y: { auto: false, range: () => [0, look.max] },
    },
    axes: [
      {
        ...axis,
        space: 72,
        size: MARGIN.bottom,
        gap: 8,
        incrs: TIME_STEPS_MS.filter((step) => step * MOST_TIMES >= 1000 * look.windowSeconds),
        values: (_plot, splits) => splits.map((split) => look.age(-split)),
      },
      {
        ...axis,
        space: 32,
        size: MARGIN.left,
        incrs: VALUE_STEPS.map((each) => each * look.perUnit),
        values: (_plot, splits) => splits.map(look.value),
      },
    ],
    series: [
      {},
      ...look.lines.map((label, index) => ({
        label,
        stroke: colour(`series-${index + 1}`),
        points: { show: false },
        // Drawn by `Lines`: a canvas is painted all over by the page's main thread for each point.
        paths: () => null,
      })),
    ],
    hooks: {
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
      draw: [(plot) => drawLimits(plot, look.limits, quiet)],
    },
  };
}

function drawLimits(plot: UPlot, limits: readonly number[], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const limit of limits) {
    const y = Math.round(plot.valToPos(limit, 'y', true));
    if (y < bbox.top) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
