import type { IpcMainInvokeEvent } from 'electron';
import { expect, test } from 'vitest';
import { BridgeError } from '../../bridge/src/errors.ts';
import { MAX_WAITING } from '../../bridge/src/history-queue.ts';
import { registerIpcHandlers, type Requests } from '../../bridge/src/ipc.ts';
import { silentLogger, type Logger } from '../../bridge/src/logger.ts';
import { AS_OUTCOME } from '../../bridge/src/outcome.ts';
import { callFrom, FakeIpcMain, PAGE_URL } from './fake-ipc-main.ts';

const METRICS = 'dashboard:get-gpu-metrics';
const HISTORY = 'dashboard:get-gpu-history';
const OPTIONS = 'dashboard:set-gpu-options';

const gpu = {
  gpuId: 'GPU-0',
  utilization: null,
  memoryUsedMB: 1,
  memoryTotalMB: 2,
  temperatureC: 40,
  name: 'A GPU',
  vendor: 'nvidia',
  status: 'ok',
  memoryKind: 'dedicated',
  sampledAt: 1,
  alerts: [],
};

type Answer = (changes?: unknown) => Promise<unknown>;

/** Handlers whose sidecar answers everything in one way. */
function handlers(answer: Answer, logger: Logger = silentLogger): FakeIpcMain {
  const ipcMain = new FakeIpcMain();
  const requests: Requests = {
    request: (_method: string, params?: object) => answer(params),
    setOptions: (changes) => answer(changes),
  };
  registerIpcHandlers(ipcMain, requests, PAGE_URL, logger);
  return ipcMain;
}

function answering(result: unknown): Answer {
  return () => Promise.resolve(result);
}

test('a page gets the metrics with values that its hook can carry', async () => {
  expect(await handlers(answering([gpu])).invoke(METRICS)).toEqual([{ ...gpu, utilization: NaN }]);
});

test.each([
  ['no list', null],
  ['a list of something else', [null]],
  ['an id that is no text', [{ ...gpu, gpuId: 0 }]],
  ['a number as a text', [{ ...gpu, utilization: '42' }]],
  ['a number out of range', [{ ...gpu, utilization: 101 }]],
  ['a number that JSON cannot tell', [{ ...gpu, powerUsageW: Infinity }]],
  ['a vendor that there is not', [{ ...gpu, vendor: '<script>' }]],
  ['a GPU without a field', [{ ...gpu, sampledAt: undefined }]],
])('an answer that the contract does not allow is refused: %s', async (_what, answer) => {
  await expect(handlers(answering(answer)).invoke(METRICS)).rejects.toThrow('cannot read');
});

const someHistory = {
  timestamps: [1, 2],
  gpus: [
    {
      gpuId: 'GPU-0',
      utilization: [null, 42],
      memoryUsedMB: [1, 2],
      temperatureC: [null, null],
      powerUsageW: [1.5, null],
    },
  ],
};

test.each([[undefined], [{}], [{ windowSeconds: 3600, maxPoints: 600 }]])(
  'a page gets the history, nulls included, when it asks with %j',
  async (query) => {
    const asked: unknown[] = [];
    const ipcMain = handlers((params) => {
      asked.push(params);
      return Promise.resolve(someHistory);
    });
    expect(await ipcMain.invoke(HISTORY, query)).toEqual(someHistory);
    expect(asked).toEqual([query ?? {}]);
  },
);

test.each([[null], [[]], ['1'], [{ windowSeconds: 3601 }], [{ maxPoints: 0.5 }], [{ more: 1 }]])(
  'a query of the history that the contract does not allow is refused: %j',
  async (query) => {
    const ipcMain = handlers(() => Promise.reject(new Error('it has reached the sidecar')));
    await expect(ipcMain.invoke(HISTORY, query)).rejects.toThrow('not valid');
  },
);

test('a page is told a fixed sentence, and the log the details', async () => {
  const logged: string[] = [];
  const ipcMain = handlers(
    () => Promise.reject(new BridgeError('not-started', 'cannot start /home/me/secret')),
    { ...silentLogger, warn: (line) => logged.push(line) },
  );
  await expect(ipcMain.invoke(METRICS)).rejects.toThrow(
    'GPU sensors could not be started. Reinstalling the app may help.',
  );
  expect(logged.join()).toContain('/home/me/secret');
});

test('a rejection, which Electron prints, is one line without a stack', async () => {
  const ipcMain = handlers(() => Promise.reject(new Error('unforeseen')));
  const rejection = await ipcMain.invoke(METRICS).catch((error: unknown) => error as Error);
  expect(rejection).toBeInstanceOf(Error);
  expect((rejection as Error).stack).toBeUndefined();
});

test('our preload gets a failure as an outcome, of which Electron prints nothing', async () => {
  const ipcMain = handlers(() => Promise.reject(new BridgeError('timed-out', 'no answer')));
  expect(await ipcMain.invoke(METRICS, undefined, AS_OUTCOME)).toEqual({ error: 'timed-out' });
});

