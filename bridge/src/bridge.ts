import type { Event, IpcMain } from 'electron';
import { registerIpcHandlers } from './ipc.ts';
import { silentLogger, type Logger } from './logger.ts';
import { packagedSidecar } from './packaged-sidecar.ts';
import type { SidecarCommand } from './sidecar-process.ts';
import { Supervisor } from './supervisor.ts';

/** What the bridge uses of Electron's `app`. */
export interface HostApp {
  on(event: 'will-quit', listener: (event: Pick<Event, 'preventDefault'>) => void): unknown;
  quit(): void;
  whenReady(): Promise<void>;
}

export interface GpuMetricsBridgeOptions {
  /** Electron's `app`. */
  app: HostApp;
  /** Electron's `ipcMain`. */
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  /**
   * Address of the page that may ask, as it is given to `loadURL`: the development server's, or
   * `pathToFileURL(…).href` of the file. Its fragment does not count.
   */
  pageUrl: string;
  /** How to start the sidecar in development; a packaged app finds its own. */
  sidecar?: SidecarCommand;
  /** Where details of errors and the sidecar's log go; nowhere if left out. */
  logger?: Logger;
}

/**
 * Gives the app's pages GPU metrics: starts the sidecar when the app is ready, answers the
 * `dashboard:…` channels from it, and ends it when the app quits.
 *
 * Call it once, in the main process.
 */
export function createGpuMetricsBridge(options: GpuMetricsBridgeOptions): void {
  const { app, ipcMain, pageUrl, logger = silentLogger } = options;
  const supervisor = new Supervisor(options.sidecar ?? packagedSidecar(), logger);
  registerIpcHandlers(ipcMain, supervisor, pageUrl, logger);
  void app.whenReady().then(() => supervisor.start());
  stopBeforeQuit(app, supervisor);
}

/** Holds the app's end back, once, until the sidecar has ended, which is bounded. */
function stopBeforeQuit(app: HostApp, supervisor: Supervisor): void {
  let stopped = false;
  // The windows are closed by then: unlike before-quit, nothing can call the quitting off.
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void supervisor.stop().finally(() => {
      stopped = true;
      // Electron ignores a quit from within the one it is calling off, as when nothing has to end.
      setImmediate(() => app.quit());
    });
  });
}
