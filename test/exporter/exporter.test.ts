import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { collectOnce, type Exporter, startExporter } from '../../src/exporter/exporter.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { taskNames } from '../../src/tasks/tasks.ts';
import { expectedSamples } from '../support/expected-samples.ts';
import { readSamples } from '../support/samples.ts';
import { simulatedConfig, type SimulatedConfigOptions } from '../support/simulated-config.ts';

const logger = createLogger({ level: 'error', format: 'logfmt' });
const frozenAt = Date.UTC(2026, 4, 1, 20);
const mark = 1000;

let cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.map((stop) => stop()));
  cleanUp = [];
});

async function frozenWorld(rooms: number): Promise<Simulator> {
  const simulator = await startSimulator({ rooms, seed: 7, enforceQuotas: true, now: () => frozenAt });
  cleanUp.push(() => simulator.stop());
  return simulator;
}

async function start(simulator: Simulator, options?: SimulatedConfigOptions): Promise<Exporter> {
  const config = await simulatedConfig(simulator, options);
  const exporter = await startExporter({ config, version: '0.0.0', logger });
  cleanUp.push(() => exporter.stop());
  return exporter;
}

/** The first exposition after every task has ended a collection. */
async function collected(exporter: Exporter, tasks = taskNames.length): Promise<ReadonlyMap<string, number>> {
  for (;;) {
    const samples = readSamples(await get(exporter, '/metrics'));
    const ended = [...samples].filter(([series]) => series.startsWith('tencent_live_exporter_collections_total'));
    if (ended.length === tasks && ended.every(([, count]) => count > 0)) return samples;
    // Scrapes without a pause would leave no time for the collections.
    await pause(25);
  }
}

async function get(exporter: Exporter, path: string): Promise<string> {
  const response = await fetch(`http://${exporter.address}${path}`);
  return response.text();
}

const sdkAppId = 1_400_000_001;

/** Calls per second. Source: the page of each command. */
const quotas = {
  get_room_list: 10,
  get_room_info: 200,
  get_online_member_num: 200,
  get_member_list: 200,
  get_members: 200,
  get_room_stats: 100,
  get_seat_list: 200,
};

