import type { AppConfig, Config } from '../config/config.ts';
import { countSeries } from '../metrics/rooms/blocks.ts';
import { exportedFamilies } from '../metrics/rooms/catalogue.ts';
import { secondsFor, whatWouldFit, type Workload } from '../polling/collections/schedule-fit.ts';
import type { AudienceTrend } from '../rooms/audience-history.ts';
import { knownRoomsShare } from '../polling/queue/poll-queue.ts';
import type { LatestValues } from '../rooms/latest-values.ts';
import { startedWatchTime } from '../rooms/watch-time.ts';
import { roomList, roomTaskOf, type TaskName, taskNames } from '../tasks/tasks.ts';
import type { CommandFindings } from './command-checks.ts';
import { longestIntervalForTimelyAlertsSeconds } from './config-warnings.ts';
import type { Check } from './report.ts';
import type { RoomCount } from './room-checks.ts';

/** Of a room that loses nobody. */
const calmTrend: AudienceTrend = { baseline: 20, dropRatio: 1, deviation: 0, loss: undefined };

/** Estimates how many series the app's rooms will have, from those of the one room that was read. */
export function checkSeries(options: {
  readonly config: Pick<Config, 'tasks' | 'exposition'>;
  readonly rooms: RoomCount;
  readonly findings: CommandFindings;
}): Check {
  const { config, rooms, findings } = options;
  const { exposition, tasks } = config;
  const name = 'series';
  const enabled = taskNames.filter((task) => tasks[task].enabled);
  const latest = Object.fromEntries(enabled.map((task) => [task, findings.latest[task]])) as LatestValues;
  const watched = latest.online_members !== undefined;
  const room = { id: 'a room', latest, ...(watched ? startedWatchTime : {}) };
  const perRoom = countSeries(room, exportedFamilies(exposition), watched ? calmTrend : undefined);
  if (perRoom === 0) return { status: 'skipped', name, found: 'not known: no room has responded' };
  const total = perRoom * rooms.count;
  const found = `${rooms.isLowerBound ? 'at least ' : 'about '}${total}: ${perRoom} for each of ${rooms.count} rooms`;
  if (total <= exposition.maxSeries) return { status: 'ok', name, found };
  const advice = `raise exposition.max_series (${exposition.maxSeries}), or exclude families or rooms`;
  return { status: 'fail', name, found: `${found}, more than the limit`, advice };
}

/** Checks whether each enabled task can read all rooms within its schedule. */
export function checkSchedules(options: {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota'>;
  readonly rooms: RoomCount;
  readonly intervalSeconds: (task: TaskName) => number;
}): readonly Check[] {
  const { app, config, rooms, intervalSeconds } = options;
  const enabled = taskNames.filter((task) => config.tasks[task].enabled && isPolled(task, app));
  return enabled.map((task): Check => {
    const { requestsPerSecond } = config.tasks[task];
    const needs = needsOf(task, { app, config, rooms });
    const rate = requestsPerSecond ?? config.quota.share * needs.documented;
    const hasOwnRate = requestsPerSecond !== undefined;
    const workload: Workload = { task, rate, hasOwnRate, intervalSeconds: intervalSeconds(task), ...needs };
    const neededSeconds = Math.ceil(secondsFor(workload));
    const name = `schedule ${task}`;
    const orMore = rooms.isLowerBound ? ' or more' : '';
    const found = `${workload.rooms} rooms${orMore} in ${neededSeconds} s, every ${workload.intervalSeconds} s`;
    if (neededSeconds <= workload.intervalSeconds) return { status: 'ok', name, found };
    const judged = task === 'online_members' ? judgedRooms(workload) : '';
    return { status: 'fail', name, found: found + judged, advice: `would fit: ${whatWouldFit(workload)}` };
  });
}

/** In how many rooms the alert rules report drops in time, if these are fewer than all. */
function judgedRooms({ rooms, callsPerRoom, rate }: Workload): string {
  const most = Math.floor((longestIntervalForTimelyAlertsSeconds * rate) / callsPerRoom);
  return most >= rooms
    ? ''
    : `; drop alerts are late in all but ${most} rooms at most, because the others are not read every ${longestIntervalForTimelyAlertsSeconds} s`;
}

/** Estimates how long it takes after a start until each room has its first values. */
export function checkFirstRound(options: {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota'>;
  readonly rooms: RoomCount;
}): Check {
  const { app, config, rooms } = options;
  const enabled = taskNames.filter((task) => config.tasks[task].enabled && isPolled(task, app));
  const seconds = enabled.map((task) => {
    const needs = needsOf(task, { app, config, rooms });
    const rate = config.tasks[task].requestsPerSecond ?? config.quota.share * needs.documented;
    // While rooms have no values, known rooms take some of the calls for each room.
    return secondsFor({ ...needs, rate }) / (task === 'room_list' ? 1 : 1 - knownRoomsShare);
  });
  const orMore = rooms.isLowerBound ? ' or more' : '';
  const found = `after a start, each of ${rooms.count} rooms has its first values within ${Math.ceil(Math.max(0, ...seconds))} s${orMore}`;
  return { status: 'ok', name: 'first round', found };
}

/** Without discovery, there is no list to read. */
function isPolled(task: TaskName, { rooms }: AppConfig): boolean {
  return task !== 'room_list' || rooms.discover !== 'none';
}

function needsOf(
  task: TaskName,
  {
    app,
    config,
    rooms,
  }: { readonly app: AppConfig; readonly config: Pick<Config, 'tasks'>; readonly rooms: RoomCount },
): Pick<Workload, 'documented' | 'rooms' | 'callsPerRoom'> {
  if (task === 'room_list') {
    const { command, roomsPerPage } = roomList.listers[app.rooms.discover];
    return { documented: command.callsPerSecond, rooms: rooms.count, callsPerRoom: 1 / roomsPerPage };
  }
  const definition = roomTaskOf(task);
  const settings = config.tasks[task];
  return {
    documented: definition.command.callsPerSecond,
    rooms: Math.min(rooms.count, definition.roomLimit?.(settings) ?? Infinity),
    callsPerRoom: definition.callsPerRoom(settings),
  };
}
