import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { familyOf, isRunning } from '../e2e/processes.ts';
import { PageByDevtools } from './devtools.ts';

/** Starts a packaged app with a profile of its own, on a computer without Python. */
export async function launch(program: string, env: Record<string, string>) {
  const profile = mkdtempSync(join(tmpdir(), 'packaged-profile-'));
  onTestFinished(() => rmSync(profile, { recursive: true, maxRetries: 5 }));
  const { DISPLAY, XAUTHORITY } = process.env;
  const main = spawn(
    program,
    [
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      '--remote-allow-origins=*',
    ],
    // Without a PATH there is no Python to be found.
    { env: { DISPLAY, XAUTHORITY, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  onTestFinished(() => {
    for (const pid of familyOf(Number(main.pid))) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  for await (const line of createInterface(main.stderr)) {
    const address = /^DevTools listening on (ws:.*)$/.exec(line)?.[1];
    if (!address) continue;
    main.stderr.resume();
    const page = await PageByDevtools.connect(address);
    onTestFinished(() => page.close());
    return { process: main, page };
  }
  throw new Error('The app ended before it listened.');
}
