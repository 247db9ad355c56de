import { afterEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { redisServers } from '../support/redis.ts';
import { requireProgram } from '../support/require-program.ts';
import { readSamples } from '../support/samples.ts';
import { simulatedConfig } from '../support/simulated-config.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const startRedis = redisServers();
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).toReversed()) await stop();
});

const sdkAppId = 1_400_000_001;
const roomId = 'live-0';
const labels = `{sdk_app_id="${sdkAppId}",room_id="${roomId}"`;

async function start(config: Config) {
  let log = '';
  const logger = createLogger({
    level: 'info',
    format: 'logfmt',
    destination: { write: (line) => (log += line) },
  });
  const exporter = await startExporter({ config, version: '0.0.0', logger });
  cleanUp.push(() => exporter.stop());
  const [, receiver] = /msg="listening for webhooks".* address=(\S+)/.exec(log) ?? [];
  const scrape = async () => readSamples(await (await fetch(`http://${exporter.address}/metrics`)).text());
  return {
    stop: () => exporter.stop(),
    scrape,
    /** Resolves with the samples as soon as they satisfy the condition. */
    until: async (condition: (samples: ReadonlyMap<string, number>) => boolean) => {
      const deadlineMs = performance.now() + 25_000;
      while (performance.now() < deadlineMs) {
        const samples = await scrape();
        if (condition(samples)) return samples;
      }
      throw new Error('no scrape within 25 s satisfied the condition');
    },
    /** Reports that these members have lost their connections, as Tencent does. */
    disconnect: async (...accounts: readonly string[]) => {
      const command = 'Live.CallbackAfterMemberStateChanged';
      const response = await fetch(`http://${receiver}/webhooks?SdkAppid=${sdkAppId}&CallbackCommand=${command}`, {
        method: 'POST',
        body: JSON.stringify({
          CallbackCommand: command,
          RoomId: roomId,
          EventType: 'Offline',
          EventCause: 'HeartbeatInterrupt',
          MemberList: accounts.map((account) => ({ Member_Account: account })),
          EventTime: Date.now(),
        }),
      });
      expect(response.status).toBe(200);
    },
  };
}

async function simulate(sections: object): Promise<Config> {
  const simulator = await startSimulator({ rooms: 1, seed: 3 });
  cleanUp.push(() => simulator.stop());
  return simulatedConfig(simulator, { sections: { webhooks: { listen_address: '127.0.0.1:0' }, ...sections } });
}

const disconnected = `tencent_live_room_leaves_total${labels},cause="disconnect"}`;
const enters = `tencent_live_room_enters_total${labels}}`;
const isKnown = (samples: ReadonlyMap<string, number>) => samples.has(`tencent_live_room_max_members${labels}}`);

describe('The events of webhooks', () => {
  it('They are counted by room and cause, and the counters go on after a restart', async () => {
    const config = await simulate({ state: { path: makeDirectory({}) } });
    const before = await start(config);
    await before.until(isKnown);
    await before.disconnect('ann', 'bo');
    const samples = await before.until((found) => found.get(disconnected) === 2);
    expect(samples.get(enters)).toBe(0);
    expect(samples.get('tencent_live_exporter_webhook_event_delay_seconds_count')).toBe(1);
    await before.stop();
    const after = await start(config);
    expect((await after.scrape()).get(disconnected)).toBe(2);
  });
});

requireProgram({ program: 'redis-server', from: 'redis-server' }, 'The events of webhooks in a cluster', () => {
  it('They are counted once, wherever they arrive, and the next owner goes on after a handover', async () => {
    const port = await freePort();
    await startRedis([`port ${port}`, 'appendonly no']);
    const cluster = { redis_url: `redis://127.0.0.1:${port}`, lease: '5s' };
    const config = await simulate({ cluster });
    const owner = await start(config);
    await owner.until(isKnown);
    const other = await start(config);
    for (const name of ['a', 'b', 'c']) {
      await owner.disconnect(name);
      await other.disconnect(name, `${name}-2`);
    }
    await owner.until((found) => found.get(disconnected) === 9);
    await owner.stop();
    await other.disconnect('last');
    const samples = await other.until((found) => (found.get(disconnected) ?? 0) >= 10);
    expect(samples.get(disconnected)).toBe(10);
  });
});
