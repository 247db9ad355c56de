import type { InfoLabel } from '../../config/config.ts';
import type { LatestValue, LatestValues } from '../../rooms/room.ts';
import type { RoomFacts } from '../../tencent/responses.ts';
import { field, newest } from './newest.ts';

/** A number that the API can mean as a count or a time: anything else is nonsense and thus unknown. */
export function sane(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** A fact that both the room list and the room info give. */
export function fact<F>(latest: Readonly<LatestValues>, pick: (facts: RoomFacts) => F | undefined): F | undefined {
  return newest(field(latest.room_info, pick), field(latest.room_list, pick))?.value;
}

/** The count that `get_online_member_num` gives, or the room list's where that is newer, with its time. */
export function onlineMembers(latest: Readonly<LatestValues>): LatestValue<number> | undefined {
  return newest(
    field(latest.online_members, (answer) => sane(answer.onlineMembers)),
    field(latest.room_list, (row) => sane(row.onlineCount)),
  );
}

/** The count that `get_member_list` gives, or the room list's where that is newer. */
export function memberCount(latest: Readonly<LatestValues>): number | undefined {
  return newest(
    field(latest.member_list, (answer) => sane(answer.memberCount)),
    field(latest.room_list, (row) => sane(row.memberCount)),
  )?.value;
}

/** Where each label of `tencent_live_room_info` comes from. */
export const infoLabelReaders: {
  readonly [label in InfoLabel]: (latest: Readonly<LatestValues>) => string | undefined;
} = {
  room_name: (latest) => fact(latest, (facts) => facts.roomName),
  owner_account: (latest) => fact(latest, (facts) => facts.ownerAccount),
  room_type: (latest) => latest.room_info?.value.roomType,
  categories: (latest) => fact(latest, (facts) => facts.categories),
  take_seat_mode: (latest) => latest.room_info?.value.takeSeatMode,
};
