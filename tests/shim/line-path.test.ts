import { expect, test } from 'vitest';
import { drawLine } from '../../electron-shim/src/renderer/charts/line-path.ts';

/** What is drawn of values that are ten pixels apart: `M` and `L` as in SVG. */
function drawn(...ys: (number | null | undefined)[]): string {
  const strokes: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => strokes.push(`M${x} ${y}`),
    lineTo: (x: number, y: number) => strokes.push(`L${x} ${y}`),
  };
  const xs = ys.map((_, index) => index);
  drawLine(pen, {
    xs,
    ys,
    xScale: { origin: 0, perUnit: 10 },
    yScale: { origin: 0, perUnit: 1 },
  });
  return strokes.join(' ');
}

test('of a level or an even stretch only the ends are drawn', () => {
  expect(drawn(7, 7, 7, 7)).toBe('M0 7 L30 7');
  expect(drawn(0, 20, 40, 60)).toBe('M0 0 L30 60');
});

test('a peak of a single point stays, to its full height', () => {
  expect(drawn(5, 5, 5, 90, 5, 5, 5)).toBe('M0 5 L20 5 L30 90 L40 5 L60 5');
});

test('no point that is left out is further from the line than the tolerance', () => {
  const values = Array.from({ length: 300 }, (_, i) => Math.round(60 + 50 * Math.sin(i / 9)));
  const corners = [...drawn(...values).matchAll(/[ML](\d+) (\d+)/g)].map(
    ([, x, y]) => [Number(x) / 10, Number(y)] as const,
  );
  expect(corners.length).toBeLessThan(values.length);
  corners.slice(1).forEach(([toX, toY], index) => {
    const [fromX = NaN, fromY = NaN] = corners[index] ?? [];
    for (let x = fromX; x <= toX; x++) {
      const y = fromY + ((x - fromX) / (toX - fromX)) * (toY - fromY);
      expect(Math.abs(y - (values[x] ?? NaN))).toBeLessThanOrEqual(0.75 + 1e-9);
    }
  });
});

test('where values are missing the line has a gap', () => {
  expect(drawn(null, 5, 5, null, null, 9, 9, undefined)).toBe('M10 5 L20 5 M50 9 L60 9');
  expect(drawn(null, undefined)).toBe('');
});

test('a slow curve told in whole numbers is not drawn as stairs', () => {
  expect(drawn(10, 10, 11, 11, 12, 12, 13, 13)).toBe('M0 10 L70 13');
});

test('where nothing is zero it stays where it is', () => {
  const strokes: number[] = [];
  const pen = {
    moveTo: (...at: number[]) => strokes.push(...at),
    lineTo: (...at: number[]) => strokes.push(...at),
  };
  const [xScale, yScale] = [
    { origin: -100, perUnit: 2 },
    { origin: 50, perUnit: -0.5 },
  ];
  drawLine(pen, { xs: [60, 70], ys: [20, 40], xScale, yScale });
  expect(strokes).toEqual([20, 40, 40, 30]);
});

test('heights are whole pixels: level lines are sharp', () => {
  expect(drawn(5.4, 5.4)).toBe('M0 5 L10 5');
});
