import { EventEmitter } from 'node:events';
import type { HostApp } from '../../bridge/src/bridge.ts';

/** Electron's app as far as the bridge uses it: it quits unless a listener prevents that. */
export class FakeApp extends EventEmitter implements HostApp {
  #isQuitting = false;

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  quit(): void {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    const event = new Event('will-quit', { cancelable: true });
    this.emit('will-quit', event);
    // Electron goes on after the listeners' promises, and ignores another quit until then.
    setImmediate(() => (this.#isQuitting = false));
    if (!event.defaultPrevented) this.emit('quit');
  }
}
