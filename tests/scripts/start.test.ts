import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const start = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

/** Set-up would take longer by far; a loaded machine takes this long to start Node. */
const AT_ONCE_MS = 5_000;

it.runIf(process.platform === 'linux')(
  'npm start without a display ends at once, with one line',
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [start], {
      env: {},
      encoding: 'utf8',
      timeout: AT_ONCE_MS,
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^No display found .* xvfb-run -a npm start\n$/);
  },
);
