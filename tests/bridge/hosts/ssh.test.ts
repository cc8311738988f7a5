import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { GpuMetrics, GpuStatusReport } from '../../../bridge/src/contract.ts';
import { createGpuMetricsBridge, type GpuHost, type Logger } from '../../../bridge/src/index.ts';
import { SshServer, sshObstacle } from '../../support/ssh-server.ts';
import { argumentsOf, familyOf } from '../../e2e/processes.ts';
import { FakeApp } from '../fake-app.ts';
import { FakeIpcMain, PAGE_URL } from '../fake-ipc-main.ts';
import { fakeSidecar } from '../fake-sidecar.ts';

const PYTHON = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url));
/** Bounds the wait for connections on a busy machine; one takes a third of a second. */
const SOON = { timeout: 15_000, interval: 50 };
const NO_SSH = sshObstacle !== undefined;

if (NO_SSH) console.warn(`The tests over ssh are skipped: this ${sshObstacle}`);

/** The repository's own sidecar, with so many simulated GPUs. */
function sidecar(gpus: number): string {
  return `exec "${PYTHON}" -I -m sidecar --simulate ${gpus}`;
}

function startBridge(...hosts: GpuHost[]) {
  const log: string[] = [];
  const note = (line: string) => void log.push(line);
  const logger: Logger = { info: note, warn: note, error: note };
  const ipcMain = new FakeIpcMain();
  const bridge = createGpuMetricsBridge({
    app: new FakeApp(),
    ipcMain,
    powerMonitor: new EventEmitter(),
    pageUrl: PAGE_URL,
    sidecar: fakeSidecar('answering', {
      'dashboard:get-gpu-status': { providers: [], intervalMs: 2000, asleep: [] },
    }),
    hosts,
    logger,
  });
  onTestFinished(() => bridge.stop());
  const ids = async () => {
    const gpus = (await ipcMain.invoke('dashboard:get-gpu-metrics')) as GpuMetrics[];
    return gpus.map(({ gpuId, status }) => (status === 'ok' ? gpuId : `${gpuId} ${status}`));
  };
  const hostStatus = async () => {
    const report = await ipcMain.invoke('dashboard:get-gpu-status');
    return (report as Required<GpuStatusReport>).hosts;
  };
  return { bridge, log, ids, hostStatus };
}

/** A server with so many simulated GPUs. */
async function serverWith(name: string, gpus: number): Promise<SshServer> {
  const server = await SshServer.start(name);
  server.install('gpu-metrics-sidecar', sidecar(gpus));
  return server;
}

test.skipIf(NO_SSH)(
  'the GPUs of two computers come over ssh, and nothing stays there',
  async () => {
    const [box, rack] = [await serverWith('box', 2), await serverWith('rack', 1)];
    const { bridge, ids, hostStatus } = startBridge(box.host, rack.host);
    await expect.poll(ids, SOON).toEqual(['box · GPU-0', 'box · GPU-1', 'rack · GPU-0']);
    expect(await hostStatus()).toEqual([
      { name: 'box', state: 'ready', reason: '', action: '' },
      { name: 'rack', state: 'ready', reason: '', action: '' },
    ]);
    expect(box.processes.length).toBeGreaterThan(1);
    await bridge.stop();
    await expect.poll(() => [box, rack].map((each) => each.processes.length), SOON).toEqual([1, 1]);
  },
);

test.skipIf(NO_SSH)('a line that a shell prints first does no harm', async () => {
  const box = await serverWith('box', 1);
  box.install('gpu-metrics-sidecar', 'echo "Welcome to the box!"', sidecar(1));
  const { ids } = startBridge(box.host);
  await expect.poll(ids, SOON).toEqual(['box · GPU-0']);
});

test.skipIf(NO_SSH)('what a shell prints in place of an answer is told as that', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const box = await serverWith('box', 1);
  box.install('gpu-metrics-sidecar', 'printf "Welcome to the box! "', sidecar(1));
  const { log, ids, hostStatus } = startBridge(box.host);
  await ids();
  await expect.poll(() => log.join('\n'), SOON).toContain('Welcome to the box! {"jsonrpc"');
  vi.advanceTimersByTime(10_000);
  await expect.poll(hostStatus, SOON).toEqual([
    {
      name: 'box',
      state: 'unavailable',
      reason: 'This computer writes something else than GPU metrics.',
      action: 'Make its shell write nothing when it starts.',
    },
  ]);
});

const KEY_REFUSED = {
  name: 'box',
  state: 'unavailable',
  reason: 'This computer refuses the key, or asks for a password.',
  action: 'Set up a key with which ssh logs in without asking.',
};

const HOST_KEY_REFUSED = {
  name: 'box',
  state: 'unavailable',
  reason: 'The identity of this computer is unknown or has changed.',
  action: 'Connect to it with ssh in a terminal and check its key.',
};

