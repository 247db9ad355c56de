import type { IncidentInput } from '../../src/simulator/simulator.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The errors of one call in ten: each concerns one call in this number. These are prime numbers, because errors are spread evenly and would
 * otherwise meet in the same call.
 */
const callErrors: readonly (readonly [oneIn: number, incident: IncidentInput])[] = [
  [29, { kind: 'error', code: 60008 }],
  [251, { kind: 'error', code: 70009 }],
  [499, { kind: 'error', code: 60010 }],
  [503, { kind: 'error', code: 10007 }],
  [509, { kind: 'error', code: 100004, command: 'get_room_info' }],
  [67, { kind: 'slow', delay: '1500ms' }],
  [199, { kind: 'malformed', how: 'hang' }],
  [101, { kind: 'malformed', how: 'reset' }],
  [211, { kind: 'malformed', how: 'cut_off' }],
  [103, { kind: 'malformed', how: 'html' }],
  [223, { kind: 'malformed', how: 'garbage' }],
  [227, { kind: 'malformed', how: 'truncated' }],
  [229, { kind: 'malformed', how: 'wrong_types' }],
  [233, { kind: 'malformed', how: 'empty' }],
  [239, { kind: 'malformed', how: 'redirect' }],
];

export function injectCallErrors({ simulator }: Surroundings): void {
  for (const [oneIn, incident] of callErrors) simulator.inject({ ...incident, rate: 1 / oneIn } as IncidentInput);
}

/** Something that happens once in each cycle. */
interface Disturbance {
  readonly atSecond: number;
  readonly run: (around: Surroundings) => void;
}

/** Changes something, and closes the connections that hide the change. */
const withCut = (change: (around: Surroundings) => void) => (around: Surroundings) => {
  change(around);
  around.cut();
};

export const cycleSeconds = 240;

/** Outages of everything between the exporter and the API, each followed by time to recover. */
export const disturbances: readonly Disturbance[] = [
  { atSecond: 20, run: withCut(({ nameServer }) => nameServer.set('silent')) },
  { atSecond: 50, run: withCut(({ nameServer }) => nameServer.set('well')) },
  { atSecond: 75, run: withCut(({ proxy }) => proxy.set('silent')) },
  { atSecond: 100, run: withCut(({ proxy }) => proxy.set('well')) },
  { atSecond: 125, run: withCut(({ proxy }) => proxy.set('refusing')) },
  { atSecond: 135, run: withCut(({ proxy }) => proxy.set('well')) },
  { atSecond: 155, run: withCut(({ nameServer }) => nameServer.set('failing')) },
  { atSecond: 170, run: withCut(({ nameServer }) => nameServer.set('well')) },
  { atSecond: 195, run: ({ simulator }) => void simulator.inject({ kind: 'outage', how: 'reset', for: '15s' }) },
];

/** Rooms that end and begin again, and rooms with new ids, which end after a minute. */
export function churn({ simulator }: Surroundings, round: number): void {
  const idsOf = (of: number) => Array.from({ length: roomsPerRound }, (_, index) => `churn-${of}-${index}`);
  simulator.inject({ kind: 'end', share: 0.003 });
  simulator.inject({ kind: 'recreate', share: 0.003 });
  for (const room of idsOf(round)) simulator.inject({ kind: 'add', room, audience: 100 + (round % 900) });
  if (round > roundsOfAddedRooms) simulator.inject({ kind: 'end', rooms: idsOf(round - roundsOfAddedRooms) });
}

const roomsPerRound = 2;
const roundsOfAddedRooms = 6;
