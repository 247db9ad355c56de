import type { AppConfig, Config } from '../config/config.ts';
import { publishedFamilies } from '../metrics/rooms/catalogue.ts';
import { renderRooms } from '../metrics/rooms/room-text.ts';
import { listerFor } from '../polling/listing/room-lister.ts';
import { whatWouldFit } from '../polling/collections/schedule-fit.ts';
import { groupMembersTask } from '../polling/tasks/group-members.ts';
import { type LatestValues, type TaskName, taskNames } from '../rooms/room.ts';
import { type CommandName, commandSpecs } from '../tencent/command-names.ts';
import { onlineMembers } from '../tencent/commands/online-members.ts';
import { CallFailure } from '../tencent/failures.ts';
import { adviceFor } from './advice.ts';
import type { CommandFindings } from './command-checks.ts';
import type { ClockOffset, PacedClient } from './paced-client.ts';
import type { Check } from './report.ts';

/** UserSigs are refused only by much more, but ages and alerts are wrong by then. */
const toleratedOffsetSeconds = 30;

/** Whether this machine's clock agrees with the server's. */
export function checkClock(offsetMs: ClockOffset): Check {
  const name = 'clock';
  if (offsetMs === undefined) return { status: 'skipped', name, found: 'not compared: no answer told the time' };
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const found =
    seconds < 2 ? 'agrees with the server’s' : `${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} the server’s`;
  if (seconds <= toleratedOffsetSeconds) return { status: 'ok', name, found };
  return { status: 'missing', name, found, advice: 'set the clock of this machine, for example with NTP' };
}

/** Static rooms that are asked for: at a tenth of the quota, a few seconds. */
const mostStaticRooms = 100;

/** Whether each room that the config names exists, and whether it needs to be named. */
export async function checkStaticRooms(
  client: PacedClient,
  { app, findings }: { readonly app: AppConfig; readonly findings: CommandFindings },
): Promise<readonly Check[]> {
  const { static: ids } = app.rooms;
  const name = 'static rooms';
  if (ids.length === 0) return [];
  if (findings.isRefused) return [{ status: 'skipped', name, found: 'not tried: the app is refused' }];
  const asked = ids.slice(0, mostStaticRooms);
  const results = await Promise.all(asked.map((roomId) => client.call(onlineMembers, { roomId })));
  const missing = asked.flatMap((roomId, index): readonly Check[] => {
    const result = results[index];
    if (!(result instanceof CallFailure)) return [];
    if (result.reason !== 'gone')
      return [{ status: 'missing', name, found: `${shownId(roomId)}: ${result.reason}`, advice: adviceFor(result) }];
    const advice = 'create the room, or remove it from apps[].rooms.static';
    return [{ status: 'missing', name, found: `${shownId(roomId)} does not exist (error ${result.code})`, advice }];
  });
  const listed = new Set(findings.listed.map(({ roomId }) => roomId));
  const both = asked.filter((roomId) => listed.has(roomId));
  const [first] = both;
  const doubled: readonly Check[] =
    first === undefined
      ? []
      : [
          {
            status: 'note',
            name,
            found: `${both.length} of them are in the list, too, such as ${shownId(first)}: they count as one room each, and no limit drops them`,
          },
        ];
  const found = `${asked.length - missing.length} of ${asked.length} exist`;
  return [...(missing.length === asked.length ? [] : [{ status: 'ok' as const, name, found }]), ...missing, ...doubled];
}

const shownId = (roomId: string) => JSON.stringify(roomId);

/** How many series the app's rooms will have, from those of the one room that was asked for. */
export function checkSeries(
  config: Pick<Config, 'tasks' | 'exposition'>,
  rooms: RoomCount,
  findings: CommandFindings,
): Check {
  const { exposition, tasks } = config;
  const name = 'series';
  const latest: LatestValues = { ...findings.latest };
  for (const task of taskNames) if (!tasks[task].enabled) delete latest[task];
  const room = { id: 'a room', latest };
  const { series } = renderRooms({
    apps: [{ sdkAppId: 0, rooms: [room] }],
    families: publishedFamilies(exposition),
    format: 'text',
  });
  if (series === 0) return { status: 'skipped', name, found: 'not known: no room has answered' };
  const marks = latest.group_members === undefined ? 0 : tasks.group_members.marks.length;
  const each = series + marks;
  const total = each * rooms.count;
  const found = `${rooms.isLowerBound ? 'at least ' : 'about '}${total}: ${each} for each of ${rooms.count} rooms`;
  if (total <= exposition.maxSeries) return { status: 'ok', name, found };
  const advice = `raise exposition.max_series (${exposition.maxSeries}), or leave families or rooms out`;
  return { status: 'missing', name, found: `${found}, more than the limit`, advice };
}

export interface RoomCount {
  readonly count: number;
  /** Whether the list goes on after the pages that were read. */
  readonly isLowerBound: boolean;
}

/** How many rooms will be exported, as far as that is known. */
export function countRooms(
  { rooms: { static: ids, include, exclude, limit } }: AppConfig,
  findings: CommandFindings,
): RoomCount {
  const isWanted = (id: string) =>
    (include.length === 0 || include.some((pattern) => pattern.test(id))) &&
    !exclude.some((pattern) => pattern.test(id));
  const wanted = new Set([...ids, ...findings.listed.map(({ roomId }) => roomId).filter(isWanted)]);
  const count = Math.min(wanted.size, Math.max(limit, ids.length));
  return { count, isLowerBound: !findings.isWholeList && count < limit };
}

const commandOf: { readonly [task in Exclude<TaskName, 'room_list'>]: CommandName } = {
  room_info: 'get_room_info',
  online_members: 'get_online_member_num',
  member_list: 'get_member_list',
  group_members: 'get_members',
  room_stats: 'get_room_stats',
};

/** Whether each enabled task can ask for all rooms within its schedule. */
export function checkSchedules(options: {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota'>;
  readonly rooms: RoomCount;
  readonly intervalSeconds: (task: TaskName) => number;
}): readonly Check[] {
  const { app, config, rooms, intervalSeconds } = options;
  const { group_members } = config.tasks;
  const lister = listerFor(app.rooms.discover);
  return taskNames.flatMap((task): readonly Check[] => {
    const { enabled, requestsPerSecond } = config.tasks[task];
    if (!enabled || (task === 'room_list' && app.rooms.discover === 'none')) return [];
    const command = task === 'room_list' ? lister.command : commandOf[task];
    const documented = commandSpecs[command].callsPerSecond;
    const round = {
      task,
      documented,
      rate: requestsPerSecond ?? config.quota.share * documented,
      rooms: task === 'group_members' ? Math.min(rooms.count, group_members.rooms) : rooms.count,
      callsPerRoom:
        task === 'room_list'
          ? 1 / lister.roomsPerPage
          : task === 'group_members'
            ? groupMembersTask(group_members.marks).callsPerRoom
            : 1,
      intervalSeconds: intervalSeconds(task),
    };
    const takesSeconds = Math.ceil((round.rooms * round.callsPerRoom) / round.rate);
    const name = `schedule ${task}`;
    const found = `${round.rooms} rooms${rooms.isLowerBound ? ' or more' : ''} in ${takesSeconds} s, every ${round.intervalSeconds} s`;
    if (takesSeconds <= round.intervalSeconds) return [{ status: 'ok', name, found }];
    return [{ status: 'missing', name, found, advice: `would fit: ${whatWouldFit(round)}` }];
  });
}
