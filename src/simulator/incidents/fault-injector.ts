import type { CallTarget, FaultSource, InjectedFaults } from '../api/app-server.ts';
import type { Malformation } from '../api/malformed.ts';
import { type CallIncident, durationMsOf } from './incident.ts';

interface ActiveFault {
  readonly id: number;
  readonly incident: CallIncident;
  readonly fromMs: number;
  readonly untilMs: number;
  calls: number;
}

/** Injects the faults of the active incidents into calls. A fault whose time is over has no effect. */
export class FaultInjector implements FaultSource {
  #active: readonly ActiveFault[] = [];

  /** Adds a fault; `fromMs` is world time. */
  add({ id, incident, fromMs }: Pick<ActiveFault, 'id' | 'incident' | 'fromMs'>): void {
    const untilMs = fromMs + durationMsOf(incident);
    this.#active = [...this.#active, { id, incident, fromMs, untilMs, calls: 0 }];
  }

  remove(id: number): void {
    this.#active = this.#active.filter((fault) => fault.id !== id);
  }

  /** The faults for a call. The oldest error and the oldest malformation win; delays add up. */
  faultsFor(target: CallTarget, nowMs: number): InjectedFaults {
    let delayMs = 0;
    let errorCode: number | undefined;
    let malformation: Malformation | undefined;
    for (const fault of this.#matching(target, nowMs)) {
      const { incident } = fault;
      if (incident.kind === 'quota' || !matchesRoom(incident, target.roomId) || !isAffected(fault)) continue;
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

  /** The quota that the newest incident sets, in calls per second; without a command, for the app as a whole. */
  quotaFor(target: Omit<CallTarget, 'roomId'>, nowMs: number): number | undefined {
    let quota: number | undefined;
    for (const { incident } of this.#matching(target, nowMs)) {
      if (incident.kind === 'quota' && incident.command === target.command) quota = incident.calls_per_second;
    }
    return quota;
  }

  #matching({ sdkAppId, command }: Omit<CallTarget, 'roomId'>, nowMs: number): readonly ActiveFault[] {
    if (this.#active.length === 0) return [];
    this.#active = this.#active.filter((fault) => nowMs < fault.untilMs);
    return this.#active.filter(({ incident, fromMs }) => {
      const commandOfIncident = 'command' in incident ? incident.command : undefined;
      if (nowMs < fromMs) return false;
      return (incident.app ?? sdkAppId) === sdkAppId && (commandOfIncident ?? command) === command;
    });
  }
}

/** Whether an incident that names rooms names the room of the call. */
function matchesRoom(incident: CallIncident, roomId: string | undefined): boolean {
  const rooms = 'rooms' in incident ? incident.rooms : undefined;
  return rooms === undefined || (roomId !== undefined && rooms.includes(roomId));
}

/** Counts a call, and spreads the rate evenly: without chance, the same number of every N calls is affected. */
function isAffected(fault: ActiveFault): boolean {
  const rate = 'rate' in fault.incident ? fault.incident.rate : 1;
  const before = Math.floor(fault.calls * rate);
  fault.calls += 1;
  return Math.floor(fault.calls * rate) > before;
}
