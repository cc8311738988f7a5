// The main process of a small app with the security settings of the existing one, and the bridge.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { app, BrowserWindow, ipcMain, nativeTheme, session } from 'electron';
import { createGpuMetricsBridge } from 'gpu-metrics-bridge';

// There is no requestSingleInstanceLock here: a second shim, say a simulated one beside the real
// one, is wanted in development, and the tests run several.

// The app may be started through a link in Electron's resources folder.
const repositoryRoot = dirname(realpathSync(app.getAppPath()));

createGpuMetricsBridge({
  app,
  ipcMain,
  sidecar: { command: venvPython(), args: ['-I', '-m', 'sidecar', ...simulateArgs()] },
  logger: console,
});

app.on('web-contents-created', (_event, contents) => {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
});

void app.whenReady().then(async () => {
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) =>
    decide(false),
  );
  await openWindow();
});

async function openWindow(): Promise<void> {
  const window = new BrowserWindow({
    title: 'GPU metrics',
    width: 960,
    height: 680,
    autoHideMenuBar: true,
    // What is seen until the page has painted: its own background, not a white flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#15171b' : '#f4f5f7',
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    },
  });
  await window.loadFile(join(__dirname, 'renderer', 'index.html'));
}

function venvPython(): string {
  const python = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return join(repositoryRoot, '.venv', ...python);
}

/** Hands `--simulate N` on to the sidecar, which also says what is wrong with N. */
function simulateArgs(): string[] {
  // Electron's and Chromium's own switches are among the arguments, hence not strict.
  const { values } = parseArgs({
    args: process.argv.slice(1),
    options: { simulate: { type: 'string' } },
    strict: false,
  });
  return values.simulate === undefined ? [] : ['--simulate', String(values.simulate)];
}
