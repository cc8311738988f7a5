// What the page's sources need to become JavaScript, in the app's build and in the tests.
import { fileURLToPath } from 'node:url';
import { getConfig } from '@lingui/conf';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';

/** @returns {import('vite').PluginOption[]} */
export function rendererPlugins() {
  const configPath = fileURLToPath(new URL('lingui.config.mjs', import.meta.url));
  const linguiConfig = getConfig({ configPath });
  return [
    react({ babel: { plugins: [['@lingui/babel-plugin-lingui-macro', { linguiConfig }]] } }),
    lingui({ configPath, failOnCompileError: true }),
  ];
}
