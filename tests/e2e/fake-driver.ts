import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/**
 * An NVIDIA driver whose GPUs say what a script tells them to, also while a program reads them.
 * The script's language is described in tests/fakes/nvml/README.md. It lives as long as the test.
 */
export class FakeDriver {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fake-driver-'));

  /** What makes a program find this driver. */
  readonly env = { LD_LIBRARY_PATH: this.#folder };

  constructor(...script: string[]) {
    onTestFinished(() => rmSync(this.#folder, { recursive: true }));
    symlinkSync(inject('fakeNvml'), join(this.#folder, 'libnvidia-ml.so.1'));
    this.script(...script);
  }

  /** Replaces the script; the next call to the driver sees it. */
  script(...lines: string[]): void {
    const unfinished = join(this.#folder, 'script.new');
    writeFileSync(unfinished, `${lines.join('\n')}\n`);
    // In one step: a reader sees the old script or the new one, never half of one.
    renameSync(unfinished, join(this.#folder, 'script.txt'));
  }
}
