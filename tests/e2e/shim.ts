import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { onTestFailed, onTestFinished, vi } from 'vitest';
import { electronWith, type Changes } from './app-copy.ts';
import { sidecarsOf } from './processes.ts';

/** Bounds the wait for a start on a busy machine, or for a poll. */
export const SOON = { timeout: 20_000 };

interface LaunchOptions extends Changes {
  /** The app's own arguments. */
  args?: string[];
  env?: Record<string, string>;
}

/** Starts the shim in a real Electron, with a profile of its own, until the test ends. */
export async function launchShim(options: LaunchOptions = {}): Promise<Shim> {
  const { args = [], env = {}, ...changes } = options;
  const isChanged = Object.keys(changes).length > 0;
  const electron = isChanged ? electronWith(changes, ourElectron()) : ourElectron();
  const profile = mkdtempSync(join(tmpdir(), 'shim-profile-'));
  // Electron's helpers may still write for a moment after the app has ended.
  onTestFinished(() => rmSync(profile, { recursive: true, maxRetries: 5 }));
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: [...electron.args, `--user-data-dir=${profile}`, ...args],
    env: { ...(process.env as Record<string, string>), ...env },
  });
  onTestFinished(() => app.close());
  const output = outputOf(app);
  onTestFailed(() => console.error(`The app wrote:\n${output.join('')}`));
  return new Shim(app, await app.firstWindow(), output);
}

/** How to start Electron with the app. */
export function ourElectron(): { executable: string; args: string[] } {
  const { ELECTRON_EXECUTABLE, ELECTRON_ARGS } = process.env;
  if (!ELECTRON_EXECUTABLE || !ELECTRON_ARGS) {
    throw new Error('There is no Electron to test in. Run these tests by: npm test');
  }
  return { executable: ELECTRON_EXECUTABLE, args: JSON.parse(ELECTRON_ARGS) as string[] };
}

/** The running shim and what its page shows. */
export class Shim {
  constructor(
    /** Playwright's hold on the main process. */
    readonly app: ElectronApplication,
    readonly page: Page,
    /** What the main process has written so far, stderr included. */
    readonly output: readonly string[],
  ) {}

  /** The texts of all elements that a selector finds. */
  texts(selector: string): Promise<string[]> {
    return this.page.locator(selector).allInnerTexts();
  }

  /** One field of every GPU, in the order shown. */
  field(name: string): Promise<string[]> {
    return this.texts(`[data-testid=gpu-card] [data-field=${name}]`);
  }

  /** Opens the detail of a GPU. */
  open(gpuId: string): Promise<void> {
    return this.page.click(`[data-opens="${gpuId}"]`);
  }

  /** Makes choices as if they were made before, and shows the page anew. */
  async choose(preferences: object): Promise<void> {
    await this.page.waitForLoadState();
    const kept = JSON.stringify(JSON.stringify(preferences));
    await this.page.evaluate(`localStorage.setItem('gpu-dashboard', ${kept})`);
    await this.page.reload();
  }

  /** The process id of the app's sidecar, once one runs. */
  sidecar(): Promise<number> {
    return vi.waitUntil(() => sidecarsOf(this.app.process().pid)[0], SOON);
  }

  /** Quits the app as its user does. */
  quit(): Promise<void> {
    return this.app.close();
  }
}

function outputOf(app: ElectronApplication): string[] {
  const output: string[] = [];
  for (const stream of [app.process().stdout, app.process().stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  return output;
}
