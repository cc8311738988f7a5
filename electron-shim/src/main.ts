// The main process of a small app with the security settings of the existing one, and the bridge.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, ipcMain, powerMonitor } from 'electron';
import { createGpuMetricsBridge, type GpuMetricsBridgeOptions } from 'gpu-metrics-bridge';
import { harden } from './hardening.ts';
import { namedHosts } from './hosts.ts';
import { registerLlmStandIn } from './llm-stand-in.ts';
import { sidecarCommand } from './sidecar-command.ts';
import { openWindow, showWindow } from './window.ts';

/** Of the packaged sidecar; undefined in development, where the repository's own is started. */
declare const SIDECAR_MANIFEST_SHA256: string | undefined;

const pageUrl = pathToFileURL(join(__dirname, 'renderer', 'index.html')).href;

// One app a profile: a second start shows the window of the first. Another one beside it, say with
// simulated GPUs, needs a --user-data-dir of its own.
if (app.requestSingleInstanceLock()) {
  startOrTellWhy();
} else {
  app.quit();
}

/** Whoever started it in a terminal reads there what is wrong with the arguments. */
function startOrTellWhy(): void {
  try {
    start();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    app.exit(1);
  }
}

function start(): void {
  app.on('second-instance', showWindow);
  harden(app);
  createGpuMetricsBridge({
    app,
    ipcMain,
    powerMonitor,
    pageUrl,
    ...sidecar(),
    hosts: namedHosts(process.argv.slice(1)),
    logger: console,
  });
  registerLlmStandIn(ipcMain);
  void app.whenReady().then(() => openWindow(pageUrl));
}

function sidecar(): Pick<GpuMetricsBridgeOptions, 'sidecar' | 'sidecarManifestSha256'> {
  if (SIDECAR_MANIFEST_SHA256 !== undefined) {
    return { sidecarManifestSha256: SIDECAR_MANIFEST_SHA256 };
  }
  // The app may be started through a link in Electron's resources folder.
  return { sidecar: sidecarCommand(dirname(realpathSync(app.getAppPath()))) };
}