test.skipIf(NO_SSH).each([
  [
    'refuses the key',
    (box: SshServer) => {
      box.makeKey('another_key');
      box.allow('another_key');
    },
    KEY_REFUSED,
  ],
  ['has an unknown key', (box: SshServer) => box.expectHostKey(), HOST_KEY_REFUSED],
  [
    'has another key than before',
    (box: SshServer) => {
      box.makeKey('another_key');
      box.expectHostKey('another_key');
    },
    HOST_KEY_REFUSED,
  ],
])('a computer that %s is not asked again for a quarter of an hour', async (_what, spoil, said) => {
  const box = await serverWith('box', 1);
  spoil(box);
  const { log, ids, hostStatus } = startBridge(box.host);
  await expect.poll(hostStatus, SOON).toEqual([said]);
  expect(await ids()).toEqual([]);
  expect(log.join('\n')).toContain('the next start is in 900000 ms');
});

test.skipIf(NO_SSH)('a refused key that is mended is tried again at once by retry', async () => {
  const box = await serverWith('box', 1);
  box.makeKey('another_key');
  box.allow('another_key');
  const { bridge, ids, hostStatus } = startBridge(box.host);
  await expect.poll(hostStatus, SOON).toEqual([KEY_REFUSED]);
  box.allow('user_key');
  bridge.retry();
  await expect.poll(ids, SOON).toEqual(['box · GPU-0']);
  expect(await hostStatus()).toMatchObject([{ state: 'ready' }]);
});

test.skipIf(NO_SSH)('a computer without our program is told as that', async () => {
  const box = await SshServer.start('box');
  const { hostStatus } = startBridge(box.host);
  await expect.poll(hostStatus, SOON).toEqual([
    {
      name: 'box',
      state: 'unavailable',
      reason: 'This computer has no gpu-metrics-sidecar.',
      action: 'Install it there, where every shell finds it.',
    },
  ]);
});

test.skipIf(NO_SSH)(
  'a computer that cannot be reached is told as that, and is back by itself',
  async () => {
    const box = await serverWith('box', 1);
    await box.kill();
    const { ids, hostStatus } = startBridge(box.host);
    await expect.poll(hostStatus, SOON).toEqual([
      {
        name: 'box',
        state: 'unavailable',
        reason: 'This computer cannot be reached.',
        action: 'Make sure that it is switched on and connected.',
      },
    ]);
    await box.start();
    await expect.poll(ids, SOON).toEqual(['box · GPU-0']);
  },
);

test.skipIf(NO_SSH)(
  'a computer that is cut off and comes back keeps its rows, and no other notices',
  async () => {
    const [box, rack] = [await serverWith('box', 1), await serverWith('rack', 1)];
    const { ids, hostStatus } = startBridge(box.host, rack.host);
    await expect.poll(ids, SOON).toEqual(['box · GPU-0', 'rack · GPU-0']);
    const seen = new Set<string>();
    const watched = async () => {
      for (const id of await ids()) seen.add(id);
      return (await hostStatus())[0]?.state;
    };
    await box.kill();
    await expect.poll(watched, SOON).toBe('unavailable');
    await box.start();
    await expect.poll(watched, SOON).toBe('ready');
    expect([...seen].sort()).toEqual(['box · GPU-0', 'rack · GPU-0']);
  },
);

test.skipIf(NO_SSH)(
  'a connection that stalls makes its own rows stale, and is replaced',
  async () => {
    const [box, rack] = [await serverWith('box', 1), await serverWith('rack', 1)];
    const { ids, hostStatus } = startBridge(box.host, rack.host);
    await expect.poll(ids, SOON).toEqual(['box · GPU-0', 'rack · GPU-0']);
    box.signal('SIGSTOP');
    await expect.poll(ids, SOON).toEqual(['box · GPU-0 stale', 'rack · GPU-0']);
    await expect.poll(hostStatus, SOON).toMatchObject([
      { name: 'box', state: 'unavailable', reason: 'This computer does not answer.' },
      { name: 'rack', state: 'ready' },
    ]);
    box.signal('SIGCONT');
    await expect.poll(ids, SOON).toEqual(['box · GPU-0', 'rack · GPU-0']);
  },
);

test.skipIf(NO_SSH)('a computer that floods the line costs its own rows', async () => {
  const [box, rack] = [await SshServer.start('box'), await serverWith('rack', 1)];
  box.install('gpu-metrics-sidecar', 'exec yes');
  const { log, ids } = startBridge(box.host, rack.host);
  await expect.poll(ids, SOON).toEqual(['rack · GPU-0']);
  await expect.poll(() => log.join('\n'), SOON).toContain('box: the sidecar floods its output');
});

test.skipIf(NO_SSH)('all connections are ended together, also one that stalls', async () => {
  const [box, rack] = [await serverWith('box', 1), await serverWith('rack', 1)];
  const { bridge, ids } = startBridge(box.host, rack.host);
  await expect.poll(ids, SOON).toHaveLength(2);
  for (const server of [box, rack]) server.signal('SIGSTOP');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const stopped = bridge.stop();
  // Three steps of half a second each, for both at once.
  await vi.advanceTimersByTimeAsync(1500);
  await stopped;
  expect(familyOf(process.pid).filter((pid) => argumentsOf(pid)[0] === '/usr/bin/ssh')).toEqual([]);
});
