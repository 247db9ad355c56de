import type { RoomFacts } from '../tencent/responses.ts';
import type { LatestValue, LatestValues } from './latest-values.ts';

/** A fact that the room list and the room info both contain: the newer one counts. */
export function latestFact<F>(
  { room_info, room_list }: Readonly<LatestValues>,
  pick: (facts: RoomFacts) => F | undefined,
): F | undefined {
  return newest(fieldOf(room_info, pick), fieldOf(room_list, pick))?.value;
}

/** The number of `get_online_member_num`, or that of the room list if it is newer, with its time. */
export function onlineMembers({ online_members, room_list }: Readonly<LatestValues>): LatestValue<number> | undefined {
  return newest(
    fieldOf(online_members, (response) => nonNegative(response.onlineMembers)),
    fieldOf(room_list, (row) => nonNegative(row.onlineCount)),
  );
}

/** The number of `get_member_list`, or that of the room list if it is newer. */
export function memberCount({ member_list, room_list }: Readonly<LatestValues>): number | undefined {
  return newest(
    fieldOf(member_list, (response) => nonNegative(response.memberCount)),
    fieldOf(room_list, (row) => nonNegative(row.memberCount)),
  )?.value;
}

/** A count or a time; any other number makes no sense and counts as unknown. */
export function nonNegative(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** One field of a value, with the time of the value; undefined if the response did not contain the field. */
function fieldOf<T, F>(
  latest: LatestValue<T> | undefined,
  pick: (value: T) => F | undefined,
): LatestValue<F> | undefined {
  const value = latest === undefined ? undefined : pick(latest.value);
  return latest === undefined || value === undefined ? undefined : { value, atMs: latest.atMs };
}

/** The newer of two values; the first one if both are from the same instant. */
function newest<T>(first: LatestValue<T> | undefined, second: LatestValue<T> | undefined): LatestValue<T> | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return second.atMs > first.atMs ? second : first;
}
