// Builds the fake NVML library once a run. Vitest calls this before the first test.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const SOURCES = fileURLToPath(new URL('../fakes/nvml', import.meta.url));
const FLAGS = ['-std=c11', '-O2', '-shared', '-fPIC', '-ldl', '-lpthread'];

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the built library. */
    fakeNvml: string;
  }
}

/** Provides the path of the library to the tests, and removes it after the last of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-nvml-'));
  const library = join(folder, 'libnvidia-ml.so.1');
  await promisify(execFile)('cc', ['fake_nvml.c', ...FLAGS, '-o', library], { cwd: SOURCES });
  project.provide('fakeNvml', library);
  return () => rm(folder, { recursive: true });
}
