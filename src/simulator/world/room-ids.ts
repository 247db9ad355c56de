/**
 * Room ids by the rank of their channel: printable ASCII of at most 48 bytes. Most channels open the same id for each
 * show; some get a new one from the server each time. An id tells its rank, so that a hundred thousand need no index.
 */
export function roomIdOf(rank: number, showNumber: number): string {
  switch (rank % 23) {
    case 3:
      return `room "${String(rank)}" ${String(rank)}`;
    case 5:
    case 14:
      return `@TGS#a${base36(rank)}${base36(showNumber % SHOWS).padStart(3, '0')}`;
    case 8:
      return `it's live ${String(rank)}`;
    case 12:
      return `studio\\${String(rank)}`;
    case 17:
      return `@TGS#${String(rank)}`;
    default:
      return `live-${String(rank)}`;
  }
}

/** The rank that an id may belong to; whether it does, {@link roomIdOf} says. */
export function rankOfRoomId(roomId: string): number | undefined {
  const assigned = /^@TGS#a([0-9A-Z]+)[0-9A-Z]{3}$/.exec(roomId)?.[1];
  if (assigned !== undefined) return Number.parseInt(assigned, 36);
  const digits = /\d{1,9}$/.exec(roomId)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Numbers that three digits of an id can tell apart. */
const SHOWS = 36 ** 3;

function base36(value: number): string {
  return value.toString(36).toUpperCase();
}
