/**
 * In pixels. As much as half a percent of a chart's height, which is how exactly most values are
 * known: a slow curve told in whole numbers is not drawn as stairs.
 */
const TOLERANCE = 0.75;

/** Where values are in the picture. */
export interface PixelScale {
  /** Of the value 0. */
  origin: number;
  perUnit: number;
}

/** The points of a line, and where they are in the picture. */
export interface Line {
  /** Ascending. */
  xs: ArrayLike<number>;
  /** One per x; null or undefined where the line has a gap. */
  ys: ArrayLike<number | null | undefined>;
  xScale: PixelScale;
  yScale: PixelScale;
}

/**
 * Returns the points of a line from `begin` to the one before `end`, as SVG has them, in pieces between
 * which there are gaps; with no more corners than it takes to look the same: each costs time to paint.
 * A point between two corners is left out where the straight line from one to the other passes it
 * within the tolerance, so that every peak stays. Corners are moved to the middles of pixels in height,
 * where level lines are sharp, and to tenths of pixels in width.
 */
export function linePieces(line: Line, begin = 0, end = line.xs.length): string[] {
  const pieces: string[] = [];
  let from = begin;
  for (let index = begin; index <= end; index++) {
    if (index < end && (line.ys[index] ?? null) !== null) continue;
    if (from < index) pieces.push(piece(line, from, index));
    from = index + 1;
  }
  return pieces;
}

/** The points from `begin` to the one before `end`, of which each has a value. */
function piece({ xs, ys, xScale, yScale }: Line, begin: number, end: number): string {
  // Not a function for each of both: this runs so seldom that the browser would not inline it.
  const { origin: originX, perUnit: perUnitX } = xScale;
  const { origin: originY, perUnit: perUnitY } = yScale;
  let lastX = originX + perUnitX * (xs[begin] ?? NaN);
  let lastY = originY + perUnitY * (ys[begin] ?? NaN);
  let cornerX = lastX;
  let cornerY = lastY;
  // How steep a straight line from the corner may be to pass all points since.
  let least = -Infinity;
  let most = Infinity;
  let corners = corner(lastX, lastY);
  for (let index = begin + 1; index < end; index++) {
    const x = originX + perUnitX * (xs[index] ?? NaN);
    const y = originY + perUnitY * (ys[index] ?? NaN);
    let steepness = (y - cornerY) / (x - cornerX);
    if (steepness < least || most < steepness) {
      corners += corner(lastX, lastY);
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
  return corners + corner(lastX, lastY);
}

function corner(x: number, y: number): string {
  return `${Math.round(10 * x) / 10} ${Math.round(y) - 0.5} `;
}
