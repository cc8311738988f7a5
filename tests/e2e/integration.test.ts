// What docs/integration.md says to an app that has a `window.electron` and a hook of its own, done to
// such an app. What it says to one without is done by `npm run trial`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, type Rollup } from 'vite';
import { expect, test, vi } from 'vitest';
import { FakeDriver } from './fake-driver.ts';
import { launchShim, SOON, type Shim } from './shim.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const EXISTING_APP = join(repository, 'tests', 'existing-app');
const excerpts = [
  ...readFileSync(join(repository, 'docs', 'integration.md'), 'utf8').matchAll(
    /^```ts\n(.*?)^```/gms,
  ),
].map(([, lines = '']) => lines);

/** As in the page. */
const POLL_INTERVAL_MS = 500;

/** Long enough to tell one request a poll from one a render. */
const POLLS = 4;

test('an app with a window.electron of its own gets GPU numbers, and keeps what it had', async () => {
  const driver = new FakeDriver('devices 1', '0 utilization 42');
  const lines = excerptWith("from 'gpu-metrics-bridge/preload'", 'yourChannels');
  const [importing = '', allowing = ''] = lines.split('\n').filter(Boolean);
  const source = `${importing}\n${replaceLine(read('preload.ts'), 'const allowed =', allowing)}`;
  const shim = await launch(driver, { preload: source });
  await shim.app.evaluate(({ ipcMain }) =>
    ipcMain.handle('your-own:greeting', (_event, name) => `Hello ${String(name)}`),
  );

  await expect.poll(() => shim.texts('p'), SOON).toEqual(['GPU-0: 42 %']);
  const greeting = shim.page.evaluate("electron.invoke('your-own:greeting', 'you')");
  expect(await greeting).toBe('Hello you');
  expect(await shim.page.evaluate('electron.platform')).toBe(process.platform);
  const other = "electron.invoke('another').catch(({ message }) => message)";
  expect(await shim.page.evaluate(other)).toBe('no such channel: another');
});

test('a hook that asks again on every render asks once a poll with the line of its cure', async () => {
  const driver = new FakeDriver('devices 1', '0 utilization 42');
  const cure = excerptWith('export function useGpuMetrics');
  const hook = replaceLine(
    read('use-gpu-metrics.ts'),
    'export function useGpuMetrics',
    cure.trim(),
  );
  const preload =
    "import { exposeGpuMetrics } from 'gpu-metrics-bridge/preload'; exposeGpuMetrics();";

  const asItWas = await launch(driver, { preload });
  expect(await requestsAPoll(asItWas)).toBeGreaterThan(5);
  await asItWas.quit();

  const cured = await launch(driver, { preload, 'use-gpu-metrics': hook });
  await expect.poll(() => cured.texts('p'), SOON).toEqual(['GPU-0: 42 %']);
  // The first one comes at once.
  expect(await requestsAPoll(cured)).toBeLessThanOrEqual((POLLS + 1) / POLLS);
});

/** Starts the shim with the existing app's preload and page, changed where sources are given. */
async function launch(driver: FakeDriver, sources: Record<string, string>): Promise<Shim> {
  const preload = await bundle('preload.ts', sources, {
    ssr: { noExternal: true, resolve: { conditions: ['gpu-metrics-source'] } },
    build: { ssr: true },
  });
  const script = await bundle('page.tsx', sources, {
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const page = `<!doctype html><body><script>${script.replaceAll('</script', String.raw`<\/script`)}</script></body>`;
  return launchShim({ env: driver.env, preload, page });
}

/** Returns one file of the existing app as one script, with all that it imports but Electron. */
async function bundle(
  file: string,
  sources: Record<string, string>,
  config: InlineConfig,
): Promise<string> {
  const { output } = (await build({
    configFile: false,
    root: EXISTING_APP,
    logLevel: 'warn',
    esbuild: { jsx: 'automatic', jsxDev: false },
    ...config,
    plugins: [
      {
        name: 'what the document changes',
        enforce: 'pre',
        transform: (code, id) =>
          id.startsWith(EXISTING_APP)
            ? (sources[/([\w-]+)\.tsx?$/.exec(id)?.[1] ?? ''] ?? code)
            : null,
      },
    ],
    build: {
      ...config.build,
      write: false,
      rollupOptions: {
        input: join(EXISTING_APP, file),
        external: ['electron'],
        output: { format: config.build?.ssr ? 'cjs' : 'iife', inlineDynamicImports: true },
      },
    },
  })) as Rollup.RollupOutput;
  return output[0].code;
}

/** How often the hook asks in the time of one poll, measured over several. */
async function requestsAPoll(shim: Shim): Promise<number> {
  const [requests, elapsedMs] = await vi.waitUntil(async () => {
    const count = await shim.page.evaluate<[number, number]>('[requests, performance.now()]');
    return count[1] > POLLS * POLL_INTERVAL_MS && count;
  }, SOON);
  return requests / (elapsedMs / POLL_INTERVAL_MS);
}

function excerptWith(...parts: string[]): string {
  const found = excerpts.find((lines) => parts.every((part) => lines.includes(part)));
  if (found === undefined) throw new Error(`docs/integration.md has no lines with ${parts.join()}`);
  return found;
}

function read(file: string): string {
  return readFileSync(join(EXISTING_APP, file), 'utf8');
}

function replaceLine(source: string, start: string, line: string): string {
  const lines = source.split('\n');
  const at = lines.findIndex((each) => each.startsWith(start));
  if (at < 0) throw new Error(`no line begins with ${start}`);
  lines[at] = line;
  return lines.join('\n');
}