test('a failure that lasts is logged once, and again when it comes back', async () => {
  const logged: string[] = [];
  let isFailing = true;
  const ipcMain = handlers(
    () => (isFailing ? Promise.reject(new Error('broken')) : Promise.resolve([])),
    { ...silentLogger, warn: (line) => logged.push(line) },
  );
  const poll = () => ipcMain.invoke(METRICS, undefined, AS_OUTCOME);
  await poll();
  await poll();
  expect(logged).toHaveLength(1);
  isFailing = false;
  await poll();
  isFailing = true;
  await poll();
  expect(logged).toHaveLength(2);
});

const another = { url: PAGE_URL };

test.each([
  ['a frame inside the page', { senderFrame: another, sender: { mainFrame: { url: PAGE_URL } } }],
  ['a frame that is gone', { senderFrame: null, sender: { mainFrame: null } }],
  ['another file', callFrom('file:///app/other.html')],
  ['the page with a query', callFrom(`${PAGE_URL}?other`)],
  ['a page of the network', callFrom('https://example.invalid/app/index.html')],
])('%s gets nothing', async (_who, event) => {
  let asked = false;
  const ipcMain = handlers(() => Promise.resolve((asked = true)));
  await expect(ipcMain.invokeFrom(event as IpcMainInvokeEvent, METRICS)).rejects.toThrow(
    'This page may not ask',
  );
  expect(asked).toBe(false);
});

test('the place that a page keeps in its fragment does not count', async () => {
  const event = callFrom(`${PAGE_URL}#/dashboard`);
  expect(await handlers(answering([])).invokeFrom(event, METRICS)).toEqual([]);
});

test('options reach the sidecar', async () => {
  const changes: unknown[] = [];
  const options = {
    intervalMs: 1000,
    processNames: false,
    thresholds: { utilizationPercent: 90, memoryPercent: 90, temperatureC: 80 },
  };
  const ipcMain = handlers((change) => {
    changes.push(change);
    return Promise.resolve(options);
  });
  expect(await ipcMain.invoke(OPTIONS, { intervalMs: 1000 })).toEqual(options);
  expect(changes).toEqual([{ intervalMs: 1000 }]);
});

test.each([
  null,
  'fast',
  [1000],
  { intervalMs: 499 },
  { intervalMs: 500.5 },
  { intervalMs: NaN },
  { processNames: true },
  { thresholds: { temperatureC: 500 } },
  { thresholds: { colour: 1 } },
  { colour: 'red' },
  JSON.parse('{"__proto__": {}}') as object,
])('options that a page may not set go no further: %j', async (options) => {
  let asked = false;
  const ipcMain = handlers(() => Promise.resolve((asked = true)));
  await expect(ipcMain.invoke(OPTIONS, options)).rejects.toThrow('not valid');
  expect(asked).toBe(false);
});

test('calls of a page beyond what may wait are refused at once, and answered calls make room', async () => {
  let answer: (gpus: unknown) => void = () => undefined;
  const gpus = new Promise((resolve) => (answer = resolve));
  const ipcMain = handlers(() => gpus);
  const waiting = Array.from({ length: 256 }, () => ipcMain.invoke(METRICS));
  await expect(ipcMain.invoke(METRICS)).rejects.toThrow('Too many GPU requests');
  answer([]);
  await Promise.all(waiting);
  expect(await ipcMain.invoke(METRICS)).toEqual([]);
});

test('a page with too many calls takes no room from another page', async () => {
  let answer: (gpus: unknown) => void = () => undefined;
  const gpus = new Promise((resolve) => (answer = resolve));
  const ipcMain = handlers(() => gpus);
  const flood = Array.from({ length: 257 }, () => ipcMain.invoke(METRICS, undefined, AS_OUTCOME));
  const another = ipcMain.invokeFrom(callFrom(PAGE_URL), METRICS);
  answer([]);
  expect(await another).toEqual([]);
  expect(await Promise.all(flood)).toContainEqual({ error: 'busy' });
});

test('a page that asks for ever other histories fills no more than half of their queue', async () => {
  let answer: (history: unknown) => void = () => undefined;
  const history = new Promise((resolve) => (answer = resolve));
  const ipcMain = handlers(() => history);
  const flood = Array.from({ length: MAX_WAITING }, (_, index) =>
    ipcMain.invoke(HISTORY, { windowSeconds: 60 + index }, AS_OUTCOME),
  );
  const another = ipcMain.invokeFrom(callFrom(PAGE_URL), HISTORY, { windowSeconds: 60 });
  answer({ timestamps: [], gpus: [] });
  expect(await another).toEqual({ timestamps: [], gpus: [] });
  const refused = (await Promise.all(flood)).filter((outcome) => 'error' in (outcome as object));
  expect(refused).toHaveLength(MAX_WAITING / 2);
});
