import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { configWarnings, longestIntervalForFallbackSeconds } from '../../src/doctor/config-warnings.ts';
import type { TaskName } from '../../src/tasks/tasks.ts';
import { writeTemporary } from '../support/simulated-config.ts';

/** `key: found; advice` of each warning about a config file. */
async function warningsOf(
  text: string,
  intervals: number | Partial<Record<TaskName, number>> = 10,
): Promise<readonly string[]> {
  const path = writeTemporary('exporter.yml', text);
  const { config } = await loadConfig({ path, explicit: true, env: {}, flags: {} });
  const intervalSeconds = (task: TaskName) => (typeof intervals === 'number' ? intervals : (intervals[task] ?? 0));
  return configWarnings(config, intervalSeconds).map(({ key, found, advice }) => `${key}: ${found}; ${advice}`);
}

const app = (rest: string) => `{ sdk_app_id: 1, secret_key: k, ${rest} }`;
const apps = (...rest: readonly string[]) =>
  `apps:\n${rest.map((one, index) => `  - ${app(one).replace('id: 1', `id: ${index + 1}`)}\n`).join('')}`;

const chatOnly = 'tasks: { room_info: { enabled: false }, member_list: { enabled: false } }\n';
const forChatOnly = 'for an app with Chat only, set rooms.discover to chat or none, and switch these tasks off';
const ifRaised =
  'keep it only if Tencent has raised the quota of the app; otherwise calls are refused, those of your own backend too';

describe('The warnings about a configuration', () => {
  it.each([
    'region: china',
    'region: singapore',
    'region: usa',
    'region: jakarta',
    'base_url: https://api.example.com',
  ])('With the defaults there is no warning: %s', async (where) => {
    expect(await warningsOf(apps(where))).toEqual([]);
  });

  it.each(['seoul', 'tokyo', 'frankfurt'])(
    'Live in %s is warned about, with each setting that needs it',
    async (region) => {
      expect(await warningsOf(apps('region: china', `region: ${region}`))).toEqual([
        `apps[1].region: ${region}: Tencent does not document Live for this region, and these settings need it: ` +
          `rooms.discover: live, tasks.room_info, tasks.member_list; ${forChatOnly}`,
      ]);
    },
  );

  it('Chat in a region without Live is not warned about, unless a task of Live is enabled', async () => {
    const seoul = apps('region: seoul, rooms: { discover: chat }', 'region: seoul, rooms: { discover: none }');
    expect(await warningsOf(seoul + chatOnly)).toEqual([]);
    expect(await warningsOf(`${seoul}${chatOnly.replace(' }\n', ', seat_list: { enabled: true } }\n')}`)).toEqual(
      [0, 1].map(
        (index) =>
          `apps[${index}].region: seoul: Tencent does not document Live for this region, and these settings need it: tasks.seat_list; ${forChatOnly}`,
      ),
    );
  });

  it('With room_list disabled, rooms.discover: live needs no Live', async () => {
    const tasks =
      'tasks: { room_list: { enabled: false }, room_info: { enabled: false }, member_list: { enabled: false } }';
    expect(await warningsOf(`${apps('region: seoul')}${tasks}\n`)).toEqual([]);
  });

  it('India is warned about, because Tencent no longer documents it', async () => {
    expect(await warningsOf(apps('region: india, rooms: { discover: chat }') + chatOnly)).toEqual([
      "apps[0].region: india: Tencent's pages name this region only until February 2024; look up the region of the app in the console",
    ]);
  });

  it('A rate above the documented one is warned about, and the documented rate itself is not', async () => {
    const tasks = `tasks:
  room_list: { requests_per_second: 10 }
  room_info: { requests_per_second: 200 }
  member_list: { requests_per_second: 200.5 }
  room_stats: { requests_per_second: 101 }
`;
    expect(await warningsOf(apps('') + tasks)).toEqual([
      `tasks.member_list.requests_per_second: 200.5: Tencent documents at most 200 calls of get_member_list per second; ${ifRaised}`,
    ]);
  });

  it('The rate of room_list is compared with the list of each app', async () => {
    const tasks = 'tasks: { room_list: { requests_per_second: 11 } }\n';
    const found = await warningsOf(apps('rooms: { discover: live }', 'rooms: { discover: chat }') + tasks);
    expect(found.map((line) => /at most .* per second/.exec(line)?.[0])).toEqual([
      'at most 10 calls of get_room_list per second',
      'at most 1 calls of get_appid_group_list per second',
    ]);
    expect(await warningsOf(apps('rooms: { discover: none }') + tasks)).toEqual([]);
  });

  it('A schedule of online_members so slow that drop alerts are late or impossible is warned about, and a disabled task too', async () => {
    expect(await warningsOf(apps(''), 600)).toEqual([]);
    expect(await warningsOf(apps(''), 900)).toEqual([
      'tasks.online_members.schedule: every 900 s: the alert rules may see a drop only in the second response after it, up to 1800 s later; choose a schedule of every 60 s or shorter',
    ]);
    expect(await warningsOf(apps(''), 7200)).toEqual([
      'tasks.online_members.schedule: every 7200 s: the alert rules need a response of each room every 3600 s, so no drop alert can ever fire; choose a schedule of every 60 s or shorter',
    ]);
    expect(await warningsOf(`${apps('')}tasks: { online_members: { enabled: false } }\n`, 0)).toEqual([
      'tasks.online_members.enabled: false: the audiences are not read, so no alert on audiences can ever fire; switch it on, unless you do not use the alert rules',
    ]);
  });
});

