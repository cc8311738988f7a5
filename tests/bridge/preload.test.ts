import { beforeEach, expect, test, vi } from 'vitest';
import { exposeGpuMetrics } from '../../bridge/src/preload.ts';

type Invoke = (channel: unknown, ...args: unknown[]) => Promise<unknown>;

/** Electron as a preload script sees it: remembers what is exposed, answers with the channel. */
const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  contextBridge: {
    exposeInMainWorld: (name: string, api: unknown) => electron.exposed.set(name, api),
  },
  ipcRenderer: {
    invoke: (channel: string, ...args: unknown[]) =>
      channel === 'fails'
        ? Promise.reject(new Error(`Error invoking remote method 'fails': Error: the reason`))
        : Promise.resolve([channel, ...args]),
  },
}));
vi.mock('electron', () => electron);

function exposed(): { invoke: Invoke; ipcRenderer: { invoke: Invoke } } {
  return electron.exposed.get('electron') as ReturnType<typeof exposed>;
}

beforeEach(() => electron.exposed.clear());

test('both generations of the hook find the shape they call', async () => {
  exposeGpuMetrics();
  const channel = 'dashboard:get-gpu-metrics';
  expect(await exposed().invoke(channel)).toEqual([channel]);
  expect(await exposed().ipcRenderer.invoke(channel)).toEqual([channel]);
});

test('a channel that the app names is open too, with its arguments', async () => {
  exposeGpuMetrics({ channels: ['app:save'] });
  expect(await exposed().invoke('app:save', 1, 'two')).toEqual(['app:save', 1, 'two']);
});

test.each(['app:save', '__proto__', ['dashboard:get-gpu-metrics'], undefined])(
  'any other channel is refused: %j',
  async (channel) => {
    exposeGpuMetrics();
    await expect(exposed().invoke(channel)).rejects.toThrow('not open');
  },
);

test("an error's text is the main process's, without what Electron puts before it", async () => {
  exposeGpuMetrics({ channels: ['fails'] });
  await expect(exposed().invoke('fails')).rejects.toThrow(/^the reason$/);
});
