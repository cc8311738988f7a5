// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { Lines } from '../../electron-shim/src/renderer/charts/lines.tsx';
import { render, type Rendered } from './render.tsx';

const [WIDTH, HEIGHT] = [300, 101];
/** A point a second, each a pixel from the next; a value is its height in pixels. */
const LOOK = { lines: ['GPU-0'], windowSeconds: 300, max: HEIGHT };
const SETTLED_TOGETHER = 30;

/** Some points before a moment, in seconds, whose values are given for each. */
function pointsUntil(end: number, count: number, valueAt: (second: number) => number | null) {
  const seconds = Array.from({ length: count }, (_, index) => end - count + 1 + index);
  return {
    timestamps: seconds.map((second) => 1000 * second),
    values: [seconds.map(valueAt)],
  };
}

interface ShownProps extends ReturnType<typeof pointsUntil> {
  askedAt?: number;
  look?: typeof LOOK;
  inView?: boolean;
}

function Shown({ askedAt = 0, look = LOOK, inView = true, ...points }: ShownProps) {
  return <Lines width={WIDTH} height={HEIGHT} {...{ look, askedAt, inView, ...points }} />;
}

/** All corners of the first line, as they are seen: from the left, and from the bottom. */
function seen({ page }: Rendered): [x: number, y: number][] {
  const svg = page.querySelector('svg');
  const slide = Number(/translateX\((.*)px\)/.exec(svg?.style.transform ?? '')?.[1]);
  const points = [...(svg?.children ?? [])]
    .map((each) => each.getAttribute('d')?.slice(1) ?? each.getAttribute('points') ?? '')
    .join('');
  return [...points.matchAll(/(\S+) (\S+) /g)].map(([, x, y]) => [
    Number(x) + slide,
    HEIGHT - Number(y) - 0.5,
  ]);
}

/** Those above zero, once each: where settled points end, others begin. */
function peaks(rendered: Rendered): [x: number, y: number][] {
  const ys = new Map(seen(rendered).filter(([, y]) => y > 0));
  return [...ys];
}

/** A peak at one second, and else nothing. */
const peakAt = (peak: number) => (second: number) => (second === peak ? 90 : 0);

test('the newest point is at the right, the oldest of a full window at the left', async () => {
  const rendered = await render(<Shown {...pointsUntil(1000, 301, () => 7)} />);
  expect(seen(rendered).at(0)).toEqual([0, 7]);
  expect(seen(rendered).at(-1)).toEqual([WIDTH, 7]);
});

test('a peak slides to the left as time goes on, whatever of it is settled', async () => {
  const rendered = await render(<Shown {...pointsUntil(1000, 301, peakAt(990))} />);
  for (let end = 1000; end <= 1000 + 2 * SETTLED_TOGETHER; end++) {
    await rendered.show(<Shown {...pointsUntil(end, 301, peakAt(990))} />);
    expect(peaks(rendered)).toEqual([[WIDTH - (end - 990), 90]]);
  }
});

test('what is settled is drawn once for as many points as are settled together', async () => {
  const rendered = await render(<Shown {...pointsUntil(1000, 301, () => 7)} />);
  const drawn = new Set<string | null>();
  for (let end = 1000; end < 1000 + 3 * SETTLED_TOGETHER; end++) {
    await rendered.show(<Shown {...pointsUntil(end, 301, (second) => second % 97)} />);
    drawn.add(rendered.page.querySelector('path')?.getAttribute('d') ?? null);
  }
  expect(drawn.size).toBe(4);
});

test('the last four points may change', async () => {
  const rendered = await render(<Shown {...pointsUntil(1000, 301, () => 0)} />);
  for (let end = 1001; end <= 1000 + SETTLED_TOGETHER; end++) {
    const changed = end - 3;
    await rendered.show(<Shown {...pointsUntil(end, 301, peakAt(changed))} />);
    expect(peaks(rendered)).toEqual([[WIDTH - 3, 90]]);
  }
});

test.each<[string, Partial<ShownProps>]>([
  ['when all of the past has been asked for anew', { askedAt: 1 }],
  ['for another GPU', { look: { ...LOOK, lines: ['GPU-1'] } }],
])('all is drawn anew %s', async (_when, change) => {
  const rendered = await render(<Shown {...pointsUntil(1000, 301, peakAt(800))} />);
  await rendered.show(<Shown {...pointsUntil(1000, 301, peakAt(850))} {...change} />);
  expect(peaks(rendered)).toEqual([[WIDTH - 150, 90]]);
});

test('where a value is unknown there is a gap, settled or not', async () => {
  const known = (second: number) => (second % 50 === 0 ? null : 7);
  const rendered = await render(<Shown {...pointsUntil(1001, 99, known)} />);
  const settled = rendered.page.querySelector('path')?.getAttribute('d');
  expect(settled?.match(/M/g)).toHaveLength(2);
  expect(rendered.page.querySelectorAll('polyline')).toHaveLength(2);
});

test('a past of few points, or of none, is drawn as well', async () => {
  const rendered = await render(<Shown {...pointsUntil(1000, 2, () => 7)} />);
  expect(seen(rendered).filter(([x]) => x > WIDTH - 1)).toEqual([[WIDTH, 7]]);
  await rendered.show(<Shown timestamps={[]} values={[]} />);
  expect(seen(rendered)).toEqual([]);
});

test('nothing is drawn anew while nobody sees it', async () => {
  const rendered = await render(<Shown {...pointsUntil(1000, 301, () => 0)} />);
  const before = rendered.page.innerHTML;
  await rendered.show(<Shown {...pointsUntil(1010, 301, peakAt(1000))} inView={false} />);
  expect(rendered.page.innerHTML).toBe(before);
  await rendered.show(<Shown {...pointsUntil(1010, 301, peakAt(1000))} />);
  expect(peaks(rendered)).toEqual([[WIDTH - 10, 90]]);
});
