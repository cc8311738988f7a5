import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [english, portuguese] = ['handoff.md', 'handoff.pt-BR.md'].map((name) =>
  readFileSync(`${root}/docs/${name}`, 'utf8'),
) as [string, string];

/** What a translation leaves as it is, and in its place. */
const UNTRANSLATED = {
  'levels of headings': /^#+ /gm,
  'steps and items': /^ *(?:\d\.|-) /gm,
  'rows of tables': /^\|/gm,
  commands: /^ *```sh\n.*?```/gms,
  'code and names': /`[^`\n]+`/g,
  'pictures and documents': /\]\((?!handoff)[^)]+\)/g,
};

test.each(Object.entries(UNTRANSLATED))(
  'both languages of the hand-over agree in %s',
  (_, part) => {
    const inEnglish = english.match(part) ?? [];
    expect(inEnglish.length).toBeGreaterThan(0);
    // A sentence's order may differ between languages.
    expect([...(portuguese.match(part) ?? [])].sort()).toEqual([...inEnglish].sort());
  },
);

test('the tests that the hand-over names are there', () => {
  const named = [...english.matchAll(/`(tests\/[^`]+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !existsSync(`${root}/${name}`))).toEqual([]);
});
