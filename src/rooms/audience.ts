import type { Readings } from './room.ts';

/**
 * The best guess at a room's audience: online members, or else members, or else views, which at least rank rooms of
 * which nothing better is known yet.
 */
export function audienceOf({ readings }: { readonly readings: Readonly<Readings> }): number {
  return (
    readings.online_members?.value.onlineMembers ??
    readings.member_list?.value.memberCount ??
    readings.room_list?.value.viewCount ??
    readings.room_info?.value.viewCount ??
    0
  );
}
