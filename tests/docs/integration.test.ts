// `npm run trial` shows that the trial's app works. It is the app of docs/integration.md.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(`${root}/docs/integration.md`, 'utf8');
const excerpts = [...document.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)].map(
  ([, file = '', lines = '']) => ({ file, lines: lines.split('\n').filter(Boolean) }),
);

test('the document has excerpts of each file that it changes', () => {
  expect(new Set(excerpts.map(({ file }) => file))).toEqual(
    new Set(['src/main.ts', 'src/preload.ts', 'forge.config.ts', 'vite.main.config.ts']),
  );
});

test.each(excerpts)(
  'the trial’s app has these lines, in this order, in $file',
  ({ file, lines }) => {
    const app = readFileSync(`${root}/tests/trial/app/${file}`, 'utf8').split('\n');
    let from = 0;
    const missing = lines.filter((line) => {
      const at = app.indexOf(line, from);
      if (at >= 0) from = at + 1;
      return at < 0;
    });
    expect(missing).toEqual([]);
  },
);
