/** In pixels. Rounding to whole ones, which keeps level lines sharp, moves a point as far. */
const TOLERANCE = 0.5;

/** What draws: a Path2D, for instance. */
export type Pen = Pick<Path2D, 'moveTo' | 'lineTo'>;

/** The points of a line, and where they are on the canvas, in pixels. */
export interface Line {
  /** Ascending. */
  xs: ArrayLike<number>;
  /** One per x; null or undefined where the line has a gap. */
  ys: ArrayLike<number | null | undefined>;
  toX: (x: number) => number;
  toY: (y: number) => number;
}

/**
 * Draws a line with no more corners than it takes to look the same: each costs time to paint. A
 * point between two corners is left out where the straight line from one to the other passes it
 * within the tolerance, so that every peak stays.
 */
export function drawLine(pen: Pen, { xs, ys, toX, toY }: Line): void {
  let sleeve: Sleeve | null = null;
  let lastX = 0;
  let lastY = 0;
  for (let index = 0; index < xs.length; index++) {
    const value = ys[index] ?? null;
    if (value === null) {
      if (sleeve) pen.lineTo(lastX, lastY);
      sleeve = null;
      continue;
    }
    const x = toX(xs[index] ?? NaN);
    const y = Math.round(toY(value));
    if (sleeve === null) {
      pen.moveTo(x, y);
      sleeve = new Sleeve(x, y);
    } else {
      if (!sleeve.leadsTo(x, y)) {
        pen.lineTo(lastX, lastY);
        sleeve = new Sleeve(lastX, lastY);
      }
      sleeve.narrow(x, y);
    }
    lastX = x;
    lastY = y;
  }
  if (sleeve) pen.lineTo(lastX, lastY);
}

/** The straight lines from a corner that pass all points since within the tolerance. */
class Sleeve {
  private least = -Infinity;
  private most = Infinity;
  private readonly x: number;
  private readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  /** Whether one of them leads to a point further on. */
  leadsTo(x: number, y: number): boolean {
    const steepness = (y - this.y) / (x - this.x);
    return this.least <= steepness && steepness <= this.most;
  }

  /** Leaves those that pass this point as well. */
  narrow(x: number, y: number): void {
    this.least = Math.max(this.least, (y - TOLERANCE - this.y) / (x - this.x));
    this.most = Math.min(this.most, (y + TOLERANCE - this.y) / (x - this.x));
  }
}
