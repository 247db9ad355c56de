import type { Show } from '../world/show.ts';
import { createTime } from './room-list.ts';

/** `get_room_info`, in the room's spelling. A `bigint` stands for an integer without quotes. */
export function getRoomInfo(show: Show, ms: number): unknown {
  const { profile, spelling } = show;
  const seatMode = profile.takeSeatMode === 'free' ? 1 : 2;
  const isInteger = spelling.ownerAsInteger && /^[1-9]\d*$/.test(profile.ownerAccount);
  return {
    RoomInfo: {
      RoomId: show.roomId,
      RoomName: profile.roomName,
      RoomType: 'Live',
      Owner_Account: isInteger ? BigInt(profile.ownerAccount) : profile.ownerAccount,
      ...createTime(show),
      IsSeatEnabled: profile.seatsEnabled,
      TakeSeatMode: spelling.takeSeatModeAsText ? ['FreeToTake', 'ApplyToTake'][seatMode - 1] : seatMode,
      MaxSeatCount: profile.maxSeats,
      MaxMemberCount: profile.maxMembers,
      IsMessageDisabled: muted(profile.muted, spelling.muted),
      CoverURL: profile.coverUrl,
      ...(profile.categories === undefined ? {} : { Category: profile.categories }),
      ActivityStatus: profile.activityStatus,
      ViewCount: show.viewsAt(ms),
      IsPublicVisible: profile.public,
      ...(spelling.extraFields ? { IsUnlimitedRoomEnabled: true, CustomInfo: { Layout: [1, 2] } } : {}),
    },
  };
}

function muted(value: boolean, spelling: Show['spelling']['muted']): unknown {
  switch (spelling) {
    case 'boolean':
      return value;
    case 'text':
      return String(value);
    case 'number':
      return value ? 1 : 0;
  }
}
