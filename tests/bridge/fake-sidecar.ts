import { fileURLToPath } from 'node:url';
import type { SidecarCommand } from '../../bridge/src/sidecar-process.ts';

type FakeName =
  | 'answering'
  | 'counting'
  | 'deaf'
  | 'dying'
  | 'endless'
  | 'flooding'
  | 'noisy'
  | 'polite'
  | 'survived';

/**
 * How to start one of the one-purpose processes in tests/fakes/sidecars.
 * @param args Its arguments; for `answering`: results by method; for `endless`
 * and `flooding`: a stream.
 */
export function fakeSidecar(name: FakeName, ...args: (string | object)[]): SidecarCommand {
  const program = new URL(`../fakes/sidecars/${name}.mjs`, import.meta.url);
  const texts = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)));
  // `answering` looks for its results in its first argument.
  return {
    command: process.execPath,
    args: [fileURLToPath(program), ...(texts.length ? texts : ['{}'])],
  };
}