describe('The warnings about excluded families', () => {
  const withFamilies = (families: string, seconds: number) =>
    warningsOf(`${apps('')}exposition: { families: { ${families} } }\n`, seconds);

  it('Without the baselines, rooms are judged by Prometheus, which needs shorter intervals', async () => {
    expect(await withFamilies('exclude: [_room_audience_]', 120)).toEqual([]);
    expect(await withFamilies('exclude: [_room_audience_]', 180)).toEqual([
      'tasks.online_members.schedule: every 180 s: without tencent_live_room_audience_baseline, the alert rules need a value of each room from the last 90 s, so no drop alert can ever fire; choose a schedule of every 60 s or shorter',
    ]);
  });

  it.each([
    ['exclude: [loss_start]', 'tencent_live_room_audience_loss_start_timestamp_seconds'],
    ['include: [_audience_baseline]', 'tencent_live_room_audience_drop_ratio'],
    ['include: [view_count]', 'tencent_live_room_online_members'],
  ])('A family that the alert rules need is warned about: %s', async (families, missing) => {
    expect(await withFamilies(families, 10)).toEqual([
      `exposition.families: ${missing} is not exported, so no drop alert can ever fire; export it, unless you do not use the alert rules`,
    ]);
  });
});

describe('The warnings about webhooks', () => {
  const notVerified =
    'none: the webhooks of this app are not verified, so anyone who can reach the port may invent them; ' +
    'set the token that authenticates webhooks in the console of Tencent, and here';

  it('Without a secret or a token of an app, anyone may post, and the warning names which', async () => {
    const open = `${apps('', 'webhooks: { tokens: [t] }')}webhooks: { listen_address: ":0" }\n`;
    expect(await warningsOf(open)).toEqual([
      'webhooks.secret: none: anyone who can reach the port may post webhooks that are not signed, or replay signed ones; ' +
        'set it, and append it to the path that is called',
      `apps[0].webhooks.tokens: ${notVerified}`,
    ]);
  });

  it('With a secret and tokens of all apps there is no warning', async () => {
    const tokens = writeTemporary('tokens', 't\n');
    const closed = apps('webhooks: { tokens: [t] }', `webhooks: { tokens_file: ${tokens} }`);
    const webhooks = 'webhooks: { listen_address: ":0", secret: a-secret-of-16-x }\n';
    expect(await warningsOf(closed + webhooks)).toEqual([]);
  });

  it('Tokens without an address of the receiver are warned about', async () => {
    expect(await warningsOf(apps('webhooks: { tokens: [t] }'))).toEqual([
      'webhooks.listen_address: empty: the apps have tokens, but no webhook is received; give it an address such as :19125',
    ]);
  });
});

describe('The warnings about audiences that the room list gives too', () => {
  const tasks = 'tasks: { room_list: { use_counts: true }, online_members: { enabled: false } }\n';

  it('If the list of every app gives audiences often enough, there is no warning', async () => {
    expect(await warningsOf(apps('') + tasks, { room_list: 15 })).toEqual([]);
    const slow = tasks.replace('enabled: false', 'enabled: true');
    expect(await warningsOf(apps('') + slow, { room_list: 15, online_members: 300 })).toEqual([]);
  });

  it('If the list of an app gives none, or too rarely, there is a warning', async () => {
    const keys = async (...rooms: readonly string[]) =>
      (await warningsOf(apps(...rooms) + tasks, { room_list: 300 })).map((line) => line.split(':')[0]);
    expect(await keys('')).toEqual(['tasks.online_members.schedule']);
    expect(await keys('', 'rooms: { discover: chat }')).toEqual(['tasks.online_members.enabled']);
  });
});

/** Whether the samples that the rules need for a drop can all be fresh, if the audience is read every `intervalSeconds`. */
function canAlert(intervalSeconds: number): boolean {
  const minutes = Array.from({ length: 200 }, (_, minute) => minute);
  const phases = Array.from({ length: 60 }, (_, second) => second);
  return phases.some((phase) => {
    const isFresh = minutes.map((minute) => (phase + 60 * minute) % intervalSeconds < 90);
    /** Fresh samples of those from `from` to before `to` minutes ago. */
    const fresh = (now: number, from: number, to = 0) =>
      isFresh.slice(now - from + 1, now - to + 1).filter(Boolean).length;
    return minutes
      .slice(20)
      .some((now) => fresh(now, 3) === 3 && fresh(now, 6) >= 5 && fresh(now, 7, 4) >= 1 && fresh(now, 19, 3) >= 12);
  });
}

describe('The longest interval with which a drop alert can fire', () => {
  it('The interval follows from the conditions of the rules', () => {
    const intervals = Array.from({ length: 600 }, (_, second) => second + 1);
    expect(intervals.findLast(canAlert)).toBe(longestIntervalForFallbackSeconds);
  });

  it('The rules still have these conditions', () => {
    const rules = readFileSync(new URL('../../config/rules/audience-fallback.yml', import.meta.url), 'utf8');
    for (const condition of [
      'updated_timestamp_seconds < 90)',
      'count_over_time(room:tencent_live_fallback:fresh[2m30s]) == 3',
      'count_over_time(room:tencent_live_fallback:fresh[5m30s]) >= 5',
      'min_over_time(room:tencent_live_fallback:fresh[2m30s] offset 4m)',
      'count_over_time(room:tencent_live_fallback:fresh[15m30s] offset 3m) >= 12',
    ]) {
      expect(rules).toContain(condition);
    }
  });
});
