import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { type Exporter, startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { openSealedLines, sealLines } from '../../src/platform/sealed-lines.ts';
import { AudienceHistory } from '../../src/rooms/audience-history.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { roomsSchema } from '../../src/web/api/rooms-json.ts';
import { fastClock } from '../support/fast-clock.ts';
import { readSamples } from '../support/samples.ts';
import { simulatedConfig } from '../support/simulated-config.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).toReversed()) await stop();
});

const sdkAppId = 1_400_000_001;

interface Started {
  readonly exporter: Exporter;
  readonly log: { text: string };
  readonly scrape: () => Promise<ReadonlyMap<string, number>>;
  readonly path: (path: string) => Promise<string>;
}

async function start(config: Config, clock?: ReturnType<typeof fastClock>): Promise<Started> {
  const log = { text: '' };
  const destination = { write: (line: string) => (log.text += line) };
  const logger = createLogger({ level: 'info', format: 'logfmt', destination });
  const exporter = await startExporter({ config, version: '0.0.0', logger, ...(clock === undefined ? {} : { clock }) });
  cleanUp.push(() => exporter.stop());
  const path = async (name: string) => (await fetch(`http://${exporter.address}${name}`)).text();
  return { exporter, log, path, scrape: async () => readSamples(await path('/metrics')) };
}

async function simulate(): Promise<Simulator> {
  const simulator = await startSimulator({ rooms: 30, seed: 7 });
  cleanUp.push(() => simulator.stop());
  return simulator;
}

const configWith = (simulator: Simulator, path: string) =>
  simulatedConfig(simulator, { sections: { state: { path } } });

/** The first scrape in which every task has succeeded. */
async function collected({ scrape }: Started): Promise<ReadonlyMap<string, number>> {
  for (;;) {
    const samples = await scrape();
    const successes = [...samples.keys()].filter((series) => series.includes('_last_collection_success_timestamp'));
    if (successes.length === 7) return samples;
  }
}

/** Samples of rooms and of whole apps, without those of the exporter. */
const roomSamples = (samples: ReadonlyMap<string, number>) =>
  new Map([...samples].filter(([series]) => /^tencent_live_(?!exporter_)/.test(series)));

