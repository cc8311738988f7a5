import { fileURLToPath } from 'node:url';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';

/**
 * How to start one of the one-purpose processes in tests/fakes/sidecars.
 * @param answers For `answering`: results by method.
 */
export function fakeSidecar(
  name: 'answering' | 'deaf' | 'noisy',
  answers: Record<string, unknown> = {},
): SidecarCommand {
  const program = new URL(`../fakes/sidecars/${name}.mjs`, import.meta.url);
  return { command: process.execPath, args: [fileURLToPath(program), JSON.stringify(answers)] };
}
