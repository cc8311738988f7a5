/**
 * In pixels. As much as half a percent of a chart's height, which is how exactly most values are
 * known: a slow curve told in whole numbers is not drawn as stairs.
 */
const TOLERANCE = 0.75;

/** What draws: a Path2D, for instance. */
export type Pen = Pick<Path2D, 'moveTo' | 'lineTo'>;

/** Where values are on the canvas. */
export interface PixelScale {
  /** Of the value 0. */
  origin: number;
  perUnit: number;
}

/** The points of a line, and where they are on the canvas. */
export interface Line {
  /** Ascending. */
  xs: ArrayLike<number>;
  /** One per x; null or undefined where the line has a gap. */
  ys: ArrayLike<number | null | undefined>;
  xScale: PixelScale;
  yScale: PixelScale;
}

/**
 * Draws a line with no more corners than it takes to look the same: each costs time to paint. A
 * point between two corners is left out where the straight line from one to the other passes it
 * within the tolerance, so that every peak stays. Corners are then moved to whole pixels of height,
 * where level lines are sharp.
 */
export function drawLine(pen: Pen, line: Line): void {
  const { length } = line.xs;
  let begin = 0;
  for (let index = 0; index <= length; index++) {
    if (index < length && (line.ys[index] ?? null) !== null) continue;
    if (begin < index) drawStretch(pen, line, begin, index);
    begin = index + 1;
  }
}

/** Draws the points from `begin` to the one before `end`, of which each has a value. */
function drawStretch(pen: Pen, { xs, ys, xScale, yScale }: Line, begin: number, end: number): void {
  const xOf = (index: number) => xScale.origin + xScale.perUnit * (xs[index] ?? NaN);
  const yOf = (index: number) => yScale.origin + yScale.perUnit * (ys[index] ?? NaN);
  let lastX = xOf(begin);
  let lastY = yOf(begin);
  let cornerX = lastX;
  let cornerY = lastY;
  // How steep a straight line from the corner may be to pass all points since.
  let least = -Infinity;
  let most = Infinity;
  pen.moveTo(lastX, Math.round(lastY));
  for (let index = begin + 1; index < end; index++) {
    const x = xOf(index);
    const y = yOf(index);
    let steepness = (y - cornerY) / (x - cornerX);
    if (steepness < least || most < steepness) {
      pen.lineTo(lastX, Math.round(lastY));
      cornerX = lastX;
      cornerY = lastY;
      least = -Infinity;
      most = Infinity;
      steepness = (y - cornerY) / (x - cornerX);
    }
    const slack = TOLERANCE / (x - cornerX);
    least = Math.max(least, steepness - slack);
    most = Math.min(most, steepness + slack);
    lastX = x;
    lastY = y;
  }
  pen.lineTo(lastX, Math.round(lastY));
}
