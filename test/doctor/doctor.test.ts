import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { examine } from '../../src/doctor/doctor.ts';
import { type DoctorReport, reportJson, reportText } from '../../src/doctor/report.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { simulatedConfig, type SimulatedConfigOptions, writeTemporary } from '../support/simulated-config.ts';

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((stop) => stop()));
});

async function simulate(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const now = () => Date.UTC(2026, 4, 1, 20);
  const simulator = await startSimulator({ rooms: 12, seed: 7, enforceQuotas: true, now, ...options });
  cleanUp.push(() => simulator.stop());
  return simulator;
}

/** Time runs twenty times as fast, for tests that do not count calls and need not wait for the rate limit. */
const fastClock: Clock = {
  ...systemClock,
  monotonic: () => 20 * performance.now(),
  after: (delayMs, callback) => systemClock.after(delayMs / 20, callback),
};

async function report(
  simulator: Simulator,
  options: SimulatedConfigOptions = {},
  clock = fastClock,
): Promise<DoctorReport> {
  return examine({ config: await simulatedConfig(simulator, options), clock });
}

/** `status name: found` of each check, and its advice. */
function lines({ apps }: DoctorReport): readonly string[] {
  return apps.flatMap(({ checks }) =>
    checks.map(({ status, name, found, advice }) =>
      [`${status} ${name}: ${found}`, ...(advice === undefined ? [] : [advice])].join(' → '),
    ),
  );
}

const every15s = { schedule: '*/15 * * * * *' };

