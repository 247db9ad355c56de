import { z } from 'zod';
import type { Command } from '../command.ts';
import { CallFailure } from '../failures.ts';
import { number, optional, text } from '../fields.ts';

export interface SeatList {
  /** Seats that somebody has taken; undefined for a room without seats. */
  readonly takenSeats?: number | undefined;
}

const seat = z.object({ Index: number, Member_Account: optional(text) });
const payload = z.object({ SeatList: z.array(seat) });

/** The microphone seats of a live room. An empty seat has no account. No account is kept. */
export const getSeatList: Command<{ readonly roomId: string }, SeatList> = {
  name: 'get_seat_list',
  service: 'room_engine_http_mic',
  payload: 'Response',
  callsPerSecond: 200,
  body: ({ roomId }) => ({ RoomId: roomId }),
  parse(value) {
    const taken = payload.parse(value).SeatList.filter(({ Member_Account: account = '' }) => account !== '');
    return { takenSeats: new Set(taken.map(({ Index }) => Index)).size };
  },
};

/** Whether the call failed because the room has no seats. Source: the error codes of get_seat_list. */
export function hasNoSeats(error: unknown): boolean {
  return error instanceof CallFailure && (error.code === 100211 || error.code === 100251);
}
