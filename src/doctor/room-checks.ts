import type { AppConfig } from '../config/config.ts';
import { readRoomFiles, type RoomFileState } from '../polling/listing/room-files.ts';
import { passesFilters } from '../rooms/selection.ts';
import { adviceFor } from '../tencent/advice.ts';
import { getOnlineMemberNum } from '../tencent/commands/get-online-member-num.ts';
import { CallFailure } from '../tencent/failures.ts';
import type { CommandFindings } from './command-checks.ts';
import { type RateLimitedClient, resultOf } from './rate-limited-client.ts';
import type { Check } from './report.ts';

/** Configured rooms that are tried, at most: at a tenth of the quota, a few seconds. */
const mostTriedRooms = 100;

/** The rooms that the configuration names, in `static` and in files. */
export interface ConfiguredRooms {
  /** Each once, those in `static` first. */
  readonly ids: readonly string[];
  readonly files: readonly RoomFileState[];
}

export async function readConfiguredRooms({ rooms }: AppConfig): Promise<ConfiguredRooms> {
  const files = await readRoomFiles(rooms.files);
  return { files, ids: [...new Set([...rooms.static, ...files.flatMap(({ ids = [] }) => ids)])] };
}

/** Checks whether the room files can be read. */
export function checkRoomFiles({ files }: ConfiguredRooms): readonly Check[] {
  const name = 'room files';
  return files.flatMap(({ path, ids = [], errors }): readonly Check[] => {
    if (errors.length > 0) {
      const advice = 'correct the file; the exporter reads it again within seconds';
      return errors.map((found) => ({ status: 'fail', name, found, advice }));
    }
    if (path.includes('*')) return [{ status: 'info', name, found: `${path} matches no file` }];
    return [{ status: 'ok', name, found: `${path}: ${ids.length} ${ids.length === 1 ? 'room' : 'rooms'}` }];
  });
}

/** Checks whether each configured room exists, and whether it must be configured. */
export async function checkConfiguredRooms(
  client: RateLimitedClient,
  { app, configured, findings }: RoomsOfApp,
): Promise<readonly Check[]> {
  const { ids, files } = configured;
  const name = 'configured rooms';
  if (ids.length === 0) return [];
  if (findings.isAppRefused) return [{ status: 'skipped', name, found: 'not tried: the app is refused' }];
  const tried = ids.slice(0, mostTriedRooms);
  const results = await Promise.all(
    tried.map(async (roomId) => ({ roomId, result: await resultOf(client.call(getOnlineMemberNum, { roomId })) })),
  );
  const sourceOf = (roomId: string) =>
    app.rooms.static.includes(roomId)
      ? 'apps[].rooms.static'
      : files.find((file) => file.ids?.includes(roomId) === true)?.path;
  const failed = results.flatMap(({ roomId, result }): readonly Check[] => {
    if (!(result instanceof CallFailure)) return [];
    const room = JSON.stringify(roomId);
    if (result.reason !== 'gone') {
      return [{ status: 'fail', name, found: `${room}: ${result.reason}`, advice: adviceFor(result, app) }];
    }
    const advice = `create the room, or remove it from ${sourceOf(roomId)}`;
    return [{ status: 'fail', name, found: `${room} does not exist (error ${result.code})`, advice }];
  });
  const rest = ids.length > tried.length ? `; the other ${ids.length - tried.length} were not tried` : '';
  const found = `${tried.length - failed.length} of ${tried.length} exist${rest}`;
  const ok: readonly Check[] = failed.length === tried.length ? [] : [{ status: 'ok', name, found }];
  return [...failed, ...ok, ...(app.rooms.discover === 'none' ? [] : alsoListed(tried, findings))];
}

function alsoListed(ids: readonly string[], { listed }: CommandFindings): readonly Check[] {
  const listedIds = new Set(listed.map(({ roomId }) => roomId));
  const both = ids.filter((id) => listedIds.has(id));
  const [example] = both;
  if (example === undefined) return [];
  const found =
    `${both.length} of them are in the room list too, such as ${JSON.stringify(example)}: ` +
    'each counts as one room, and the limit does not drop it';
  return [{ status: 'info', name: 'configured rooms', found }];
}

export interface RoomCount {
  readonly count: number;
  /** Whether the list goes on after the pages that were read. */
  readonly isLowerBound: boolean;
}

interface RoomsOfApp {
  readonly app: AppConfig;
  readonly configured: ConfiguredRooms;
  readonly findings: CommandFindings;
}

/** How many rooms will be exported, as far as that is known. */
export function countRooms({ app: { rooms }, configured: { ids }, findings }: RoomsOfApp): RoomCount {
  // Without discovery, the list was only read to see whether the API accepts the app.
  const found = rooms.discover === 'none' ? [] : findings.listed;
  const discovered = found.map(({ roomId }) => roomId).filter((id) => passesFilters(id, rooms));
  const count = Math.min(new Set([...ids, ...discovered]).size, Math.max(rooms.limit, ids.length));
  return { count, isLowerBound: rooms.discover !== 'none' && !findings.isWholeList && count < rooms.limit };
}
