import { audienceOf } from '../../rooms/audience.ts';
import type { RoomView } from '../../rooms/room.ts';

export interface RoomOfApp {
  readonly sdkAppId: number;
  readonly room: RoomView;
}

/** The `count` rooms with the largest audiences, the largest first; in one pass, since there may be very many. */
export function largestRooms(rooms: Iterable<RoomOfApp>, count: number): readonly RoomOfApp[] {
  const chosen: { readonly entry: RoomOfApp; readonly audience: number }[] = [];
  for (const entry of rooms) {
    const audience = audienceOf(entry.room);
    if (chosen.length >= count && audience <= (chosen.at(-1)?.audience ?? 0)) continue;
    const place = chosen.findIndex((other) => other.audience < audience);
    chosen.splice(place === -1 ? chosen.length : place, 0, { entry, audience });
    chosen.splice(count);
  }
  return chosen.map(({ entry }) => entry);
}
