import path from 'node:path';
import type { IpcMain } from 'electron';
import type { GpuOptionChanges, GpuOptions } from './contract.ts';
import { Fleet } from './hosts/fleet.ts';
import { checkHosts, type GpuHost } from './hosts/gpu-host.ts';
import { Host } from './hosts/host.ts';
import { registerIpcHandlers } from './ipc.ts';
import { harmless, silentLogger, type Logger } from './logger.ts';
import { optionChanges } from './option-changes.ts';
import { packagedSidecar } from './packaged-sidecar.ts';
import { SharedRequests } from './shared-requests.ts';
import type { SidecarCommand } from './sidecar-process.ts';
import { Supervisor, type SidecarStatus } from './supervisor.ts';

/** What the host may set: everything. */
const HOST_OPTIONS = ['intervalMs', 'processNames', 'thresholds'] as const;

/** What the bridge uses of Electron's `app`. */
export interface HostApp {
  on(event: 'will-quit', listener: QuitListener): unknown;
  off(event: 'will-quit', listener: QuitListener): unknown;
  quit(): void;
  whenReady(): Promise<void>;
}

type QuitListener = (event: { preventDefault(): void }) => void;

/** What the bridge uses of Electron's `powerMonitor`. */
export interface HostPowerMonitor {
  on(event: 'suspend' | 'resume', listener: () => void): unknown;
  off(event: 'suspend' | 'resume', listener: () => void): unknown;
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
  /** Electron's `powerMonitor`. */
  powerMonitor: HostPowerMonitor;
  /** How to start the sidecar in development; a packaged app finds its own. */
  sidecar?: SidecarCommand;
  /**
   * SHA-256 of the packaged sidecar's manifest, as `gpu-metrics-bridge/forge` tells it: only with it
   * does a sidecar show that was exchanged together with its manifest. Null where there is none.
   */
  sidecarManifestSha256?: string | null;
  /**
   * Other computers whose GPUs are shown beside this one's: see `sshHost`. Each is connected when a
   * page first asks, or by `setOptions()` or `retry()`. None if left out.
   */
  hosts?: readonly GpuHost[];
  /** Where details of errors and the sidecar's log go; nowhere if left out. */
  logger?: Logger;
}

/** The bridge as the app's main process sees it. */
export interface GpuMetricsBridge {
  /** How this computer's sidecar is. */
  status(): SidecarStatus;
  /** Calls back with each change of `status()`. Returns what ends that. */
  onStatus(listener: (status: SidecarStatus) => void): () => void;
  /** Starts at once what has failed or waits for its next start, here and on other computers. */
  retry(): void;
  /**
   * Changes options, for all sidecars and those that follow them.
   * @returns the options in force here, or on the first other computer where they are not.
   * @throws BridgeError when they are not valid, or no sidecar has taken them.
   */
  setOptions(changes: GpuOptionChanges): Promise<GpuOptions>;
  /** Takes the bridge off the app. Resolves when all sidecars have ended, after 1.5 s at the most. */
  stop(): Promise<void>;
}

/**
 * Gives the app's pages GPU metrics: starts the sidecar when the app is ready, answers the
 * `dashboard:…` channels from it, and ends it when the app quits.
 *
 * Call it once, in the main process.
 */
export function createGpuMetricsBridge(options: GpuMetricsBridgeOptions): GpuMetricsBridge {
  const { app, ipcMain, powerMonitor, pageUrl } = options;
  const logger = harmless(options.logger ?? silentLogger);
  const { sidecar = packagedSidecar(options.sidecarManifestSha256) } = options;
  checkHosts(options.hosts ?? []);
  // Anything else would run what a folder in PATH, or the current one, happens to hold.
  if (!path.isAbsolute(sidecar.command)) throw new Error('sidecar.command must be absolute.');
  const supervisor = new Supervisor(sidecar, logger);
  const hosts = (options.hosts ?? []).map((host) => new Host(host, logger));
  const supervisors = [supervisor, ...hosts.map((host) => host.supervisor)];
  const own = new SharedRequests(supervisor, logger);
  const requests = hosts.length > 0 ? new Fleet(own, hosts) : own;
  const stop = () => Promise.all(supervisors.map((each) => each.stop()));
  const removeHandlers = registerIpcHandlers(ipcMain, requests, pageUrl, logger);
  const ignorePower = followPower(powerMonitor, [supervisor, ...hosts]);
  const ignoreQuit = stopBeforeQuit(app, stop);
  void app.whenReady().then(() => supervisor.start());
  return {
    status: () => supervisor.status(),
    onStatus: (listener) => {
      supervisor.on('status', listener);
      return () => supervisor.off('status', listener);
    },
    retry: () => {
      for (const each of supervisors) each.retry();
    },
    setOptions: async (changes) => requests.setOptions(optionChanges(changes, HOST_OPTIONS)),
    stop: async () => {
      await stop();
      ignoreQuit();
      ignorePower();
      removeHandlers();
    },
  };
}

/** Returns what undoes it. */
function followPower(
  powerMonitor: HostPowerMonitor,
  sleepers: readonly Pick<Supervisor, 'suspend' | 'resume'>[],
): () => void {
  const suspend = () => {
    for (const each of sleepers) each.suspend();
  };
  const resume = () => {
    for (const each of sleepers) each.resume();
  };
  powerMonitor.on('suspend', suspend);
  powerMonitor.on('resume', resume);
  return () => {
    powerMonitor.off('suspend', suspend);
    powerMonitor.off('resume', resume);
  };
}

/**
 * Holds the app's end back, once, until all sidecars have ended, which is bounded. Returns what
 * undoes it.
 */
function stopBeforeQuit(app: HostApp, stop: () => Promise<unknown>): () => void {
  let stopped = false;
  // The windows are closed by then: unlike before-quit, nothing can call the quitting off.
  const onQuit: QuitListener = (event) => {
    if (stopped) return;
    event.preventDefault();
    void stop().finally(() => {
      stopped = true;
      // Electron ignores a quit from within the one it is calling off, as when nothing has to end.
      setImmediate(() => app.quit());
    });
  };
  app.on('will-quit', onQuit);
  return () => app.off('will-quit', onQuit);
}
