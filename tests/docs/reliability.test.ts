import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The heads of the tables whose rows end with the tests that show what the row promises. */
const HEAD = /^\| fault +\| what is promised +\| test +\|\n\|[ |-]+\|\n/gm;

/** A file, and a part of the name of one of its tests, in which `…` stands for anything. */
interface Reference {
  file: string;
  part: string;
}

const document = readFileSync(`${root}/docs/reliability.md`, 'utf8');
const rows = document
  .split(HEAD)
  .slice(1)
  .flatMap((table) => (table.split('\n\n')[0] ?? '').trim().split('\n'))
  .map((row) => row.split(' | '));
const faults = rows.map((cells) => [cells[0]?.replace('| ', '').trim() ?? '', cells] as const);

/** Reads a cell: `file` › one test; another of that file; `another-file`, its test. */
function references(cell: string): Reference[] {
  let file = '';
  return cell
    .replace(/ *\|$/, '')
    .split('; ')
    .filter((each) => !each.startsWith('`npm run '))
    .map((each) => {
      const [, named, part = ''] = /^(?:`([^`]+)`)?(?:,| ›)? ?(.*)$/.exec(each.trim()) ?? [];
      file = named ?? file;
      return { file, part };
    });
}

function pathOf(file: string): string {
  if (file.endsWith('.py')) return `tests/sidecar/${file}`;
  return file.endsWith('.ts') ? `tests/e2e/${file}` : `tests/${file}.test.ts`;
}

/** Names of the tests in a file, in words without punctuation. */
function testNames(file: string): string[] {
  const text = readFileSync(`${root}/${pathOf(file)}`, 'utf8');
  const names = file.endsWith('.py')
    ? text.matchAll(/^def test_(\w+)/gm)
    : text.matchAll(/(?:^(?:test|it)\(|\)\()\s*(['"`])(.+?)\1,/gm);
  return [...names].map((match) => words(match.at(-1) ?? ''));
}

function words(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9…]+/g, ' ')
    .trim();
}

test('the fault matrix is found', () => {
  expect(rows.length).toBeGreaterThan(80);
});

test.each(faults)('the tests that are named exist: %s', (_fault, cells) => {
  const named = references(cells.at(-1) ?? '');
  const missing = named.filter(({ file, part }) => {
    const pattern = new RegExp(`\\b${words(part).replaceAll('…', '.*')}\\b`);
    return part === '' || !testNames(file).some((name) => pattern.test(name));
  });
  expect(missing).toEqual([]);
});
