import type { InfoLabel } from '../config/config.ts';
import type { Reading, Readings } from '../rooms/room.ts';
import type { RoomFacts } from '../tencent/answers.ts';
import { field, newest } from './newest.ts';

/** A number that the API can mean as a count or a time: anything else is nonsense and thus unknown. */
export function sane(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** A fact that both the room list and the room info give. */
export function fact<F>(readings: Readonly<Readings>, pick: (facts: RoomFacts) => F | undefined): F | undefined {
  return newest(field(readings.room_info, pick), field(readings.room_list, pick))?.value;
}

/** The count that `get_online_member_num` gives, or the room list's where that is newer, with its time. */
export function onlineMembers(readings: Readonly<Readings>): Reading<number> | undefined {
  return newest(
    field(readings.online_members, (answer) => sane(answer.onlineMembers)),
    field(readings.room_list, (row) => sane(row.onlineCount)),
  );
}

/** The count that `get_member_list` gives, or the room list's where that is newer. */
export function memberCount(readings: Readonly<Readings>): number | undefined {
  return newest(
    field(readings.member_list, (answer) => sane(answer.memberCount)),
    field(readings.room_list, (row) => sane(row.memberCount)),
  )?.value;
}

/** Where each label of `tencent_live_room_info` comes from. */
export const infoLabelReaders: {
  readonly [label in InfoLabel]: (readings: Readonly<Readings>) => string | undefined;
} = {
  room_name: (readings) => fact(readings, (facts) => facts.roomName),
  owner_account: (readings) => fact(readings, (facts) => facts.ownerAccount),
  room_type: (readings) => readings.room_info?.value.roomType,
  categories: (readings) => fact(readings, (facts) => facts.categories),
  take_seat_mode: (readings) => readings.room_info?.value.takeSeatMode,
};
