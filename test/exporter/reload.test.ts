import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import { loadConfig } from '../../src/config/load.ts';
import { type Exporter, startExporter } from '../../src/exporter/exporter.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { taskNames } from '../../src/tasks/tasks.ts';
import { fastClock } from '../support/fast-clock.ts';
import { readSamples } from '../support/samples.ts';
import { configYaml, type SimulatedConfigOptions } from '../support/simulated-config.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((stop) => stop()));
});

const frozenAt = Date.UTC(2026, 4, 1, 20);
const sdkAppId = 1_400_000_001;
const yearly = '0 0 0 1 1 *';
const only = (...enabled: readonly string[]) => ({
  tasks: Object.fromEntries(taskNames.map((task) => [task, { schedule: yearly, enabled: enabled.includes(task) }])),
});

interface Running {
  readonly exporter: Exporter;
  readonly simulator: Simulator;
  readonly log: { text: string };
  /** The ids of the rooms in the list, sorted. */
  readonly listed: readonly string[];
  /** Writes another configuration and reloads. Resolves with the status and the text of the response. */
  readonly reload: (options: SimulatedConfigOptions | string) => Promise<readonly [number, string]>;
  /** Resolves with the samples of the first scrape for which `holds` is true. */
  readonly samples: (holds: (samples: ReadonlyMap<string, number>) => boolean) => Promise<ReadonlyMap<string, number>>;
}

async function start(options: SimulatedConfigOptions = {}, rooms = 12, clock = systemClock): Promise<Running> {
  const simulator = await startSimulator({ rooms, seed: 7, enforceQuotas: true, now: () => frozenAt });
  cleanUp.push(() => simulator.stop());
  const path = join(mkdtempSync(join(tmpdir(), 'reload-')), 'exporter.yml');
  const write = (written: SimulatedConfigOptions | string) =>
    writeFileSync(path, typeof written === 'string' ? written : configYaml(simulator, written));
  const load = async () => (await loadConfig({ path, explicit: true, env: {}, flags: {} })).config;
  write(options);
  const log = { text: '' };
  const destination = { write: (line: string) => (log.text += line) };
  const exporter = await startExporter({
    config: await load(),
    version: '0.0.0',
    logger: createLogger({ level: 'warn', format: 'logfmt', destination }),
    loadConfig: load,
    clock,
  });
  cleanUp.push(() => exporter.stop());
  const origin = `http://${exporter.address}`;
  return {
    exporter,
    simulator,
    log,
    listed: simulator
      .truth(sdkAppId)
      .flatMap((room) => (room.kind === 'live' && room.listed ? [room.roomId] : []))
      .toSorted(),
    reload: async (written) => {
      write(written);
      const response = await fetch(`${origin}/-/reload`, { method: 'POST' });
      return [response.status, (await response.text()).replaceAll(path, 'exporter.yml')];
    },
    samples: async (holds) => {
      for (;;) {
        const samples = readSamples(await (await fetch(`${origin}/metrics`)).text());
        if (holds(samples)) return samples;
      }
    },
  };
}

const reloaded = [200, 'reloaded\n'] as const;

function roomsIn(samples: ReadonlyMap<string, number>, family = 'online_members'): readonly string[] {
  const prefix = `tencent_live_room_${family}{sdk_app_id="${sdkAppId}",room_id="`;
  return [...samples.keys()]
    .filter((series) => series.startsWith(prefix))
    .map((series) => series.slice(prefix.length, -2).replaceAll('\\"', '"'))
    .toSorted();
}

const allOnline =
  ({ length: count }: { readonly length: number }) =>
  (samples: ReadonlyMap<string, number>) =>
    roomsIn(samples).length === count;
const own = (name: string) => `tencent_live_exporter_${name}`;

