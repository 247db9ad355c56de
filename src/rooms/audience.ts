import type { LatestValues } from './room.ts';

/**
 * The best guess at a room's audience: online members, or else members, or else views, which at least rank rooms of
 * which nothing better is known yet.
 */
export function audienceOf({ latest }: { readonly latest: Readonly<LatestValues> }): number {
  return (
    latest.online_members?.value.onlineMembers ??
    latest.member_list?.value.memberCount ??
    latest.room_list?.value.viewCount ??
    latest.room_info?.value.viewCount ??
    0
  );
}
