import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  // The trial's app has packages and settings of its own.
  { ignores: ['**/dist/', '.venv/', '.electron/', 'bridge/src/contract.ts', 'tests/trial/app/'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)),
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A number in a message needs no conversion to be readable.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `void promise` says that nobody waits for it.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // Stand-ins take their input as it comes, and so do examples: casts would hide what they show.
    files: ['tests/fakes/**', 'docs/examples/**'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    // Programs for a terminal talk on it.
    files: ['docs/examples/**', 'scripts/**', 'tests/**'],
    rules: { 'no-console': 'off' },
  },
);
