import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SshServer, sshObstacle } from '../support/ssh-server.ts';
import { FakeDriver } from './fake-driver.ts';
import { launchShim, SOON, type Shim } from './shim.ts';

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
const NO_SSH = sshObstacle !== undefined;

/** Another computer, with a driver of its own. */
async function serverWith(name: string, driver: FakeDriver): Promise<SshServer> {
  const server = await SshServer.start(name);
  const libraries = driver.env.LD_LIBRARY_PATH;
  server.install(
    'gpu-metrics-sidecar',
    `LD_LIBRARY_PATH=${libraries} exec "${PYTHON}" -I -m sidecar`,
  );
  return server;
}

/** What the page shows of each GPU. */
async function shown(shim: Shim): Promise<string[]> {
  const cards = await shim.page.locator('[data-testid=gpu-card]').all();
  const utilizations = await shim.field('utilization');
  const ids = await Promise.all(cards.map((card) => card.getAttribute('data-gpu')));
  return ids.map((id, index) => `${id}: ${utilizations[index]}`);
}

/** Has the page note, in every frame that it paints, all that it shows of the GPUs that are named. */
function watch(shim: Shim, ...gpuIds: string[]): Promise<unknown> {
  return shim.page.evaluate(`(() => {
    const seen = (window.seen = new Set());
    const text = (card, field) => card.querySelector('[data-field=' + field + ']')?.textContent;
    const look = () => {
      const cards = [...document.querySelectorAll('[data-testid=gpu-card]')];
      for (const gpuId of ${JSON.stringify(gpuIds)}) {
        const card = cards.find((each) => each.dataset.gpu === gpuId);
        seen.add(gpuId + ': ' + (card ? text(card, 'utilization') : 'gone'));
      }
      requestAnimationFrame(look);
    };
    look();
  })()`);
}

test.skipIf(NO_SSH)(
  'of three computers one is cut off and comes back, and nothing of the others flickers',
  async () => {
    const driver = new FakeDriver('devices 1', '0 utilization 41');
    const boxDriver = new FakeDriver('devices 1', '0 utilization 51');
    const box = await serverWith('box', boxDriver);
    const rack = await serverWith('rack', new FakeDriver('devices 1', '0 utilization 61'));
    const config = join(box.folder, 'both');
    writeFileSync(config, `Include ${box.configFile}\nInclude ${rack.configFile}\n`);
    const shim = await launchShim({
      args: ['--host', 'box', '--host', 'rack', '--ssh-config', config],
      env: driver.env,
    });
    await expect
      .poll(() => shown(shim), SOON)
      .toEqual(['GPU-0: 41 %', 'box · GPU-0: 51 %', 'rack · GPU-0: 61 %']);

    await watch(shim, 'GPU-0', 'rack · GPU-0');
    await box.kill();
    await expect
      .poll(
        () => shim.texts('[data-testid=computer]:has([data-host-state=unavailable]) > header'),
        SOON,
      )
      .toEqual([expect.stringMatching(/^box.*Unavailable.*This computer cannot be reached\./s)]);
    boxDriver.script('devices 1', '0 utilization 52');
    await box.start();
    await expect
      .poll(() => shown(shim), { timeout: 90_000 })
      .toEqual(['GPU-0: 41 %', 'box · GPU-0: 52 %', 'rack · GPU-0: 61 %']);
    expect(await shim.page.evaluate('[...window.seen]')).toEqual([
      'GPU-0: 41 %',
      'rack · GPU-0: 61 %',
    ]);
  },
);

test.skipIf(NO_SSH)('a host that is an option of ssh ends the app with one line', async () => {
  const driver = new FakeDriver('devices 1');
  await expect(
    launchShim({ args: ['--host=-oProxyCommand=true'], env: driver.env }),
  ).rejects.toThrow('Not a destination for ssh');
});
