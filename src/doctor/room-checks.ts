import type { AppConfig } from '../config/config.ts';
import { passesFilters } from '../rooms/selection.ts';
import { getOnlineMemberNum } from '../tencent/commands/get-online-member-num.ts';
import { CallFailure } from '../tencent/failures.ts';
import { adviceFor } from './advice.ts';
import type { CommandFindings } from './command-checks.ts';
import { type RateLimitedClient, resultOf } from './rate-limited-client.ts';
import type { Check } from './report.ts';

/** Static rooms that are tried, at most: at a tenth of the quota, a few seconds. */
const mostStaticRooms = 100;

/** Checks whether each room in `static` exists, and whether it must be there. */
export async function checkStaticRooms(
  client: RateLimitedClient,
  { app, findings }: { readonly app: AppConfig; readonly findings: CommandFindings },
): Promise<readonly Check[]> {
  const { static: ids } = app.rooms;
  const name = 'static rooms';
  if (ids.length === 0) return [];
  if (findings.isAppRefused) return [{ status: 'skipped', name, found: 'not tried: the app is refused' }];
  const tried = ids.slice(0, mostStaticRooms);
  const results = await Promise.all(
    tried.map(async (roomId) => ({ roomId, result: await resultOf(client.call(getOnlineMemberNum, { roomId })) })),
  );
  const failed = results.flatMap(({ roomId, result }): readonly Check[] => {
    if (!(result instanceof CallFailure)) return [];
    const room = JSON.stringify(roomId);
    if (result.reason !== 'gone') {
      return [{ status: 'fail', name, found: `${room}: ${result.reason}`, advice: adviceFor(result, app) }];
    }
    const advice = 'create the room, or remove it from apps[].rooms.static';
    return [{ status: 'fail', name, found: `${room} does not exist (error ${result.code})`, advice }];
  });
  const found = `${tried.length - failed.length} of ${tried.length} exist`;
  const ok: readonly Check[] = failed.length === tried.length ? [] : [{ status: 'ok', name, found }];
  return [...failed, ...ok, ...alsoListed(tried, findings)];
}

function alsoListed(ids: readonly string[], { listed }: CommandFindings): readonly Check[] {
  const listedIds = new Set(listed.map(({ roomId }) => roomId));
  const both = ids.filter((id) => listedIds.has(id));
  const [example] = both;
  if (example === undefined) return [];
  const found =
    `${both.length} of them are in the room list too, such as ${JSON.stringify(example)}: ` +
    'each counts as one room, and the limit does not drop it';
  return [{ status: 'info', name: 'static rooms', found }];
}

export interface RoomCount {
  readonly count: number;
  /** Whether the list goes on after the pages that were read. */
  readonly isLowerBound: boolean;
}

/** How many rooms will be exported, as far as that is known. */
export function countRooms({ rooms }: AppConfig, { listed, isWholeList }: CommandFindings): RoomCount {
  const { static: ids, limit } = rooms;
  // Without discovery, the list was only read to see whether the API accepts the app.
  const found = rooms.discover === 'none' ? [] : listed;
  const discovered = found.map(({ roomId }) => roomId).filter((id) => passesFilters(id, rooms));
  const count = Math.min(new Set([...ids, ...discovered]).size, Math.max(limit, ids.length));
  return { count, isLowerBound: rooms.discover !== 'none' && !isWholeList && count < limit };
}
