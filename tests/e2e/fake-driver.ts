import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/** The counters' format is described there, too. */
const CALL_RECORD_BYTES = 64;
const NAME_BYTES = 56;

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

  /** How often a function has been called, a call that hangs included; 0 before the first load. */
  calls(name: string): number {
    const records = this.#readCalls();
    for (let at = 0; at < records.length; at += CALL_RECORD_BYTES) {
      const record = records.subarray(at, at + CALL_RECORD_BYTES);
      if (record.toString('utf8', 0, NAME_BYTES).replace(/\0.*$/s, '') === name) {
        return Number(record.readBigUInt64LE(NAME_BYTES));
      }
    }
    return 0;
  }

  #readCalls(): Buffer {
    try {
      return readFileSync(join(this.#folder, 'calls'));
    } catch {
      return Buffer.alloc(0); // nobody has loaded the driver yet
    }
  }

  /** Replaces the script; the next call to the driver sees it. */
  script(...lines: string[]): void {
    const unfinished = join(this.#folder, 'script.new');
    writeFileSync(unfinished, `${lines.join('\n')}\n`);
    // In one step: a reader sees the old script or the new one, never half of one.
    renameSync(unfinished, join(this.#folder, 'script.txt'));
  }
}
