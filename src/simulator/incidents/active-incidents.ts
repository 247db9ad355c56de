import type { Incident } from './incident.ts';
import { durationMsOf } from './incident.ts';

interface ActiveIncident<T extends Incident> {
  readonly id: number;
  readonly incident: T;
  /** World time. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** What it could have affected so far. */
  seen: number;
}

/** The incidents that have an effect on single calls while they last. One whose time is over has no effect. */
export class ActiveIncidents<T extends Incident> {
  #active: readonly ActiveIncident<T>[] = [];

  /** `fromMs` is world time. */
  add({ id, incident, fromMs }: { readonly id: number; readonly incident: T; readonly fromMs: number }): void {
    this.#active = [...this.#active, { id, incident, fromMs, untilMs: fromMs + durationMsOf(incident), seen: 0 }];
  }

  remove(id: number): void {
    this.#active = this.#active.filter((active) => active.id !== id);
  }

  /** Those that last at a moment and concern an app, the oldest first. */
  of(sdkAppId: number | undefined, nowMs: number): readonly ActiveIncident<T>[] {
    if (this.#active.length === 0) return [];
    this.#active = this.#active.filter(({ untilMs }) => nowMs < untilMs);
    return this.#active.filter(({ incident, fromMs }) => nowMs >= fromMs && (incident.app ?? sdkAppId) === sdkAppId);
  }
}

/** Whether an incident that names rooms names this one. */
export function matchesRoom(incident: Incident, roomId: string | undefined): boolean {
  const rooms = 'rooms' in incident ? incident.rooms : undefined;
  return rooms === undefined || rooms === 'all' || (roomId !== undefined && rooms.includes(roomId));
}

/** Counts a call, and spreads the rate evenly: without chance, the same number of every N calls is affected. */
export function isAffected(active: ActiveIncident<Incident>): boolean {
  const rate = 'rate' in active.incident ? active.incident.rate : 1;
  const before = Math.floor(active.seen * rate);
  active.seen += 1;
  return Math.floor(active.seen * rate) > before;
}
