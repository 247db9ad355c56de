import type { AppConfig, Config } from '../config/config.ts';
import { listerFor } from '../polling/listing/room-lister.ts';
import type { LatestValues, TaskName } from '../rooms/room.ts';
import type { ListedRoom } from '../tencent/responses.ts';
import type { CommandName } from '../tencent/command-names.ts';
import { groupMembers } from '../tencent/commands/group-members.ts';
import { memberList } from '../tencent/commands/member-list.ts';
import { onlineMembers } from '../tencent/commands/online-members.ts';
import { roomInfo } from '../tencent/commands/room-info.ts';
import { roomStats } from '../tencent/commands/room-stats.ts';
import { CallFailure, codes } from '../tencent/failures.ts';
import { adviceFor, refusesApp } from './advice.ts';
import type { PacedClient } from './paced-client.ts';
import type { Check } from './report.ts';

/** What the commands told, for the checks that follow. */
export interface CommandFindings {
  readonly checks: readonly Check[];
  readonly listed: readonly ListedRoom[];
  /** Whether `listed` is the whole list. */
  readonly isWholeList: boolean;
  /** What is known of the one room that was asked for. */
  readonly latest: LatestValues;
  /** Whether the API refuses the app itself, so that nothing more was asked. */
  readonly isRefused: boolean;
}

/** Pages that are walked: at one call a second, ten seconds. */
const mostPages = 10;

/** Tries every command of an app, with the room that the list shows first. */
export async function checkCommands(
  client: PacedClient,
  { app, config }: { readonly app: AppConfig; readonly config: Pick<Config, 'tasks'> },
): Promise<CommandFindings> {
  const listing = await checkList(client, app);
  const [first] = listing.listed;
  const roomId = first?.roomId ?? app.rooms.static[0];
  const isRefused = listing.failure !== undefined && refusesApp(listing.failure);
  const latest: LatestValues = first === undefined ? {} : { room_list: { value: first, atMs: 0 } };
  const base = { listed: listing.listed, isWholeList: listing.isWhole, latest };
  if (isRefused)
    return { ...base, isRefused, checks: [listing.check, ...roomCommands.map(notTried('the app is refused'))] };
  if (roomId === undefined) {
    const why = notTried('no room to ask for: the list is empty and the config names none');
    return { ...base, isRefused, checks: [listing.check, ...roomCommands.map(why)] };
  }
  const results = await Promise.all(
    roomCommands.map(async ({ task, command, ask }) => {
      const result = await ask(client, roomId, latest);
      return { check: commandCheck({ command, result, isWanted: config.tasks[task].enabled }), result };
    }),
  );
  return {
    ...base,
    isRefused: results.some(({ result }) => result !== undefined && refusesApp(result)),
    checks: [listing.check, ...results.map(({ check }) => check)],
  };
}

interface RoomCommand {
  readonly task: TaskName;
  readonly command: CommandName;
  /** Asks for a room, and writes down what it learns. */
  readonly ask: (client: PacedClient, roomId: string, latest: LatestValues) => Promise<CallFailure | undefined>;
}

const roomCommands: readonly RoomCommand[] = [
  {
    task: 'room_info',
    command: 'get_room_info',
    ask: async (client, roomId, latest) =>
      failureOf(await client.call(roomInfo, { roomId }), (value) => (latest.room_info = { value, atMs: 0 })),
  },
  {
    task: 'online_members',
    command: 'get_online_member_num',
    ask: async (client, roomId, latest) =>
      failureOf(await client.call(onlineMembers, { roomId }), (value) => (latest.online_members = { value, atMs: 0 })),
  },
  {
    task: 'member_list',
    command: 'get_member_list',
    ask: async (client, roomId, latest) =>
      failureOf(
        await client.call(memberList, { roomId, next: '' }),
        ({ memberCount }) => (latest.member_list = { value: { memberCount }, atMs: 0 }),
      ),
  },
  {
    task: 'group_members',
    command: 'get_members',
    ask: async (client, roomId, latest) =>
      failureOf(await client.call(groupMembers, { roomId, timestamp: 0 }), ({ members }) => {
        const value = { listedMembers: members.length, markedMembers: new Map<number, number>(), joins: 0 };
        latest.group_members = { value, atMs: 0 };
      }),
  },
  {
    task: 'room_stats',
    command: 'get_room_stats',
    ask: async (client, roomId, latest) =>
      failureOf(await client.call(roomStats, { roomId }), (value) => (latest.room_stats = { value, atMs: 0 })),
  },
];

function failureOf<Answer>(result: Answer | CallFailure, note: (answer: Answer) => void): CallFailure | undefined {
  if (result instanceof CallFailure) return result;
  note(result);
  return undefined;
}

function commandCheck(options: {
  readonly command: CommandName;
  readonly result: CallFailure | undefined;
  readonly isWanted: boolean;
}): Check {
  const { command, result, isWanted } = options;
  if (result === undefined) return { status: 'ok', name: command, found: 'answers' };
  if (result.reason === 'gone' || result.code === codes.notALiveRoom) {
    return { status: 'ok', name: command, found: 'answers: the room that was asked for is none of its own' };
  }
  const found = describe(result);
  if (!isWanted) return { status: 'note', name: command, found: `${found}; its task is off` };
  return { status: 'missing', name: command, found, advice: adviceFor(result) };
}

const notTried =
  (why: string) =>
  ({ command }: RoomCommand): Check => ({ status: 'skipped', name: command, found: `not tried: ${why}` });

interface Listing {
  readonly check: Check;
  readonly listed: readonly ListedRoom[];
  readonly isWhole: boolean;
  readonly failure?: CallFailure;
}

async function checkList(client: PacedClient, app: AppConfig): Promise<Listing> {
  const { endpoint, command } = listerFor(app.rooms.discover);
  const listed = new Map<string, ListedRoom>();
  let next = '';
  for (let page = 0; page < mostPages; page += 1) {
    const result = await client.call(endpoint, { next });
    if (result instanceof CallFailure) {
      // Also with `discover: none` it tells whether the app is refused; but then nothing misses it.
      const check = commandCheck({ command, result, isWanted: app.rooms.discover !== 'none' });
      return { check, failure: result, listed: [...listed.values()], isWhole: false };
    }
    for (const room of result.rooms) listed.set(room.roomId, room);
    next = result.next;
    if (next === '' || app.rooms.discover === 'chat') break;
  }
  const isWhole = next === '';
  const found = `answers: ${listed.size} rooms${isWhole ? '' : ' on the first pages, and more'}`;
  return { check: { status: 'ok', name: command, found }, listed: [...listed.values()], isWhole };
}

/** Without `ErrorInfo`, which may name accounts. */
function describe({ code, reason, requestId, message, command }: CallFailure): string {
  const id = requestId === undefined ? '' : `, RequestId ${requestId}`;
  if (code !== undefined) return `refused: error ${code} (${reason})${id}`;
  return `failed: ${message.replace(`${command}: `, '')} (${reason})${id}`;
}
