import { memo, useMemo } from 'react';
import { NEWEST_POINTS } from '../hooks/history-window.ts';
import { linePieces } from './line-pieces.ts';
import type { PlotLook } from './plot.tsx';
import { seriesColour } from './series.ts';

/** Lines beyond the fourth are dashed as well, so that they differ in more than their colour. */
const SOLID_LINES = 4;
/** How much of the window is settled at once: rarely, and yet what is not settled is quickly drawn. */
const SETTLED_TOGETHER = 1 / 10;

interface LinesProps {
  /** Of the picture, in pixels. */
  width: number;
  height: number;
  /**
   * How much time fits into the width, with the newest at the right, and which value is at the top.
   * Other lines have another one.
   */
  look: Pick<PlotLook, 'lines' | 'windowSeconds' | 'max'>;
  /** Milliseconds since the epoch. */
  timestamps: readonly number[];
  /** Values per line. */
  values: readonly (readonly (number | null)[])[];
  /** As long as it is the same, only the newest values of all that were there have changed. */
  askedAt: number;
  /** Whether somebody can see them. */
  inView: boolean;
}

/**
 * Lines that slide to the left as time goes on. What will not change anymore is drawn once and then
 * only moved, which costs the page's main thread next to nothing; with each point only the newest end
 * of each line is drawn anew, and nothing at all where nobody sees it.
 */
export const Lines = memo(
  function Lines(props: LinesProps) {
    const { width, height, look, timestamps, values, askedAt } = props;
    const windowMs = 1000 * look.windowSeconds;
    const last = lastSettled(timestamps, windowMs);
    const settledAt = timestamps[last] ?? 0;
    const perMs = width / windowMs;
    // Where settled points end, the picture does as well; what is newer is to the right of it.
    const xScale = { origin: width - settledAt * perMs, perUnit: perMs };
    const yScale = { origin: height, perUnit: -height / look.max };
    const pieces = (begin: number, end?: number) =>
      values.map((ys) => linePieces({ xs: timestamps, ys, xScale, yScale }, begin, end));
    // The values themselves are left out on purpose: these do not change.
    const settled = useMemo(() => pieces(0, last + 1), [askedAt, settledAt, width, height, look]);
    const slide = perMs * ((timestamps.at(-1) ?? 0) - settledAt);
    return (
      <svg
        width={width}
        height={height}
        // A layer of its own: only then is it moved rather than painted again.
        className="absolute overflow-visible fill-none stroke-[1.5px] will-change-transform [stroke-linecap:round] [stroke-linejoin:round]"
        style={{ transform: `translateX(${wholePixels(-slide)}px)` }}
      >
        <Settled lines={settled} />
        <Newest lines={pieces(last)} />
      </svg>
    );
  },
  (_before, { inView }) => !inView,
);

/** The index of the last point that is settled; 0 while none is. */
function lastSettled(timestamps: readonly number[], windowMs: number): number {
  let last = Math.max(0, timestamps.length - 1 - NEWEST_POINTS);
  const together = SETTLED_TOGETHER * windowMs;
  const settledAt = Math.floor((timestamps[last] ?? 0) / together) * together;
  while (last > 0 && (timestamps[last] ?? 0) > settledAt) last--;
  return last;
}

/** So that lines stay as sharp as they were drawn. */
function wholePixels(x: number): number {
  return Math.round(x * devicePixelRatio) / devicePixelRatio;
}

interface PiecesProps {
  /** The pieces of each line, between which there are gaps. */
  lines: readonly (readonly string[])[];
}

const Settled = memo(function Settled({ lines }: PiecesProps) {
  return lines.map((pieces, index) => (
    <path key={index} d={pieces.map((points) => `M${points}`).join('')} {...strokeOf(index)} />
  ));
});

/** Not paths: how those run is a matter of style, which the browser works out anew for each. */
function Newest({ lines }: PiecesProps) {
  return lines.flatMap((pieces, index) =>
    pieces.map((points, piece) => (
      <polyline key={`${index} ${piece}`} points={points} {...strokeOf(index)} />
    )),
  );
}

function strokeOf(index: number) {
  return {
    stroke: seriesColour(index),
    strokeDasharray: index < SOLID_LINES ? undefined : '11 6',
  };
}