describe('The exporter', () => {
  it('Every value of every room is exported, no other value is, and the quota holds', async () => {
    const simulator = await frozenWorld(220);
    simulator.world.edit('live-0', { roomName: 'hostile "quotes" \\ and\nnewlines \u0000 🎮' });
    simulator.world.addGroup('plain group', 42);
    const hidden = simulator.truth(sdkAppId).filter((room) => room.kind === 'group' || !room.listed);
    const exporter = await start(simulator, { rooms: { static: hidden.map((room) => room.roomId) } });
    const samples = await collected(exporter);
    const clocked = 'tencent_live_room_online_members_updated_timestamp_seconds';
    const rooms = [...samples].filter(
      ([series]) => series.startsWith('tencent_live_room_') && !series.startsWith(clocked),
    );
    const byName = (a: readonly [string, number], b: readonly [string, number]) => (a[0] < b[0] ? -1 : 1);
    expect(rooms.toSorted(byName)).toEqual([...expectedSamples(simulator, sdkAppId, mark)].toSorted(byName));
    expect([...samples.keys()].filter((series) => series.startsWith(clocked)).length).toBe(221);

    const audience = simulator.truth(sdkAppId).reduce((sum, room) => sum + room.onlineMembers, 0);
    expect(samples.get(`tencent_live_online_members{sdk_app_id="${sdkAppId}"}`)).toBe(audience);
    expect(samples.get(`tencent_live_rooms{sdk_app_id="${sdkAppId}"}`)).toBe(221);
    expect(samples.get(`tencent_live_up{sdk_app_id="${sdkAppId}"}`)).toBe(1);
    for (const [command, quota] of Object.entries(quotas)) {
      expect([command, simulator.peakCallsPerSecond(sdkAppId, command) <= quota]).toEqual([command, true]);
    }
  });

  it('Several apps are polled, and a task is paused if the plan of an app does not include its command', async () => {
    const app = { identifier: 'administrator', secretKey: 'k'.repeat(64) };
    const simulator = await startSimulator({
      rooms: 60,
      seed: 7,
      enforceQuotas: true,
      now: () => frozenAt,
      apps: [
        { ...app, sdkAppId: 1, rooms: 4 },
        { ...app, sdkAppId: 2, unavailableCommands: { get_room_stats: 100007, get_members: 10007 } },
      ],
    });
    cleanUp.push(() => simulator.stop());
    const exporter = await start(simulator, { sections: { log: { level: 'error' } } });
    const samples = await collected(exporter, 2 * taskNames.length);
    const count = (series: string) => [...samples.keys()].filter((key) => key.startsWith(series)).length;
    const rooms = (id: number) => simulator.truth(id).filter((room) => room.kind === 'live' && room.listed).length;
    for (const id of [1, 2]) {
      expect(count(`tencent_live_room_online_members{sdk_app_id="${id}"`)).toBe(rooms(id));
    }
    expect(count('tencent_live_room_likes_total{sdk_app_id="1"')).toBe(rooms(1));
    expect(count('tencent_live_room_likes_total{sdk_app_id="2"')).toBe(0);
    const available = (id: number, task: string) =>
      samples.get(`tencent_live_exporter_task_available{sdk_app_id="${id}",task="${task}"}`);
    expect([available(1, 'room_stats'), available(2, 'room_stats'), available(2, 'group_members')]).toEqual([1, 0, 0]);
    expect(samples.get('tencent_live_up{sdk_app_id="2"}')).toBe(1);
    // Only the calls in flight at the third refusal are sent.
    expect(simulator.calls(2, 'get_room_stats')).toBeLessThan(rooms(2));
  });

  it('A task may call more often than Tencent documents, but not with --once', async () => {
    const simulator = await frozenWorld(1);
    const options = { sections: { tasks: { room_info: { requests_per_second: 300 } } } };
    const rate = (text: string) =>
      readSamples(text).get(
        `tencent_live_exporter_api_rate_limit_requests_per_second{sdk_app_id="${sdkAppId}",command="get_room_info"}`,
      );
    expect(rate(await get(await start(simulator, options), '/metrics'))).toBe(300);
    const config = await simulatedConfig(simulator, options);
    const signal = new AbortController().signal;
    const { text } = await collectOnce({ config, version: '0.0.0', logger, signal });
    expect(rate(text)).toBe(20);
  });

  it('The exporter is healthy at once, and ready when the first listing has ended', async () => {
    const simulator = await frozenWorld(40);
    const exporter = await start(simulator);
    expect(await get(exporter, '/-/healthy')).toBe('healthy\n');
    expect(await get(exporter, '/-/ready')).toBe(
      `not ready: app ${sdkAppId}: the first listing of the rooms has not ended yet\n`,
    );
    await collected(exporter);
    expect(await get(exporter, '/-/ready')).toBe('ready\n');
  });

  it('The configuration is served without the secret key', async () => {
    const simulator = await frozenWorld(1);
    const shown = await get(await start(simulator), '/config');
    expect(shown).toContain('secret_key: <secret>');
    expect(shown).not.toContain(simulator.apps[0]?.secretKey);
  });

  it('While the API refuses the key, no audience is exported, and no 0 either', async () => {
    const simulator = await frozenWorld(5);
    const config = await simulatedConfig(simulator, { rooms: { static: ['live-0'] } });
    const apps = config.apps.map((app) => ({
      ...app,
      credentials: { kind: 'secret_key', secretKey: 'wrong' } as const,
    }));
    const silent = createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } });
    const exporter = await startExporter({ config: { ...config, apps }, version: '0.0.0', logger: silent });
    cleanUp.push(() => exporter.stop());
    const samples = await collected(exporter);
    expect([...samples.keys()].filter((series) => /^tencent_live_(room_|online)/.test(series))).toEqual([]);
    expect(samples.get(`tencent_live_up{sdk_app_id="${sdkAppId}"}`)).toBe(0);
    const calls = [...samples].filter(([series]) => series.startsWith('tencent_live_exporter_api_requests_total'));
    expect(calls.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(12);
  });
});

describe('A single collection', () => {
  it('A single collection is complete and takes at most a tenth of the quota', async () => {
    const simulator = await frozenWorld(8);
    const config = await simulatedConfig(simulator);
    const { text, complete } = await collectOnce({
      config,
      version: '0.0.0',
      logger,
      signal: new AbortController().signal,
    });
    expect(complete).toBe(true);
    const online = simulator.truth(sdkAppId).find((room) => room.roomId === 'live-0')?.onlineMembers;
    expect(readSamples(text).get(`tencent_live_room_online_members{sdk_app_id="${sdkAppId}",room_id="live-0"}`)).toBe(
      online,
    );
    expect(simulator.peakCallsPerSecond(sdkAppId, 'get_room_list')).toBe(1);
    expect(simulator.peakCallsPerSecond(sdkAppId, 'get_online_member_num')).toBeLessThanOrEqual(20);
  });

  it('A single collection that has not ended after an hour is not complete', async () => {
    const simulator = await frozenWorld(1);
    const hourHasPassed: Clock = {
      ...systemClock,
      after: (delayMs, callback) => systemClock.after(delayMs === 3_600_000 ? 0 : delayMs + 1e6, callback),
    };
    const { complete } = await collectOnce({
      config: await simulatedConfig(simulator),
      version: '0.0.0',
      logger,
      signal: new AbortController().signal,
      clock: hourHasPassed,
    });
    expect(complete).toBe(false);
  });

  it('A single collection is not complete if the API cannot be reached', async () => {
    const simulator = await frozenWorld(1);
    const config = await simulatedConfig(simulator, { sections: { http: { retries: 0 } } });
    await simulator.stop();
    const silent = createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } });
    const { text, complete } = await collectOnce({
      config,
      version: '0.0.0',
      logger: silent,
      signal: new AbortController().signal,
    });
    expect(complete).toBe(false);
    expect(text).not.toContain('tencent_live_room_online_members{');
  });
});
