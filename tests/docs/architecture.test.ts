import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(`${root}/docs/architecture.md`, 'utf8');

test.each(['sidecar', 'sidecar/providers', 'bridge/src'])(
  'the job of every file in %s is told',
  (folder) => {
    const files = readdirSync(`${root}/${folder}`).filter((name) => /\.(py|ts)$/.test(name));
    const untold = files.filter((name) => !document.includes(`\`${name}\``));
    expect(untold.filter((name) => name !== '__init__.py')).toEqual([]);
  },
);

test('every file that is told of is there', () => {
  const folders = ['sidecar', 'bridge/src', 'electron-shim/src'];
  const files = folders.flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' }),
  );
  const told = [...document.matchAll(/`([\w/-]+\.(?:py|tsx?))`/g)].map(([, name = '']) => name);
  const gone = told.filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)));
  expect(gone).toEqual([]);
});
