import type { AudienceHistory, AudienceTrend } from './audience-history.ts';
import type { LatestValues } from './latest-values.ts';

/** Where the history of a room's audience is. */
export interface RoomAudience {
  /** In the `AudienceHistory` of the app; undefined until the room has had enough members for one. */
  readonly audienceSlot: number | undefined;
}

type StoredAudience = { -readonly [Key in keyof RoomAudience]: RoomAudience[Key] };
type Latest = { readonly latest: LatestValues };

/** Adds the latest response of get_online_member_num to the history of the room. Call it after the response is stored. */
export function continueAudience(room: StoredAudience & Latest, audiences: AudienceHistory): void {
  const { online_members } = room.latest;
  if (online_members === undefined) return;
  const { value, atMs } = online_members;
  room.audienceSlot = audiences.responded(room.audienceSlot, { members: value.onlineMembers, atMs });
}

/** Forgets the history of the room. */
export function releaseAudience(room: StoredAudience, audiences: AudienceHistory): void {
  if (room.audienceSlot !== undefined) audiences.release(room.audienceSlot);
  room.audienceSlot = undefined;
}

/** How the audience of a room develops; undefined if its history, or its present audience, is not known. */
export function audienceTrend(
  { audienceSlot, latest }: Partial<RoomAudience> & Latest,
  audiences: Pick<AudienceHistory, 'trend'> | undefined,
): AudienceTrend | undefined {
  if (audienceSlot === undefined || latest.online_members === undefined) return undefined;
  return audiences?.trend(audienceSlot);
}
