import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, BrowserWindow, ipcMain, powerMonitor } from 'electron';
import { createGpuMetricsBridge } from 'gpu-metrics-bridge';

declare const SIDECAR_MANIFEST: string | null;

const pageUrl =
  MAIN_WINDOW_VITE_DEV_SERVER_URL ??
  pathToFileURL(path.join(__dirname, '../renderer', MAIN_WINDOW_VITE_NAME, 'index.html')).href;

// Under electron-forge start nothing is packaged yet.
const unpackaged = { command: path.join(app.getAppPath(), 'sidecar', 'gpu-metrics-sidecar') };

createGpuMetricsBridge({
  app,
  ipcMain,
  powerMonitor,
  pageUrl,
  logger: console,
  sidecarManifestSha256: SIDECAR_MANIFEST,
  ...(app.isPackaged ? {} : { sidecar: unpackaged }),
});

void app.whenReady().then(() => {
  const window = new BrowserWindow({
    webPreferences: {
      preload: path.join(__dirname, 'preload.js'),
      contextIsolation: true,
      sandbox: true,
    },
  });
  void window.loadURL(pageUrl);
});
