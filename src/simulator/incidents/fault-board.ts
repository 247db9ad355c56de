import type { ServedCommandName } from '../api/commands.ts';
import type { Malformation } from '../api/malformed.ts';
import { durationMsOf, type CallIncident } from './incident.ts';

/** What stands against one call. */
export interface Faults {
  readonly delayMs: number;
  readonly errorCode?: number;
  readonly malformation?: Malformation;
}

/** A call as the board sees it; whatever the request does not name is absent. */
export interface MetCall {
  readonly sdkAppId: number | undefined;
  readonly command: ServedCommandName | undefined;
  readonly roomId: string | undefined;
}

interface StandingFault {
  readonly id: number;
  readonly incident: CallIncident;
  readonly fromMs: number;
  readonly untilMs: number;
  calls: number;
}

/** The faults that stand at the moment, and whom they hit. A fault whose time is over hits nobody. */
export class FaultBoard {
  #standing: readonly StandingFault[] = [];

  /** Puts up a fault from a moment of world time on. */
  put(id: number, incident: CallIncident, fromMs: number): void {
    const untilMs = fromMs + durationMsOf(incident);
    this.#standing = [...this.#standing, { id, incident, fromMs, untilMs, calls: 0 }];
  }

  remove(id: number): void {
    this.#standing = this.#standing.filter((fault) => fault.id !== id);
  }

  /** What a call meets; the oldest fault wins, delays add up. */
  meet({ sdkAppId, command, roomId }: MetCall, nowMs: number): Faults {
    let delayMs = 0;
    let errorCode: number | undefined;
    let malformation: Malformation | undefined;
    for (const fault of this.#matching(sdkAppId, command, nowMs)) {
      const { incident } = fault;
      if (incident.kind === 'quota' || !concerns(incident, roomId) || !hits(fault)) continue;
      if (incident.kind === 'slow') delayMs += incident.delay;
      else if (incident.kind === 'error') errorCode ??= incident.code;
      else malformation ??= incident.how;
    }
    return {
      delayMs,
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(malformation === undefined ? {} : { malformation }),
    };
  }

  /** The quota that an incident sets, in calls per second: the newest; without a command, that of the whole app. */
  quota(sdkAppId: number, command: ServedCommandName | undefined, nowMs: number): number | undefined {
    let quota: number | undefined;
    for (const { incident } of this.#matching(sdkAppId, command, nowMs)) {
      if (incident.kind === 'quota' && incident.command === command) quota = incident.calls_per_second;
    }
    return quota;
  }

  #matching(sdkAppId: number | undefined, command: ServedCommandName | undefined, nowMs: number) {
    if (this.#standing.length === 0) return [];
    this.#standing = this.#standing.filter((fault) => nowMs < fault.untilMs);
    return this.#standing.filter(({ incident, fromMs }) => {
      const ofCommand = 'command' in incident ? incident.command : undefined;
      if (nowMs < fromMs) return false;
      return (incident.app ?? sdkAppId) === sdkAppId && (ofCommand ?? command) === command;
    });
  }
}

/** Whether an incident that names rooms names the one that the call asks about. */
function concerns(incident: CallIncident, roomId: string | undefined): boolean {
  const rooms = 'rooms' in incident ? incident.rooms : undefined;
  return rooms === undefined || (roomId !== undefined && rooms.includes(roomId));
}

/** Spreads a rate evenly: of every N calls the same number is hit, without chance. */
function hits(fault: StandingFault): boolean {
  const rate = 'rate' in fault.incident ? fault.incident.rate : 1;
  const before = Math.floor(fault.calls * rate);
  fault.calls += 1;
  return Math.floor(fault.calls * rate) > before;
}