describe('A restart with state.path', () => {
  it('The first scrape has every value of the process before, even if the API is down, and the exporter is ready', async () => {
    const simulator = await simulate();
    const directory = join(makeDirectory({}), 'state');
    const config = await configWith(simulator, directory);
    const before = await start(config);
    const samples = await collected(before);
    await before.exporter.stop();
    await simulator.stop();
    const copy = makeDirectory({});
    writeFileSync(join(copy, `${sdkAppId}.state`), readState(directory));
    const after = await start(config);
    const first = await after.scrape();
    // Polling went on until the stop, so values may be newer than those of the last scrape.
    expect([...roomSamples(first).keys()]).toEqual(expect.arrayContaining([...roomSamples(samples).keys()]));
    expect(first.get(`tencent_live_exporter_state_restored_rooms{sdk_app_id="${sdkAppId}"}`)).toBe(
      samples.get(`tencent_live_rooms{sdk_app_id="${sdkAppId}"}`),
    );
    const lastSuccess = `tencent_live_exporter_last_collection_success_timestamp_seconds{sdk_app_id="${sdkAppId}",task="room_info"}`;
    expect(first.get(lastSuccess)).toBeGreaterThanOrEqual(samples.get(lastSuccess) ?? Infinity);
    expect(await after.path('/-/ready')).toContain('ready');
    expect(after.log.text).toContain('msg="state restored"');
    const again = await start({ ...config, state: { path: copy } });
    expect(roomSamples(await again.scrape())).toEqual(roomSamples(first));
  });

  it('The status page still has the last hour of the rooms', async () => {
    const simulator = await simulate();
    const config = await configWith(simulator, makeDirectory({}));
    const before = await start(config, fastClock(20));
    const known = async ({ path }: Started) => {
      const { rooms } = roomsSchema.parse(JSON.parse(await path('/api/v1/rooms?limit=1000')));
      const samples = rooms.map(
        ({ room_id: id, audiences }) => [id, audiences.filter((value) => value !== null)] as const,
      );
      return new Map(samples.filter(([, audiences]) => audiences.length > 0));
    };
    while ((await known(before)).size < 25) await before.scrape();
    const audiences = await known(before);
    await before.exporter.stop();
    const after = await start(config);
    expect(await known(after)).toEqual(audiences);
  });

  it('After a process that was killed, no value is smaller than it was, and those that only grow are absent at first', async () => {
    const simulator = await simulate();
    const directory = makeDirectory({});
    const file = join(directory, `${sdkAppId}.state`);
    const config = await configWith(simulator, directory);
    const before = await start(config, fastClock(20));
    await collected(before);
    // An earlier file may not have what was collected last.
    rmSync(file, { force: true });
    while (!existsSync(file)) await before.scrape();
    const killed = makeDirectory({});
    writeFileSync(join(killed, `${sdkAppId}.state`), readState(directory));
    await before.exporter.stop();
    await simulator.stop();
    const after = await start({ ...config, state: { path: killed } });
    const names = new Set([...(await after.scrape()).keys()].map((series) => series.split('{')[0]));
    expect(names).toContain('tencent_live_room_online_members');
    expect([...names].filter((name) => /^tencent_live_room_(view_count|\w+_total)$/.test(name ?? ''))).toEqual([]);
  });

  it('What is known of the audiences goes on, losses in progress included', async () => {
    const simulator = await simulate();
    const directory = makeDirectory({});
    const config = await configWith(simulator, directory);
    const before = await start(config);
    await collected(before);
    await before.exporter.stop();
    await simulator.stop();
    const rooms = await saveLosses(directory);
    expect(rooms).toBeGreaterThan(20);
    const trends: unknown[] = [];
    for (const restart of ['first', 'second']) {
      const after = await start(config);
      const samples = [...(await after.scrape())].filter(([series]) => series.includes('_room_audience_'));
      expect([restart, samples.length]).toEqual([restart, 6 * rooms]);
      const values = (name: string) => [
        ...new Set(samples.flatMap(([series, value]) => (series.includes(`_${name}{`) ? [value] : []))),
      ];
      expect(['baseline', 'drop_ratio', 'loss_step_ratio'].flatMap(values)).toEqual([1000, 0.4, 0.4]);
      trends.push(samples);
      await after.exporter.stop();
    }
    expect(trends[1]).toEqual(trends[0]);
  });

  it('Rooms that end while no process runs are found to have ended, and new ones are discovered', async () => {
    const simulator = await simulate();
    const config = await configWith(simulator, makeDirectory({}));
    const before = await start(config);
    await collected(before);
    await before.exporter.stop();
    const [ended] = simulator
      .truth(sdkAppId)
      .flatMap((room) => (room.kind === 'live' && room.listed ? [room.roomId] : []));
    simulator.worldOf(sdkAppId).end(ended ?? '');
    simulator.worldOf(sdkAppId).addRoom('brand-new', { audience: 7 });
    const after = await start(config);
    for (;;) {
      const samples = await after.scrape();
      const labels = (room: string | undefined) => `{sdk_app_id="${sdkAppId}",room_id="${room}"}`;
      const isNewKnown = samples.get(`tencent_live_room_online_members${labels('brand-new')}`) === 7;
      const isEnded = samples.has(`tencent_live_room_ended_timestamp_seconds${labels(ended)}`);
      if (isNewKnown && isEnded) break;
    }
    expect(after.log.text).not.toContain('level=warn');
  });

  it('What changes is written every 15 s, so that a process that is killed loses no more', async () => {
    const simulator = await simulate();
    const directory = makeDirectory({});
    const running = await start(await configWith(simulator, directory), fastClock(20));
    await collected(running);
    const file = join(directory, `${sdkAppId}.state`);
    const series = `{sdk_app_id="${sdkAppId}"}`;
    const bytes = `tencent_live_exporter_state_bytes${series}`;
    // The metric follows the file, and the next write may come at any time: the two agree soon after a write.
    let samples = await running.scrape();
    while (!samples.has(bytes) || samples.get(bytes) !== statSync(file).size) samples = await running.scrape();
    expect(samples.has(`tencent_live_exporter_state_last_write_success_timestamp_seconds${series}`)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('A file that cannot be read is set aside and reported, and the app starts without it', async () => {
    const simulator = await simulate();
    const directory = makeDirectory({ [`${sdkAppId}.state`]: 'something else' });
    const running = await start(await configWith(simulator, directory));
    expect(
      (await collected(running)).get(`tencent_live_exporter_state_read_failures_total{sdk_app_id="${sdkAppId}"}`),
    ).toBe(1);
    expect(running.log.text).toContain('msg="state cannot be read: the app starts without it"');
    expect(readdirSync(directory)).toContain(`${sdkAppId}.state.unreadable`);
  });

  it('The file of another app, or of another version, is not used', async () => {
    const simulator = await simulate();
    const directory = makeDirectory({});
    const config = await configWith(simulator, directory);
    const before = await start(config);
    await collected(before);
    await before.exporter.stop();
    const other = { ...config, apps: config.apps.map((app) => ({ ...app, sdkAppId: sdkAppId + 1 })) };
    writeFileSync(join(directory, `${sdkAppId + 1}.state`), readState(directory));
    const after = await start(other);
    expect(after.log.text).toContain(
      `expected the first line of a state of tencent-live-exporter, version 1, of app ${sdkAppId + 1}`,
    );
  });

  it('A folder that cannot be written is reported once, and polling goes on', async () => {
    const simulator = await simulate();
    const directory = makeDirectory({ occupied: '' });
    const running = await start(await configWith(simulator, join(directory, 'occupied')), fastClock(20));
    const series = `tencent_live_exporter_state_write_failures_total{sdk_app_id="${sdkAppId}"}`;
    while (((await running.scrape()).get(series) ?? 0) < 2) await collected(running);
    expect(running.log.text.match(/state cannot be written/g)).toHaveLength(1);
  });

  it('Without state.path, no file is written and no metric of the state is exported', async () => {
    const simulator = await simulate();
    const running = await start(await simulatedConfig(simulator));
    const samples = await collected(running);
    await running.exporter.stop();
    expect([...samples.keys()].filter((series) => series.includes('_state_'))).toEqual([]);
  });
});

/** Changes the saved state: every room whose audience was read has lost 600 of 1000 members before that. Returns their number. */
async function saveLosses(directory: string): Promise<number> {
  let rooms = 0;
  async function* changed() {
    for await (const line of openSealedLines(readState(directory))) {
      const room = JSON.parse(line) as { latest?: { online_members?: { atMs: number } }; audience?: readonly number[] };
      const atMs = room.latest?.online_members?.atMs;
      if (atMs !== undefined) {
        rooms += 1;
        room.audience = audienceWithLoss(atMs);
      }
      yield JSON.stringify(room);
    }
  }
  writeFileSync(join(directory, `${sdkAppId}.state`), await sealLines(changed()));
  return rooms;
}

/** Half an hour with 1000 members, then two minutes with 400. */
function audienceWithLoss(endMs: number): readonly number[] {
  const audiences = new AudienceHistory();
  let slot: number | undefined;
  for (let age = 32 * 6 - 1; age >= 0; age -= 1) {
    slot = audiences.responded(slot, { members: age < 12 ? 400 : 1000, atMs: endMs - age * 10_000 });
  }
  return slot === undefined ? [] : audiences.save(slot);
}

function readState(directory: string): Buffer {
  return readFileSync(join(directory, `${sdkAppId}.state`));
}
