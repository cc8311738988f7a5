import { fileURLToPath } from 'node:url';
import { getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import { expect, test } from 'vitest';

const configPath = fileURLToPath(new URL('../../electron-shim/lingui.config.mjs', import.meta.url));
const config = getConfig({ configPath });
const [catalogue] = await getCatalogs(config);
const used = Object.keys((await catalogue?.collect()) ?? {}).sort();

test('strings are found in the sources', () => {
  expect(used.length).toBeGreaterThan(100);
});

test.each(config.locales)(
  'the catalogue of %s has every string, and none besides',
  async (locale) => {
    const translations = (await catalogue?.read(locale)) ?? {};
    expect(Object.keys(translations).sort()).toEqual(used);
    const untranslated = Object.values(translations).filter(({ translation }) => !translation);
    expect(untranslated).toEqual([]);
  },
);
