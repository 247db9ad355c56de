import type { RoomRegistry } from '../../src/rooms/registry.ts';
import { exportStateOf, isExported, type Room } from '../../src/rooms/room.ts';

/** The rooms that are exported: selected ones that are alive, and ends within their retention. */
export function exportedRooms(registry: RoomRegistry): readonly Room[] {
  return [...registry.rooms()].filter((room) => isExported(exportStateOf(room)));
}
