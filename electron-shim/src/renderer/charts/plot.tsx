import { useEffect, useLayoutEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useInView } from '../hooks/use-in-view.ts';
import { drawLine, type PixelScale } from './line-path.ts';

/** All that makes a plot but its values. */
export interface PlotLook {
  /** The label of each line. */
  lines: readonly string[];
  /** How much time is shown. */
  windowSeconds: number;
  /** The top of the scale; undefined to fit the values and the limits. */
  max: number | undefined;
  /** Where dashed lines are drawn across. */
  limits: readonly number[];
  /** Writes a value on the axis. */
  value: (value: number) => string;
  /** Writes a time, given in milliseconds since the epoch, on the axis. */
  time: (moment: number) => string;
  /** The page's theme: colours are read anew when it changes. */
  theme: string;
}

export interface PlotProps {
  look: PlotLook;
  /** Milliseconds since the epoch. */
  timestamps: readonly number[];
  /** Values per line. */
  values: readonly (readonly (number | null)[])[];
  /** Is told which point the pointer is at, in this plot or another; null for none. */
  onPoint: (index: number | null) => void;
}

const HEIGHT = 168;
/** Plots with the same key share their cursor. */
const CURSOR_KEY = 'gpu-charts';
/** In pixels. Where no graphics card helps, lines of more than one take five times as long to draw. */
const LINE_WIDTH = { one: 1.5, ofSeveral: 1 };
/** Lines beyond the fourth are dashed as well, so that they differ in more than their colour. */
const SOLID_LINES = 4;

/** Lines over time on a canvas. For eyes only: what stands around it says the same in words. */
export default function Plot({ look, timestamps, values, onPoint }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<{ made: UPlot; look: PlotLook }>(null);
  const data = useRef<UPlot.AlignedData>([[]]);
  const inView = useInView(place);
  // Not copied: uPlot only reads what it is given.
  data.current = [timestamps, ...values] as UPlot.AlignedData;

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const made = new UPlot(optionsOf(look, element, onPoint), data.current, element);
    plot.current = { made, look };
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [look, onPoint]);

  // Lines cost more than all else on the page, and those scrolled away nobody sees.
  // A layout effect: the lines are in the same frame as the numbers. A plot of another look, which
  // may have other lines, is replaced by one with these values.
  useLayoutEffect(() => {
    if (inView && plot.current?.look === look) plot.current.made.setData(data.current);
  }, [inView, timestamps, values, look]);

  return <div ref={place} className="h-[168px]" />;
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
    // Times are in milliseconds.
    ms: 1,
    // Half of a time's label stands beyond the right end.
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: CURSOR_KEY },
      y: false,
      drag: { x: false, y: false },
      points: { size: 6 },
    },
    scales: {
      // Time that nobody measured is shown as such.
      x: { range: (_plot, _min, max) => [max - 1000 * look.windowSeconds, max] },
      y: {
        // Whether it depends on the values, which are else not looked through.
        auto: look.max === undefined,
        range: (_plot, _min, max) => [0, look.max ?? Math.max(max, 1, ...look.limits) * 1.1],
      },
    },
    axes: [
      { ...axis, space: 72, size: 28, values: (_plot, splits) => splits.map(look.time) },
      { ...axis, space: 32, size: 44, values: (_plot, splits) => splits.map(look.value) },
    ],
    series: [
      {},
      ...look.lines.map((label, index) => ({
        label,
        stroke: colour(`series-${index + 1}`),
        width: look.lines.length > 1 ? LINE_WIDTH.ofSeveral : LINE_WIDTH.one,
        ...(index < SOLID_LINES ? {} : { dash: [12, 5] }),
        points: { show: false },
        paths: pathOf,
      })),
    ],
    hooks: {
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
      draw: [(plot) => drawLimits(plot, look.limits, quiet)],
    },
  };
}

/** The path of one line: uPlot's own has a corner at each point, and clips each line once more. */
function pathOf(plot: UPlot, line: number): UPlot.Series.Paths {
  const stroke = new Path2D();
  const [xs, ys = []] = [plot.data[0], plot.data[line]];
  drawLine(stroke, { xs, ys, xScale: pixelScale(plot, 'x'), yScale: pixelScale(plot, 'y') });
  return { stroke };
}

/** Where values are on the canvas, for many values: the plot works it out anew for each. */
function pixelScale(plot: UPlot, scale: 'x' | 'y'): PixelScale {
  const { min = 0, max = 1 } = plot.scales[scale] ?? {};
  const begin = plot.valToPos(min, scale, true);
  const perUnit = (plot.valToPos(max, scale, true) - begin) / (max - min);
  return { origin: begin - min * perUnit, perUnit };
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
