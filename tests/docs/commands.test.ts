import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /^(docs\/.*|bridge\/[^/]*|[^/]*)\.md$/.test(name) && !name.startsWith('node_modules/'),
);
const text = documents.map((name) => readFileSync(`${root}/${name}`, 'utf8')).join('\n');
const commands = [...text.matchAll(/^ *```sh\n(.*?)^ *```/gms)].flatMap(([, block = '']) =>
  block
    .trimEnd()
    .split('\n')
    .map((line) => line.trim()),
);
/** Those with arguments, in running text. */
const inline = [
  ...new Set(
    [...text.matchAll(/`(npm [^`]* -- [^`]*|npm install [^`]+)`/g)].map(
      ([, command = '']) => command,
    ),
  ),
];
const scripts = Object.keys(
  (JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { scripts: object }).scripts,
);

test('every npm command that a document names exists', () => {
  const named = [...text.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z]+)/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'install' && name !== 'ci');
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !scripts.includes(name ?? ''))).toEqual([]);
});

// `npm start` is run by the end-to-end tests, `npm test` by you. `npm test` makes the bundle, and
// tests/package packs the bridge.
const RUN_ELSEWHERE = [
  'npm start',
  'npm test',
  'npm run --silent sidecar doctor',
  'npm run --silent sidecar -- export --prometheus 127.0.0.1:9464',
  'npm run --silent sidecar -- export --otlp http://127.0.0.1:4318',
  'npm run bundle',
  'npm run pack',
];
/** By the end-to-end tests, which start the app with such arguments, and by tests/package. */
const INLINE_RUN_ELSEWHERE = [
  'npm start -- --simulate 2',
  'npm start -- --host box --host me@rack',
  'npm install ./gpu-metrics-bridge-0.1.0.tgz',
];
const piped = [...new Set(commands.filter((command) => command.startsWith('printf ')))];
const clients = commands.filter((command) => command.includes(' docs/examples/'));

test('the doctor examines this computer', () => {
  const command = 'npm run --silent sidecar doctor';
  expect(commands).toContain(command);
  const output = execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
  expect(output).toMatch(/^GPU metrics sidecar /);
});

test('the export for Prometheus serves metrics', async () => {
  const command = 'npm run --silent sidecar -- export --prometheus 127.0.0.1:9464';
  expect(commands).toContain(command);
  await whileRunning(command.replace('9464', '0'), async (firstLine) => {
    const url = /http:\S+/.exec(await firstLine)?.[0] ?? '';
    expect(await (await fetch(url)).text()).toContain('gpu_metrics_provider_status{');
  });
});

test('the export by OTLP pushes metrics', async () => {
  const command = 'npm run --silent sidecar -- export --otlp http://127.0.0.1:4318';
  expect(commands).toContain(command);
  const collector = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  await whileRunning(command.replace('4318', String(port)), async () => {
    const [request] = (await once(collector, 'request')) as [{ url: string }];
    expect(request.url).toBe('/v1/metrics');
  });
  collector.closeAllConnections();
  collector.close();
});

/** Runs a command that does not end by itself; the body gets the first line of its stderr. */
async function whileRunning(command: string, body: (firstLine: Promise<string>) => Promise<void>) {
  // A group of its own, since npm, a shell and Node stand before the sidecar.
  const child = spawn('sh', ['-c', command], {
    cwd: root,
    detached: true,
    env: { ...process.env, OTEL_METRIC_EXPORT_INTERVAL: '200' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const line = once(createInterface(child.stderr), 'line') as Promise<[string]>;
  try {
    await body(line.then(([text]) => text));
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await once(child, 'exit');
  }
}

// As they stand, they take up to a night: each gets little to do, soak a few rounds to compare.
test.each(inline.filter((command) => /^npm run (?:soak|fuzz) /.test(command)))(
  'takes its arguments, in running text: %s',
  (command) => {
    const end = command.includes(' soak ') ? ' --minutes 0.1' : '';
    const short = command.replace(/\d+$/, '1') + end;
    execFileSync('sh', ['-c', short], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  },
);

test('the measurements that documents name exist', () => {
  const named = inline.flatMap(
    (command) => command.split('npm run bench -- ')[1]?.split(' ') ?? [],
  );
  const rows = readFileSync(`${root}/tests/bench/__main__.py`, 'utf8');
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !rows.includes(`"${name}": `))).toEqual([]);
});

test('there is no command with arguments in running text that no test runs', () => {
  const known = /^npm run (?:soak|fuzz|bench) -- /;
  expect(
    inline.filter((command) => !known.test(command) && !INLINE_RUN_ELSEWHERE.includes(command)),
  ).toEqual([]);
});

test('there is no command that no test runs', () => {
  const others = commands.filter(
    (command) => ![...piped, ...clients, ...RUN_ELSEWHERE].includes(command),
  );
  expect(others).toEqual([]);
});

test.each(piped)('prints one line of JSON-RPC and nothing else: %s', (command) => {
  const output = execFileSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
  expect(output.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(output)).toMatchObject({
    jsonrpc: '2.0',
    id: 1,
    result: expect.anything() as unknown,
  });
});

// What they show, tests/docs/test_examples.py sees on a scripted driver.
test.each(clients)('ends well, with or without a GPU: %s', (command) => {
  execFileSync('sh', ['-c', command], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
});

test.each(documents)('what %s links to is there', (name) => {
  const targets = readFileSync(`${root}/${name}`, 'utf8').matchAll(/\]\(([^)#:]+)\)/g);
  const missing = [...targets]
    .map(([, target = '']) => path.resolve(root, path.dirname(name), target))
    .filter((target) => !existsSync(target));
  expect(missing).toEqual([]);
});
