// What a hostile page can do: items 1, 2, 4, 5 and 6 of the checklist.
import { expect, test } from 'vitest';
import { launchShim, SOON } from './shim.ts';

const METRICS = 'dashboard:get-gpu-metrics';

test('1: the page has nothing of Node, and a context of its own', async () => {
  const { app, page } = await launchShim({ args: ['--simulate', '1'] });
  expect(
    await page.evaluate('[typeof require, typeof process, typeof module, typeof Buffer]'),
  ).toEqual(['undefined', 'undefined', 'undefined', 'undefined']);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    // Not in its types, and in every Electron.
    return (contents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
  });
});

test('2: the page has two ways to ask, which it can neither widen nor replace', async () => {
  const { app, page } = await launchShim({ args: ['--simulate', '2'] });
  await app.evaluate(({ ipcMain }) => ipcMain.handle('secret', () => 'told'));
  expect(await page.evaluate('Object.keys(electron).sort()')).toEqual(['invoke', 'ipcRenderer']);
  expect(await page.evaluate('Object.keys(electron.ipcRenderer)')).toEqual(['invoke']);
  const metrics = [{ gpuId: 'GPU-0' }, { gpuId: 'GPU-1' }];
  for (const invoke of ['electron.invoke', 'electron.ipcRenderer.invoke']) {
    expect(await page.evaluate(`${invoke}('${METRICS}')`)).toMatchObject(metrics);
    await expect(page.evaluate(`${invoke}('secret')`)).rejects.toThrow('not open');
  }
  expect(
    await page.evaluate(`
      for (const tamper of [
        () => { electron.invoke = () => 'mine'; },
        () => { electron.ipcRenderer.invoke = () => 'mine'; },
        () => { electron.more = 1; },
        () => { window.electron = {}; },
        () => { delete window.electron; },
        () => { Object.defineProperty(window, 'electron', { value: {} }); },
      ]) try { tamper(); } catch { /* refused aloud in strict code, silently otherwise */ }
      Set.prototype.has = () => true;
      Array.prototype.includes = () => true;
      Object.prototype.secret = true;
      String.prototype.toString = () => '${METRICS}';
      let looks = 0;
      const asked = (channel) => electron.invoke(channel).then(JSON.stringify, (e) => e.message);
      Promise.all([
        asked('secret'),
        asked({ toString: () => (looks++ ? 'secret' : '${METRICS}') }),
        asked(['secret']),
        asked('__proto__'),
        asked(undefined),
        Object.isFrozen(electron) && Object.isFrozen(electron.ipcRenderer),
        'more' in electron,
      ])`),
  ).toEqual([...Array<string>(5).fill('This channel is not open to the page.'), true, false]);
  expect(await page.evaluate(`electron.invoke('${METRICS}')`)).toMatchObject(metrics);
});

test('4: a frame inside the page has no way to ask', async () => {
  const { page } = await launchShim({ args: ['--simulate', '1'] });
  await page.evaluate(`
    const frame = document.createElement('iframe');
    frame.srcdoc = '<p>inside</p>';
    document.body.append(frame)`);
  await expect.poll(() => page.frames().length, SOON).toBe(2);
  const frame = page.frames()[1];
  await frame?.waitForSelector('p', SOON);
  expect(await frame?.evaluate('typeof window.electron')).toBe('undefined');
});

test('5: nothing but the page of the app runs, and nothing is fetched', async () => {
  const { page } = await launchShim({ args: ['--simulate', '1'] });
  expect(
    await page.evaluate(`new Promise((resolve) => {
      const blocked = new Set();
      const expected = ['script-src-elem', 'script-src-attr', 'connect-src', 'img-src',
                        'base-uri', 'form-action'];
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        blocked.add(effectiveDirective);
        if (expected.every((name) => blocked.has(name))) resolve('all blocked');
      });
      const add = (html) => document.body.append(
        document.createRange().createContextualFragment(html));
      add('<script>globalThis.ran = true</script>');
      add('<button id="attr" onclick="globalThis.ran = true"></button>');
      document.getElementById('attr').click();
      add('<img src="https://example.invalid/">');
      add('<base href="https://example.invalid/">');
      add('<form id="form" action="https://example.invalid/"></form>');
      document.getElementById('form').submit();
      fetch('https://example.invalid/').catch(() => undefined);
      setTimeout(() => resolve('only ' + [...blocked]), ${SOON.timeout});
    })`),
  ).toBe('all blocked');
  expect(await page.evaluate('typeof ran')).toBe('undefined');
});

test('6: the page can open no window, go nowhere and is permitted nothing', async () => {
  // With a camera there is something to ask for.
  const camera = '--use-fake-device-for-media-stream';
  const { app, page } = await launchShim({ args: ['--simulate', '1', camera] });
  const before = page.url();
  expect(await page.evaluate(`window.open('about:blank')`)).toBeNull();
  await page.evaluate(`
    document.body.insertAdjacentHTML('afterbegin',
      '<a id="out" href="https://example.invalid/">out</a>' +
      '<a id="blank" target="_blank" href="https://example.invalid/">blank</a>')`);
  await page.click('#blank');
  await page.click('#blank', { button: 'middle' });
  await page.click('#out', { noWaitAfter: true });
  await page.evaluate(`location.assign('https://example.invalid/')`);
  await page.evaluate(`location.assign('file:///etc/hostname')`);
  // The page still answers, from where it was.
  expect(await page.evaluate('location.href')).toBe(before);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect(
    await page.evaluate(`Promise.all([
      Notification.requestPermission(),
      navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
      navigator.mediaDevices.getUserMedia({ video: true }).catch(({ name }) => name),
      navigator.clipboard.readText().catch(({ name }) => name),
    ])`),
  ).toEqual(['denied', 'denied', 'NotAllowedError', 'NotAllowedError']);
});
