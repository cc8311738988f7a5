/**
 * Which languages the page speaks, and where its strings are.
 * @type {import('@lingui/conf').LinguiConfig}
 */
export default {
  sourceLocale: 'en',
  locales: ['en', 'pt-BR'],
  catalogs: [
    { path: '<rootDir>/src/renderer/locales/{locale}', include: ['<rootDir>/src/renderer'] },
  ],
  format: 'po',
  // A string that moves within its file is no change of the catalogue.
  formatOptions: { lineNumbers: false },
};