describe('A reload', () => {
  it('An invalid configuration is rejected with file, line and column, and changes nothing', async () => {
    const { reload, samples, exporter, listed } = await start({ sections: only('room_list', 'online_members') });
    const before = await samples(allOnline(listed));
    const configBefore = exporter.config();
    expect(await reload('apps:\n  - sdk_app_id: 1\n    secret_kay: x\n')).toEqual([
      500,
      'exporter.yml:2:5: apps[0]: found no credentials, expected exactly one of secret_key, secret_key_file, user_sig_file\n' +
        'exporter.yml:3:5: apps[0]: found the unknown key "secret_kay", did you mean "secret_key"?\n',
    ]);
    const after = await samples(() => true);
    expect(exporter.config()).toBe(configBefore);
    expect(roomsIn(after)).toEqual(roomsIn(before));
    expect(after.get(own('config_last_reload_successful'))).toBe(0);
    const successTime = own('config_last_reload_success_timestamp_seconds');
    expect(after.get(successTime)).toBe(before.get(successTime));
  });

  it('The next valid configuration after an invalid one is reported as successful', async () => {
    const { reload, samples } = await start({ sections: only('room_list') });
    await reload('nonsense');
    expect(await reload({ sections: only('room_list') })).toEqual(reloaded);
    expect((await samples(() => true)).get(own('config_last_reload_successful'))).toBe(1);
  });

  it('Filters apply at once and without a call, and the other rooms keep their values', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, simulator, listed } = await start({ sections });
    await samples(allOnline(listed));
    const calls = simulator.calls(sdkAppId, 'get_room_list') + simulator.calls(sdkAppId, 'get_online_member_num');
    expect(await reload({ sections, rooms: { exclude: ['^live-1'] } })).toEqual(reloaded);
    const after = await samples(() => true);
    expect(roomsIn(after)).toEqual(listed.filter((id) => !id.startsWith('live-1')));
    expect(after.get(`tencent_live_rooms_dropped{sdk_app_id="${sdkAppId}",reason="filter"}`)).toBe(3);
    expect(simulator.calls(sdkAppId, 'get_room_list') + simulator.calls(sdkAppId, 'get_online_member_num')).toBe(calls);
    // And back: the rooms have no values until they are called, which is at once.
    expect(await reload({ sections })).toEqual(reloaded);
    await samples(allOnline(listed));
  });

  it('The limit applies at once, and the largest rooms stay', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, simulator, listed } = await start({ sections });
    await samples(allOnline(listed));
    await reload({ sections, rooms: { limit: 3 } });
    const views = simulator
      .truth(sdkAppId)
      .flatMap((room) => (room.kind === 'live' && room.listed ? [room] : []))
      .toSorted((a, b) => b.viewCount - a.viewCount);
    expect(roomsIn(await samples(() => true))).toEqual(
      views
        .slice(0, 3)
        .map(({ roomId }) => roomId)
        .toSorted(),
    );
  });

  it('Static rooms can be added and removed', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, simulator, listed } = await start({ sections });
    simulator.world.addGroup('plain', 5);
    await samples(allOnline(listed));
    await reload({ sections, rooms: { static: ['plain'] } });
    expect(roomsIn(await samples(allOnline({ length: listed.length + 1 })))).toContain('plain');
    await reload({ sections });
    expect(roomsIn(await samples(() => true))).not.toContain('plain');
  });

  it('A task that is enabled starts at once, and one that is disabled ends', async () => {
    const { reload, samples, listed } = await start({ sections: only('room_list', 'online_members') });
    await samples(allOnline(listed));
    await reload({ sections: only('room_list', 'member_list') });
    const after = await samples((all) => roomsIn(all, 'member_count').length === listed.length);
    const tasks = [...after.keys()].filter((series) => series.startsWith(own('collection_interval_seconds')));
    expect(tasks.map((series) => /task="(\w+)"/.exec(series)?.[1])).toEqual(['room_list', 'member_list']);
  });

  it('Counters, signatures and running collections are kept', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, listed } = await start({ sections });
    const collected = (all: ReadonlyMap<string, number>) =>
      [...all].some(([series, count]) => /collections_total.*online_members/.test(series) && count === 1);
    const before = await samples((all) => allOnline(listed)(all) && collected(all));
    await reload({ sections, rooms: { limit: 50 } });
    const after = await samples(() => true);
    const kept = [...before].filter(([series]) => /api_requests_total|user_sig_expiry|collections_total/.test(series));
    expect(kept.length).toBeGreaterThan(4);
    expect(kept.map(([series]) => [series, after.get(series)])).toEqual(kept);
  });

  it('The quota holds, however often the configuration is reloaded', async () => {
    const sections = (share: number) => ({ ...only('room_list', 'online_members'), quota: { share } });
    const { reload, samples, simulator, listed } = await start({ sections: sections(1) }, 300);
    for (let reloads = 0; reloads < 12; reloads += 1) {
      await reload({
        sections: sections(reloads % 2 === 0 ? 0.4 : 1),
        rooms: { exclude: reloads % 3 === 0 ? ['1$'] : [] },
      });
    }
    await samples(allOnline(listed));
    expect(simulator.peakCallsPerSecond(sdkAppId, 'get_room_list')).toBeLessThanOrEqual(10);
    expect(simulator.peakCallsPerSecond(sdkAppId, 'get_online_member_num')).toBeLessThanOrEqual(200);
  }, 20_000);

  it('A corrected secret key applies at once, and not only after a minute', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, simulator, listed } = await start({ sections });
    await samples(allOnline(listed));
    const right = configYaml(simulator, { sections });
    await reload(right.replace(/secret_key: .*/, 'secret_key: wrong'));
    await samples(() => true);
    // A task that is enabled calls at once, and is refused.
    await reload(
      configYaml(simulator, { sections: only('room_list', 'online_members', 'member_list') }).replace(
        /secret_key: .*/,
        'secret_key: wrong',
      ),
    );
    await samples((all) => [...all].some(([series, value]) => series.includes('reason="credentials"') && value > 0));
    await reload({ sections: only('room_list', 'online_members', 'room_info') });
    expect(
      roomsIn(await samples((all) => roomsIn(all, 'max_members').length === listed.length), 'max_members').length,
    ).toBe(listed.length);
  });

  it('A refused key shows at once, and with a corrected one all tasks are collected again without a trigger', async () => {
    const sections = only('room_list', 'online_members');
    const { exporter, reload, samples, simulator, listed } = await start({ sections });
    const up = (all: ReadonlyMap<string, number>) => all.get(`tencent_live_up{sdk_app_id="${sdkAppId}"}`);
    const ready = async () => {
      const response = await fetch(`http://${exporter.address}/-/ready`);
      return [response.status, await response.text()];
    };
    await samples((all) => up(all) === 1);
    expect(await ready()).toEqual([200, 'ready\n']);
    const wrong = (...enabled: readonly string[]) =>
      configYaml(simulator, { sections: only(...enabled) }).replace(/secret_key: .*/, 'secret_key: wrong');
    await reload(wrong('room_list', 'online_members', 'room_info'));
    await samples((all) => up(all) === 0);
    expect(await ready()).toEqual([
      200,
      `ready\nthe API refuses app ${sdkAppId}: error 70009 (credentials) from get_room_info: ` +
        'the secret key does not belong to this app: copy it again from the console\n',
    ]);
    const before = simulator.calls(sdkAppId, 'get_room_list');
    await reload({ sections });
    const after = await samples((all) => up(all) === 1);
    expect([simulator.calls(sdkAppId, 'get_room_list') > before, allOnline(listed)(after)]).toEqual([true, true]);
    expect(await ready()).toEqual([200, 'ready\n']);
  });

  it('The rooms of an app that was removed are forgotten, and a new app is polled', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, simulator, listed } = await start({ sections });
    await samples(allOnline(listed));
    const [app] = simulator.apps;
    const other = configYaml(simulator, { sections }).replace(`sdk_app_id: ${sdkAppId}`, 'sdk_app_id: 1400000099');
    expect(await reload(other)).toEqual(reloaded);
    const after = await samples((all) => [...all.keys()].some((series) => series.includes('1400000099')));
    expect([app?.sdkAppId, roomsIn(after)]).toEqual([sdkAppId, []]);
  });

  it('Other room files apply, and rooms that are in the old and in the new files are kept', async () => {
    const sections = only('online_members');
    const directory = mkdtempSync(join(tmpdir(), 'rooms-'));
    writeFileSync(join(directory, 'old.yml'), '[live-0, live-1]');
    writeFileSync(join(directory, 'new.yml'), '[live-1, live-2]');
    const rooms = (name: string) => ({ discover: 'none', files: [join(directory, name)] });
    const { reload, samples } = await start({ sections, rooms: rooms('old.yml') });
    expect(roomsIn(await samples(allOnline({ length: 2 })))).toEqual(['live-0', 'live-1']);
    expect(await reload({ sections, rooms: rooms('new.yml') })).toEqual(reloaded);
    expect(roomsIn(await samples((all) => roomsIn(all).includes('live-2')))).toEqual(['live-1', 'live-2']);
  });

  it('Other marks are counted from the next read on', async () => {
    const withMarks = (marks: readonly number[]) => {
      const { tasks } = only('room_list');
      return { tasks: { ...tasks, group_members: { schedule: '* * * * * *', enabled: true, rooms: 1000, marks } } };
    };
    const { reload, samples } = await start({ sections: withMarks([]), rooms: { limit: 2 } }, 12, fastClock(20));
    await samples((all) => roomsIn(all, 'listed_members').length === 2);
    await reload({ sections: withMarks([1000]), rooms: { limit: 2 } });
    const after = await samples((all) => [...all.keys()].some((series) => series.includes('mark="1000"')));
    expect(after.get(own('config_last_reload_successful'))).toBe(1);
  });

  it('If rooms are discovered in another way, those that only the old way found are forgotten', async () => {
    const sections = only('room_list', 'online_members');
    const { reload, samples, listed } = await start({ sections });
    await samples(allOnline(listed));
    await reload({ sections, rooms: { discover: 'none', static: ['live-2'] } });
    expect(roomsIn(await samples(() => true))).toEqual(['live-2']);
    await reload({ sections });
    await samples(allOnline(listed));
  });

  it('Another web config file and another path of the metrics apply, and keys that need a restart are logged', async () => {
    const sections = only('room_list');
    const { reload, exporter, log } = await start({ sections });
    const web = join(mkdtempSync(join(tmpdir(), 'reload-')), 'web.yml');
    writeFileSync(web, `basic_auth_users: { anna: "${bcrypt.hashSync('secret', 4)}" }\n`);
    const moved = { listen_address: '127.0.0.1:1', telemetry_path: '/m', config_file: web };
    expect(await reload({ sections: { ...sections, web: moved } })).toEqual(reloaded);
    const headers = { Authorization: `Basic ${Buffer.from('anna:secret').toString('base64')}` };
    const get = async (path: string, init = {}) => (await fetch(`http://${exporter.address}${path}`, init)).status;
    expect([await get('/m'), await get('/m', { headers }), await get('/metrics', { headers })]).toEqual([
      401, 200, 404,
    ]);
    expect(log.text).toContain('key=web.listen_address');
  });

  it('The errors of the web config file are reported, and the old file stays in force', async () => {
    const sections = only('room_list');
    const { reload, exporter } = await start({ sections });
    const directory = mkdtempSync(join(tmpdir(), 'reload-'));
    writeFileSync(join(directory, 'web.yml'), 'basic_auth_users: { anna: secret }\n');
    const moved = { listen_address: '127.0.0.1:0', config_file: join(directory, 'web.yml') };
    const [status, text] = await reload({ sections: { ...sections, web: moved } });
    expect([status, text.replaceAll(`${directory}/`, '')]).toEqual([
      500,
      'web.yml:1:27: basic_auth_users.anna: found <secret>, expected a bcrypt hash, as "htpasswd -nBC 10 NAME" prints it after the name and the colon\n',
    ]);
    expect((await fetch(`http://${exporter.address}/metrics`)).status).toBe(200);
  });
});
