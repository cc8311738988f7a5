// The bridge as an integrator gets it: packed, put into a fresh folder, and used from there.
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Building the types takes some 10 s, on a busy machine several times that. */
const PACK_LIMIT_MS = 180_000;

let consumer: string;
let installed: string;

beforeAll(async () => {
  consumer = mkdtempSync(join(tmpdir(), 'consumer-'));
  await run(process.execPath, ['scripts/pack.mjs'], repository);
  const dist = join(repository, 'dist');
  const name = readdirSync(dist).find((file) => /^gpu-metrics-bridge-.*\.tgz$/.test(file)) ?? '';
  const tarball = join(dist, name);
  installed = join(consumer, 'node_modules', 'gpu-metrics-bridge');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'], consumer);
}, PACK_LIMIT_MS);

afterAll(() => rmSync(consumer, { recursive: true }));

it('has no fault that publint knows', async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true });
  expect(messages).toEqual([]);
});

it('brings no dependencies and none of its sources', () => {
  expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
});

it('is installed as the document says, and found in package.json as it says', async () => {
  const document = readFileSync(join(repository, 'docs', 'integration.md'), 'utf8');
  const [, command = '', name = ''] = /`(npm install \.\/(\S+\.tgz))`/.exec(document) ?? [];
  const [, said = ''] = /```json\n(.*?)```/s.exec(document) ?? [];
  const app = join(consumer, 'app');
  mkdirSync(app);
  cpSync(join(repository, 'dist', name), join(app, name));
  writeFileSync(join(app, 'package.json'), '{}');
  // An app has Electron already.
  await run('sh', ['-c', `${command} --offline --legacy-peer-deps`], app);
  expect(JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))).toEqual(
    JSON.parse(`{${said}}`),
  );
  const installed = readdirSync(join(app, 'node_modules')).filter((each) => !each.startsWith('.'));
  expect(installed).toEqual(['gpu-metrics-bridge']);
});

it('is imported by an ES module', async () => {
  const program = "import * as bridge from 'gpu-metrics-bridge'; console.log(Object.keys(bridge))";
  expect(await node('program.mjs', program)).toContain('createGpuMetricsBridge');
});

it('is required by a CommonJS module', async () => {
  const program = "console.log(Object.keys(require('gpu-metrics-bridge')))";
  expect(await node('program.cjs', program)).toContain('createGpuMetricsBridge');
});

it.each([
  { file: 'main.ts', required: ['electron', /^node:/] },
  { file: 'preload.ts', required: ['electron'] },
])('is built into $file by Vite as Forge sets it up', async ({ file, required }) => {
  const entry = join(consumer, file);
  cpSync(join(repository, 'tests/trial/app/src', file), entry);
  const { output } = (await build({
    root: consumer,
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['node'], mainFields: ['module', 'jsnext:main', 'jsnext'] },
    build: {
      write: false,
      rollupOptions: {
        input: entry,
        external: ['electron', ...builtinModules, /^node:/],
        output: { format: 'cjs', inlineDynamicImports: true },
      },
    },
  })) as Rollup.RollupOutput;
  expect(output).toHaveLength(1);
  const unexpected = output[0].imports.filter(
    (name) => !required.some((each) => (each instanceof RegExp ? each.test(name) : each === name)),
  );
  expect(unexpected).toEqual([]);
});

it('has a preload that requires nothing but electron', async () => {
  const program =
    "const Module = require('node:module');\n" +
    'const required = [];\n' +
    'Module._load = ((load) => (request, ...rest) => {\n' +
    "  if (request === 'electron') return required.push(request), {};\n" +
    "  if (request !== 'gpu-metrics-bridge/preload') required.push(request);\n" +
    '  return load(request, ...rest);\n' +
    '})(Module._load);\n' +
    "require('gpu-metrics-bridge/preload');\n" +
    'console.log(required);';
  expect(await node('preload.cjs', program)).toBe("[ 'electron' ]\n");
});

it(
  'is typed for ES modules, for CommonJS, and for the settings of Forge’s template',
  async () => {
    for (const name of ['electron', '@types/node', 'undici-types']) copyPackage(name);
    const program =
      "import { app, ipcMain, powerMonitor } from 'electron';\n" +
      "import { createGpuMetricsBridge, type GpuMetrics } from 'gpu-metrics-bridge';\n" +
      "import { exposeGpuMetrics } from 'gpu-metrics-bridge/preload';\n" +
      "import { withSidecar } from 'gpu-metrics-bridge/forge';\n" +
      "import { PROTOCOL_VERSION } from 'gpu-metrics-bridge/contract';\n" +
      "const pageUrl = 'file:///app/index.html';\n" +
      'createGpuMetricsBridge({ app, ipcMain, powerMonitor, pageUrl });\n' +
      "export const packagerConfig = withSidecar('sidecar', { asar: true });\n" +
      'exposeGpuMetrics();\n' +
      'export const version: number = PROTOCOL_VERSION;\n' +
      'export const busy = (gpu: GpuMetrics): boolean => (gpu.utilization ?? 0) > 90;\n';
    const programs = ['typed.mts', 'typed.cts', 'typed.ts'];
    for (const file of programs) writeFileSync(join(consumer, file), program);
    const tsc = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
    const settings = ['--noEmit', '--strict', '--types', 'node', '--module'];
    await run(process.execPath, [tsc, ...settings, 'nodenext', ...programs], consumer);
    // As in the tsconfig.json of Forge's template, which knows nothing of a package's exports.
    const asForge = ['commonjs', '--moduleResolution', 'node'];
    await run(process.execPath, [tsc, ...settings, ...asForge, 'typed.ts'], consumer);
  },
  PACK_LIMIT_MS,
);

function node(file: string, program: string): Promise<string> {
  writeFileSync(join(consumer, file), program);
  return run(process.execPath, [file], consumer);
}

/** Not linked: what a package refers to is to be found in the consumer's folder, or not at all. */
function copyPackage(name: string): void {
  cpSync(join(repository, 'node_modules', name), join(consumer, 'node_modules', name), {
    recursive: true,
    filter: (source) => !source.includes(join('electron', 'dist')),
  });
}

/** Not synchronously: vitest gives up on a worker that is silent for a minute. */
async function run(command: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, timeout: PACK_LIMIT_MS });
  return stdout;
}
