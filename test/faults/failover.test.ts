import { afterEach, describe, expect, it } from '@jest/globals';
import { roomTasks } from '../../src/tasks/tasks.ts';
import { freezeWorlds, pollWorld } from '../support/faults/polled-world.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

let releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.toReversed()) await release();
  releases = [];
});

/** An app whose main domain can be closed, and whose backup domain leads to the same API. */
async function pollTwoDomains() {
  const worlds = await freezeWorlds();
  releases.push(() => worlds.simulator.stop());
  const { origin } = worlds.simulator;
  const main = await startTcpProxy(Number(new URL(origin).port));
  releases.push(() => main.close());
  const switches: string[] = [];
  const log: string[] = [];
  const world = pollWorld({
    ...worlds,
    changeApp: (app) => ({ ...app, baseUrl: `http://127.0.0.1:${main.port}`, backupUrl: origin }),
    onDomainSwitch: (to) => switches.push(to),
    onLogLine: (line) =>
      log.push(
        line
          .replace(/^ts=\S+ /, '')
          .replace(` sdk_app_id=${worlds.config.apps[0]?.sdkAppId}`, '')
          .trimEnd(),
      ),
  });
  releases.push(() => world.stop());
  const mainUrl = `http://127.0.0.1:${main.port}`;
  const texts = () => log.splice(0).map((line) => line.replaceAll(origin, 'BACKUP').replaceAll(mainUrl, 'MAIN'));
  return { ...worlds, world, main, switches, texts };
}

describe('An app whose main domain cannot be reached', () => {
  it('No collection fails, no room loses a value, and each switch is logged and reported once', async () => {
    const { world, main, switches, texts } = await pollTwoDomains();
    expect(await world.poller.start()).toBe(true);
    const all = world.exported();
    await main.close();
    expect([await world.collectAll(), world.exported(), switches]).toEqual([true, all, ['backup']]);
    // Only calls on connections that were cut have failed, and were tried again.
    world.failures();
    expect(texts().filter((line) => !/msg="calls? (?:failed|succeed again)"/.test(line))).toEqual([
      expect.stringMatching(
        /^level=warn msg="the main domain of the API cannot be reached: calls go to the backup domain of the region until it can" base_url=BACKUP err\.name=CallFailure err\.message="get_\w+: connection failed: .*" err\.reason=network$/,
      ),
    ]);

    // While the main domain stays out of reach, the call that tries it each minute costs no value.
    await world.wait(61);
    expect([await world.collectAll(), world.failures(), switches.length]).toEqual([true, [], 1]);

    await main.open();
    await world.wait(61);
    expect([await world.collectAll(), world.failures(), world.exported()]).toEqual([true, [], all]);
    expect(switches).toEqual(['backup', 'main']);
    expect(texts()).toEqual([
      'level=info msg="the main domain of the API can be reached again: calls go to it" base_url=MAIN',
    ]);
  });

  it('The API counts each call once, although two domains are tried', async () => {
    const { world, main, simulator } = await pollTwoDomains();
    await main.close();
    const { apps } = simulator;
    const counts = () => roomTasks.map(({ command }) => simulator.calls(apps[0]?.sdkAppId ?? 0, command.name));
    expect(await world.poller.start()).toBe(true);
    const first = counts();
    expect(await world.collectAll()).toBe(true);
    expect(counts()).toEqual(first.map((calls) => 2 * calls));
  });
});
