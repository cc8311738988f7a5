import { expect, test } from 'vitest';
import { linePieces } from '../../electron-shim/src/renderer/charts/line-pieces.ts';

const UNIT = { origin: 0, perUnit: 1 };

/** The corners of each piece of values that are ten pixels apart; half a pixel lower than they are drawn. */
function drawn(...ys: (number | null | undefined)[]): [x: number, y: number][][] {
  const xs = ys.map((_, index) => index);
  return cornersOf(linePieces({ xs, ys, xScale: { origin: 0, perUnit: 10 }, yScale: UNIT }));
}

function cornersOf(pieces: string[]): [x: number, y: number][][] {
  return pieces.map((piece) =>
    [...piece.matchAll(/(\S+) (\S+) /g)].map(([, x, y]) => [Number(x), Number(y) + 0.5]),
  );
}

test('of a level or an even stretch only the ends are drawn', () => {
  expect(drawn(7, 7, 7, 7)).toEqual([
    [
      [0, 7],
      [30, 7],
    ],
  ]);
  expect(drawn(0, 20, 40, 60)).toEqual([
    [
      [0, 0],
      [30, 60],
    ],
  ]);
});

test('a peak of a single point stays, to its full height', () => {
  expect(drawn(5, 5, 5, 90, 5, 5, 5)).toEqual([
    [
      [0, 5],
      [20, 5],
      [30, 90],
      [40, 5],
      [60, 5],
    ],
  ]);
});

test('no point that is left out is further from the line than the tolerance', () => {
  const values = Array.from({ length: 300 }, (_, i) => Math.round(60 + 50 * Math.sin(i / 9)));
  const [corners = []] = drawn(...values);
  expect(corners.length).toBeLessThan(values.length);
  corners.slice(1).forEach(([toX, toY], index) => {
    const [fromX = NaN, fromY = NaN] = corners[index] ?? [];
    for (let x = fromX; x <= toX; x += 10) {
      const y = fromY + ((x - fromX) / (toX - fromX)) * (toY - fromY);
      expect(Math.abs(y - (values[x / 10] ?? NaN))).toBeLessThanOrEqual(0.75 + 1e-9);
    }
  });
});

test('where values are missing the line has a gap', () => {
  expect(drawn(null, 5, 5, null, null, 9, 9, undefined)).toEqual([
    [
      [10, 5],
      [20, 5],
    ],
    [
      [50, 9],
      [60, 9],
    ],
  ]);
  expect(drawn(null, undefined)).toEqual([]);
});

test('a slow curve told in whole numbers is not drawn as stairs', () => {
  expect(drawn(10, 10, 11, 11, 12, 12, 13, 13)).toEqual([
    [
      [0, 10],
      [70, 13],
    ],
  ]);
});

test('where nothing is zero it stays where it is', () => {
  const [xScale, yScale] = [
    { origin: -100, perUnit: 2 },
    { origin: 50, perUnit: -0.5 },
  ];
  const pieces = linePieces({ xs: [60, 70], ys: [20, 40], xScale, yScale });
  expect(cornersOf(pieces)).toEqual([
    [
      [20, 40],
      [40, 30],
    ],
  ]);
});

test('of a part of a line nothing else is drawn', () => {
  const line = { xs: [0, 1, 2, 3], ys: [5, 6, 9, 1], xScale: UNIT, yScale: UNIT };
  expect(cornersOf(linePieces(line, 1, 3))).toEqual([
    [
      [1, 6],
      [2, 9],
    ],
  ]);
  expect(cornersOf(linePieces(line, 2))).toEqual([
    [
      [2, 9],
      [3, 1],
    ],
  ]);
});

test('heights are the middles of pixels, where level lines are sharp', () => {
  expect(linePieces({ xs: [0, 1], ys: [5.4, 5.4], xScale: UNIT, yScale: UNIT })).toEqual([
    '0 4.5 1 4.5 ',
  ]);
});
