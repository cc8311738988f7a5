import { beforeEach, expect, test, vi } from 'vitest';
import { AS_OUTCOME } from '../../bridge/src/outcome.ts';
import { exposeGpuMetrics } from '../../bridge/src/preload.ts';

type Invoke = (channel: unknown, ...args: unknown[]) => Promise<unknown>;

/** Electron as a preload script sees it: remembers what is exposed, answers as it is told. */
const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  answer: (...call: unknown[]): Promise<unknown> => Promise.resolve({ result: call }),
  contextBridge: {
    exposeInMainWorld: (name: string, api: unknown) => electron.exposed.set(name, api),
  },
  ipcRenderer: { invoke: (...call: unknown[]) => electron.answer(...call) },
}));
vi.mock('electron', () => electron);

const METRICS = 'dashboard:get-gpu-metrics';

function exposed(): { invoke: Invoke; ipcRenderer: { invoke: Invoke } } {
  return electron.exposed.get('electron') as ReturnType<typeof exposed>;
}

beforeEach(() => {
  electron.exposed.clear();
  electron.answer = (...call) => Promise.resolve({ result: call });
});

test('both generations of the hook find the shape they call', async () => {
  exposeGpuMetrics();
  const call = [METRICS, undefined, AS_OUTCOME];
  expect(await exposed().invoke(METRICS)).toEqual(call);
  expect(await exposed().ipcRenderer.invoke(METRICS)).toEqual(call);
});

test('options go along', async () => {
  exposeGpuMetrics();
  const options = { intervalMs: 500 };
  const call = await exposed().invoke('dashboard:set-gpu-options', options);
  expect(call).toEqual(['dashboard:set-gpu-options', options, AS_OUTCOME]);
});

test('a channel that the app names is open too, with its arguments', async () => {
  electron.answer = (...call) => Promise.resolve(call);
  exposeGpuMetrics({ channels: ['app:save'] });
  expect(await exposed().invoke('app:save', 1, 'two')).toEqual(['app:save', 1, 'two']);
});

test.each(['app:save', '__proto__', [METRICS], { toString: () => METRICS }, undefined])(
  'any other channel is refused: %j',
  async (channel) => {
    exposeGpuMetrics();
    await expect(exposed().invoke(channel)).rejects.toThrow('not open');
  },
);

test('a failure is told in our own sentence for it', async () => {
  electron.answer = () => Promise.resolve({ error: 'closing' });
  exposeGpuMetrics();
  await expect(exposed().invoke(METRICS)).rejects.toThrow(/^The app is closing\.$/);
});

test("no text of Electron's reaches the page", async () => {
  const text = `Error invoking remote method '${METRICS}': Error: spawn /home/me/secret ENOENT`;
  electron.answer = () => Promise.reject(new Error(text));
  exposeGpuMetrics();
  await expect(exposed().invoke(METRICS)).rejects.toThrow(/^GPU metrics are unavailable\.$/);
});

test("the app's own errors come without what Electron puts before them", async () => {
  const text = "Error invoking remote method 'app:save': Error: the reason";
  electron.answer = () => Promise.reject(new Error(text));
  exposeGpuMetrics({ channels: ['app:save'] });
  await expect(exposed().invoke('app:save')).rejects.toThrow(/^the reason$/);
});
