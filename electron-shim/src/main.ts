// The main process of a small app with the security settings of the existing one, and the bridge.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, ipcMain, powerMonitor } from 'electron';
import { createGpuMetricsBridge } from 'gpu-metrics-bridge';
import { harden } from './hardening.ts';
import { registerLlmStandIn } from './llm-stand-in.ts';
import { sidecarCommand } from './sidecar-command.ts';
import { openWindow, showWindow } from './window.ts';

const pageUrl = pathToFileURL(join(__dirname, 'renderer', 'index.html')).href;

// One app a profile: a second start shows the window of the first. Another one beside it, say with
// simulated GPUs, needs a --user-data-dir of its own.
if (app.requestSingleInstanceLock()) {
  start();
} else {
  app.quit();
}

function start(): void {
  app.on('second-instance', showWindow);
  harden(app);
  // The app may be started through a link in Electron's resources folder.
  const repositoryRoot = dirname(realpathSync(app.getAppPath()));
  createGpuMetricsBridge({
    app,
    ipcMain,
    powerMonitor,
    pageUrl,
    sidecar: sidecarCommand(repositoryRoot),
    logger: console,
  });
  registerLlmStandIn(ipcMain);
  void app.whenReady().then(() => openWindow(pageUrl));
}
