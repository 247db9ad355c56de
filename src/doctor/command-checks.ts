import type { AppConfig, Config } from '../config/config.ts';
import type { LatestValues } from '../rooms/latest-values.ts';
import { roomList, type RoomTaskName, roomTaskOf, roomTasks } from '../tasks/tasks.ts';
import { adviceFor } from '../tencent/advice.ts';
import type { CommandName } from '../tencent/command.ts';
import type { ListedRoom } from '../tencent/commands/get-room-list.ts';
import { CallFailure, isAboutRoom, refusesApp } from '../tencent/failures.ts';
import { PageCursor } from '../tencent/page-cursor.ts';
import { type RateLimitedClient, resultOf } from './rate-limited-client.ts';
import type { Check } from './report.ts';

/** What the commands responded, for the checks that follow. */
export interface CommandFindings {
  readonly checks: readonly Check[];
  readonly listed: readonly ListedRoom[];
  /** Whether `listed` is the whole list. */
  readonly isWholeList: boolean;
  /** What is known of the one room that was read. */
  readonly latest: LatestValues;
  /** Whether the API refuses the app itself: then nothing more was sent. */
  readonly isAppRefused: boolean;
}

/** Pages of the list that are read, at most: at one call a second, ten seconds. */
const mostPages = 10;

/**
 * Tries every command of an app with one room: the first of the list or, if there is none, a configured one. Its members are
 * read to the end.
 */
export async function checkCommands(
  client: RateLimitedClient,
  options: {
    readonly app: AppConfig;
    readonly config: Pick<Config, 'tasks'>;
    readonly configuredIds: readonly string[];
  },
): Promise<CommandFindings> {
  const { app, config, configuredIds } = options;
  const { check, listed, isWhole, failure } = await checkList(client, app);
  // Without discovery, the rooms of the list are not exported.
  const first = app.rooms.discover === 'none' ? undefined : listed[0];
  const roomId = first?.roomId ?? configuredIds[0];
  const listedValue: LatestValues = first === undefined ? {} : { room_list: { value: first, atMs: 0 } };
  const findings = { listed, isWholeList: isWhole };
  const notTried = (reason: string, isAppRefused: boolean): CommandFindings => {
    const skipped = roomTasks.map(({ command: { name } }): Check => ({
      status: 'skipped',
      name,
      found: `not tried: ${reason}`,
    }));
    return { ...findings, latest: listedValue, isAppRefused, checks: [check, ...skipped] };
  };
  if (failure !== undefined && refusesApp(failure)) return notTried('the app is refused', true);
  if (roomId === undefined) {
    const listIsEmpty = app.rooms.discover === 'none' ? '' : 'the list is empty and ';
    return notTried(`no room to read: ${listIsEmpty}no room is configured`, false);
  }
  const results = await Promise.all(
    roomTasks.map(async ({ name, command }) => {
      const { enabled, ...settings } = config.tasks[name];
      const result = await readRoom(client, { task: name, roomId, settings });
      const tried = commandCheck(app, { command: command.name, result, isWanted: enabled });
      const missing =
        result instanceof CallFailure || result === undefined ? undefined : roomTaskOf(name).whatIsMissing?.(result);
      return {
        name,
        result,
        check: missing === undefined ? tried : { ...tried, status: 'info' as const, found: missing },
      };
    }),
  );
  const values = results.flatMap(({ name, result }) =>
    result === undefined || result instanceof CallFailure ? [] : [[name, { value: result, atMs: 0 }] as const],
  );
  return {
    ...findings,
    latest: { ...listedValue, ...(Object.fromEntries(values) as LatestValues) },
    isAppRefused: results.some(({ result }) => result instanceof CallFailure && refusesApp(result)),
    checks: [check, ...results.map((result) => result.check)],
  };
}

/** What a task reads of a room, or the failure that ends it. The task itself gives up a list that does not end. */
async function readRoom(
  client: RateLimitedClient,
  room: { readonly task: RoomTaskName; readonly roomId: string; readonly settings: object },
): Promise<object | undefined> {
  const { task, roomId, settings } = room;
  const next = roomTaskOf(task).read({
    roomId,
    settings,
    call: client.call,
    carried: () => undefined,
    onlineMembers: () => undefined,
    appMemory: {},
  });
  for (;;) {
    const result = await resultOf(next());
    if (result instanceof CallFailure) return result;
    if (result !== 'more') return result.value;
  }
}

function commandCheck(
  app: AppConfig,
  tried: { readonly command: CommandName; readonly result: unknown; readonly isWanted: boolean },
): Check {
  const { command: name, result, isWanted } = tried;
  if (!(result instanceof CallFailure)) return { status: 'ok', name, found: 'responds' };
  if (isAboutRoom(result)) {
    return { status: 'ok', name, found: 'responds (this command does not serve the room that was tried)' };
  }
  const found = describeFailure(result);
  if (!isWanted) return { status: 'info', name, found: `${found}; its task is switched off` };
  return { status: 'fail', name, found, advice: adviceFor(result, app) };
}

interface ListFindings {
  readonly check: Check;
  readonly listed: readonly ListedRoom[];
  readonly isWhole: boolean;
  readonly failure?: CallFailure;
}

async function checkList(client: RateLimitedClient, app: AppConfig): Promise<ListFindings> {
  const { discover } = app.rooms;
  const { command, roomsPerPage, maxPages } = roomList.listers[discover];
  const cursor = new PageCursor({ command: command.name, maxPages, rowsPerPage: roomsPerPage });
  const listed = new Map<string, ListedRoom>();
  /** Resolves with the cursor of the page after; undefined if there is none. */
  const readPage = async (from: string): Promise<string | undefined> => {
    const page = await client.call(command, { next: from });
    const before = listed.size;
    for (const room of page.rooms) listed.set(room.roomId, room);
    return cursor.after({ ...page, hasNewRows: listed.size > before });
  };
  let next: string | undefined = '';
  for (let page = 0; page < (discover === 'live' ? mostPages : 1) && next !== undefined; page += 1) {
    const result: string | undefined | CallFailure = await resultOf(readPage(next));
    if (result instanceof CallFailure) {
      // Even with `discover: none` the call shows whether the app is refused; but then nothing needs the list.
      const check = commandCheck(app, { command: command.name, result, isWanted: discover !== 'none' });
      return { check, failure: result, listed: [...listed.values()], isWhole: false };
    }
    next = result;
  }
  const isWhole = cursor.isWhole && next === undefined;
  const rooms = `${listed.size} rooms${isWhole ? '' : ' on the first pages, and there are more'}`;
  const found =
    discover === 'none'
      ? 'responds: the API accepts the app (with discover: none, the rooms of the list are not exported)'
      : `responds: ${rooms}`;
  return { check: { status: 'ok', name: command.name, found }, listed: [...listed.values()], isWhole };
}

/** What failed, without `ErrorInfo`, which may name accounts. */
export function describeFailure({ code, reason, requestId, message, command }: CallFailure): string {
  const id = requestId === undefined ? '' : `, RequestId ${requestId}`;
  if (code !== undefined) return `refused: error ${code} (${reason})${id}`;
  return `failed: ${message.replace(`${command}: `, '')} (${reason})${id}`;
}
