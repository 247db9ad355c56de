import type { Command } from '../command.ts';
import { CallFailure } from '../failures.ts';
import { count, odd, textOrEmpty } from '../fields.ts';

export interface SeatList {
  /** Seats that somebody has taken; undefined for a room without seats. */
  readonly takenSeats?: number | undefined;
}

/**
 * The microphone seats of a live room. An empty seat has no account. No account is kept. Undefined if any seat cannot be
 * read, because the number of taken seats is then not known.
 */
export const getSeatList: Command<{ readonly roomId: string }, SeatList | undefined> = {
  name: 'get_seat_list',
  service: 'room_engine_http_mic',
  payload: 'Response',
  callsPerSecond: 200,
  body: ({ roomId }) => ({ RoomId: roomId }),
  parse(payload) {
    const seats = payload?.rows('SeatList');
    if (seats === undefined || seats === odd) return undefined;
    const taken = new Set<number>();
    for (const seat of seats) {
      const index = seat?.required('Index', count);
      const account = seat?.read('Member_Account', textOrEmpty);
      if (seat === undefined || index === undefined || account === odd) return undefined;
      if (account !== undefined) taken.add(index);
    }
    return { takenSeats: taken.size };
  },
};

/** Whether the call failed because the room has no seats. Source: the error codes of get_seat_list. */
export function hasNoSeats(error: unknown): boolean {
  return error instanceof CallFailure && (error.code === 100211 || error.code === 100251);
}