describe('The doctor command', () => {
  it('All checks pass for an app without problems, and at most a tenth of the quota is used', async () => {
    const simulator = await simulate();
    const found = await report(
      simulator,
      {
        rooms: { static: ['live-9', 'live-0'] },
        sections: {
          tasks: { room_list: every15s, group_members: { enabled: true, marks: [1000] } },
          quota: { share: 0.5 },
        },
      },
      systemClock,
    );
    expect(lines(found)).toEqual([
      'ok get_room_list: responds: 11 rooms',
      'ok get_room_info: responds',
      'ok get_online_member_num: responds',
      'ok get_member_list: responds',
      'ok get_members: responds',
      'ok get_room_stats: responds',
      'ok get_seat_list: responds',
      'ok configured rooms: 2 of 2 exist',
      'info configured rooms: 1 of them are in the room list too, such as "live-0": each counts as one room, and the limit does not drop it',
      "ok clock: agrees with the server's",
      'ok series: about 252: 21 for each of 12 rooms',
      'ok schedule room_list: 12 rooms in 1 s, every 15 s',
      'ok schedule room_info: 12 rooms in 1 s, every 60 s',
      'ok schedule online_members: 12 rooms in 1 s, every 10 s',
      'ok schedule member_list: 12 rooms in 1 s, every 60 s',
      'ok schedule group_members: 12 rooms in 1 s, every 60 s',
      'ok first round: after a start, each of 12 rooms has its first values within 1 s',
    ]);
    expect(found.ok).toBe(true);
    const commands = ['get_room_list', 'get_room_info', 'get_online_member_num', 'get_member_list', 'get_members'];
    const peaks = commands.map((command) => simulator.peakCallsPerSecond(1_400_000_001, command));
    expect(peaks.map((peak, index) => peak <= (index === 0 ? 1 : 20))).toEqual(commands.map(() => true));
  });

  it('Members are read to the end of their list, however many pages it has, for the estimate of the series', async () => {
    const app = { sdkAppId: 1_400_000_001, identifier: 'administrator', secretKey: 'k'.repeat(64) };
    const seriesWith = async (groupMembersPageSize: number) => {
      const simulator = await simulate({ rooms: 1, apps: [{ ...app, groupMembersPageSize }] });
      const sections = { tasks: { room_list: every15s, group_members: { enabled: true } } };
      const found = await report(simulator, { sections });
      const series = lines(found).filter((line) => line.includes('series'));
      return { series, calls: simulator.calls(app.sdkAppId, 'get_members') };
    };
    const [few, many] = [await seriesWith(500), await seriesWith(100)];
    expect([few.calls, many.calls]).toEqual([2, 10]);
    expect(many.series).toEqual(few.series);
  });

  it.each([
    [70_009, 'the secret key does not belong to this app: copy it again from the console'],
    [70_020, 'the app is not in this region, or does not exist: try another apps[].region, check apps[].sdk_app_id'],
    [60_021, "add this machine's public address to the allow-list of REST API callers in the console"],
    [60_010, 'make the identifier an App administrator in the console, or name one of them in apps[].identifier'],
  ])(
    'The report says what to do about error %i, and no second call is sent that would be refused',
    async (code, advice) => {
      const simulator = await simulate();
      simulator.inject({ kind: 'error', code });
      const found = await report(simulator, { rooms: { static: ['live-0'] } });
      expect([
        found.ok,
        lines(found).slice(0, 2),
        lines(found).find((line) => line.includes('configured rooms')),
      ]).toEqual([
        false,
        [
          `fail get_room_list: refused: error ${code} (credentials), RequestId ${/RequestId (\S+)/.exec(lines(found)[0] ?? '')?.[1] ?? ''} → ${advice}`,
          'skipped get_room_info: not tried: the app is refused',
        ],
        'skipped configured rooms: not tried: the app is refused',
      ]);
      expect(simulator.calls(1_400_000_001, 'get_room_info')).toBe(0);
    },
  );

  it('A command that the plan does not include fails its check only if its task is enabled', async () => {
    const simulator = await simulate();
    simulator.inject({ kind: 'error', command: 'get_room_stats', code: 100_007 });
    const off = await report(simulator, { sections: { tasks: { room_list: every15s } } });
    const on = await report(simulator, { sections: { tasks: { room_list: every15s, room_stats: { enabled: true } } } });
    const statsOf = (found: DoctorReport) =>
      lines(found)
        .filter((line) => line.includes('get_room_stats'))
        .map((line) => line.replace(/RequestId [^;→ ]+/, 'RequestId X'));
    expect([off.ok, statsOf(off)]).toEqual([
      true,
      ['info get_room_stats: refused: error 100007 (permission), RequestId X; its task is switched off'],
    ]);
    expect([on.ok, statsOf(on)]).toEqual([
      false,
      [
        "fail get_room_stats: refused: error 100007 (permission), RequestId X → the command is not in the app's plan: see the Live plan in the console",
      ],
    ]);
  });

  it('Static rooms that do not exist, a wrong clock and schedules that do not fit fail their checks', async () => {
    const simulator = await simulate();
    const clock = { ...fastClock, now: () => Date.now() + 95_000 };
    const sections = {
      quota: { share: 0.01 },
      tasks: { room_list: every15s, online_members: { schedule: '* * * * * *' } },
    };
    const found = await report(simulator, { rooms: { static: ['none'] }, sections }, clock);
    expect(lines(found).filter((line) => line.startsWith('fail'))).toEqual([
      'fail configured rooms: "none" does not exist (error 10010) → create the room, or remove it from apps[].rooms.static',
      "fail clock: 95 s ahead of the server's → set the clock of this machine, for example with NTP",
      'fail schedule online_members: 12 rooms in 6 s, every 1 s → would fit: a schedule every 6 s or rooms.limit 2 or quota.share 0.06',
    ]);
  });

  it('Rooms of files are tried, counted and reported as static ones are', async () => {
    const simulator = await simulate();
    const path = writeTemporary('rooms.yml', '- live-1\n- live-0\n- none\n');
    const rooms = { discover: 'none', static: ['live-0'], files: [path] };
    const found = await report(simulator, { rooms, sections: { tasks: {} } });
    expect(lines(found)).toEqual([
      'ok get_room_list: responds: the API accepts the app (with discover: none, the rooms of the list are not exported)',
      'ok get_room_info: responds',
      'ok get_online_member_num: responds',
      'ok get_member_list: responds',
      'ok get_members: responds',
      'ok get_room_stats: responds',
      'ok get_seat_list: responds',
      `ok room files: ${path}: 3 rooms`,
      `fail configured rooms: "none" does not exist (error 10010) → create the room, or remove it from ${path}`,
      'ok configured rooms: 2 of 3 exist',
      "ok clock: agrees with the server's",
      'ok series: about 54: 18 for each of 3 rooms',
      'ok schedule room_info: 3 rooms in 1 s, every 60 s',
      'ok schedule online_members: 3 rooms in 1 s, every 10 s',
      'ok schedule member_list: 3 rooms in 1 s, every 60 s',
      'ok first round: after a start, each of 3 rooms has its first values within 1 s',
    ]);
    expect(simulator.calls(1_400_000_001, 'get_room_list')).toBe(1);
  });

  it('A room file that cannot be read fails its check with file, line and column', async () => {
    const simulator = await simulate();
    const bad = writeTemporary('rooms.yml', '- live-1\n- [x]\n');
    const empty = join(dirname(bad), '*.json');
    const found = await report(simulator, { rooms: { files: [bad, empty, '/no/such.yml'] } });
    const advice = 'correct the file; the exporter reads it again within seconds';
    expect([found.ok, lines(found).filter((line) => line.includes('room files'))]).toEqual([
      false,
      [
        `fail room files: /no/such.yml: expected a readable file with room ids: no such file → ${advice}`,
        `info room files: ${empty} matches no file`,
        `fail room files: ${bad}:2:3: entry 2: found a list, expected a room id of 1 to 48 printable ASCII characters → ${advice}`,
      ],
    ]);
  });

  it('At most 100 configured rooms are tried, whether they are static or in files', async () => {
    const simulator = await simulate({ rooms: 110 });
    const ids = Array.from({ length: 110 }, (_, index) => `live-${index}`);
    const path = writeTemporary('rooms.json', JSON.stringify(ids.slice(60)));
    const found = await report(simulator, { rooms: { discover: 'none', static: ids.slice(0, 60), files: [path] } });
    expect(lines(found).find((line) => line.startsWith('ok configured rooms'))).toMatch(
      /: \d+ of 100 exist; the other 10 were not tried$/,
    );
    // The first room was also tried with each command.
    expect(simulator.calls(1_400_000_001, 'get_online_member_num')).toBe(101);
  });

  it('With discover: none and no configured room, no room of the list is tried', async () => {
    const simulator = await simulate();
    const found = await report(simulator, { rooms: { discover: 'none' } });
    expect(lines(found)[1]).toBe('skipped get_room_info: not tried: no room to read: no room is configured');
    expect(simulator.calls(1_400_000_001, 'get_room_info')).toBe(0);
  });

  it('The list of groups is tried if rooms are discovered by it', async () => {
    const simulator = await simulate();
    const found = await report(simulator, {
      rooms: { discover: 'chat' },
      sections: { tasks: { room_list: every15s } },
    });
    expect([found.ok, lines(found)[0], simulator.calls(1_400_000_001, 'get_appid_group_list')]).toEqual([
      true,
      'ok get_appid_group_list: responds: 12 rooms',
      1,
    ]);
  });

  it('A command that a region without Live does not know is explained by the region, and elsewhere is a bug', async () => {
    const simulator = await simulate();
    simulator.inject({ kind: 'error', command: 'get_room_info', code: 60_009 });
    const config = await simulatedConfig(simulator, { sections: { tasks: { room_list: every15s } } });
    const adviceIn = async (region: 'seoul' | 'china') => {
      const apps = config.apps.map((app) => ({ ...app, region }));
      const found = await examine({ config: { ...config, apps }, clock: fastClock });
      return found.apps[0]?.checks.find(({ name }) => name === 'get_room_info')?.advice;
    };
    expect([await adviceIn('seoul'), await adviceIn('china')]).toEqual([
      'the command is not served in this region: Tencent does not document Live for seoul',
      'report this as a bug, with the RequestId',
    ]);
  });

  it('Warnings about the configuration are shown for the apps that they concern, and fail nothing', async () => {
    const app = { identifier: 'administrator', secretKey: 'k'.repeat(64) };
    const simulator = await simulate({ apps: [1, 2].map((sdkAppId) => ({ ...app, sdkAppId })) });
    const config = await simulatedConfig(simulator, {
      sections: { tasks: { room_list: every15s, online_members: { schedule: '0 */15 * * * *' } } },
    });
    const apps = config.apps.map((each, index) => (index === 1 ? { ...each, region: 'tokyo' as const } : each));
    const found = await examine({ config: { ...config, apps }, clock: fastClock });
    const shown = found.apps.map(({ checks }) =>
      checks.filter(({ name }) => name.includes('.')).map(({ status, name }) => `${status} ${name}`),
    );
    expect([found.ok, shown]).toEqual([
      true,
      [['info tasks.online_members.schedule'], ['info apps[1].region', 'info tasks.online_members.schedule']],
    ]);
  });

  it('If only the backup domain can be reached, all commands are tried there and the report says so', async () => {
    const simulator = await simulate();
    const config = await simulatedConfig(simulator, { sections: { tasks: { room_list: every15s } } });
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    const apps = config.apps.map((app) => ({ ...app, baseUrl, backupUrl: simulator.origin }));
    const found = await examine({ config: { ...config, apps }, clock: fastClock });
    expect([found.ok, lines(found)[0]]).toEqual([
      true,
      `info domain: the main domain of the API cannot be reached (get_room_list: connection failed: connect ECONNREFUSED ${baseUrl.replace('http://', '')}): calls went to ${simulator.origin} → check name resolution and firewall for the main domain`,
    ]);
  });

  it('An API that cannot be reached fails with the error of the network', async () => {
    const simulator = await simulate();
    const config = await simulatedConfig(simulator);
    await simulator.stop();
    const found = await examine({ config, clock: fastClock });
    const port = new URL(simulator.origin).port;
    expect(lines(found).slice(0, 1)).toEqual([
      `fail get_room_list: failed: connection failed: connect ECONNREFUSED 127.0.0.1:${port} (network) → check name resolution, firewall and proxy: HTTPS_PROXY, NO_PROXY and http.proxy_url`,
    ]);
    expect(lines(found)).toContain('skipped clock: not compared: no response had a Date header');
  });
});

describe('The report', () => {
  const found: DoctorReport = {
    ok: false,
    apps: [
      {
        sdkAppId: 1,
        name: 'main\u001b[2J',
        region: 'singapore',
        checks: [
          { status: 'ok', name: 'get_room_list', found: 'responds: 3 rooms' },
          { status: 'fail', name: 'clock', found: '95 s ahead', advice: 'set it' },
        ],
      },
    ],
  };

  it('The report for people is a table with advice below the row that needs it, and cannot control a terminal', () => {
    expect(reportText(found)).toBe(`App 1 (main\u{fffd}[2J), region singapore
  ok       get_room_list  responds: 3 rooms
  fail     clock          95 s ahead
                          → set it

1 check failed.
`);
  });

  it('The report for programs is JSON', () => {
    expect(JSON.parse(reportJson(found))).toEqual(found);
  });
});
