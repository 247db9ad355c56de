import type { CallTarget, FaultSource, InjectedFaults } from '../api/app-server.ts';
import type { Malformation } from '../api/malformed.ts';
import { ActiveIncidents, isAffected, matchesRoom } from './active-incidents.ts';
import type { CallIncident } from './incident.ts';

/** Injects the faults of the active incidents into calls. */
export class FaultInjector extends ActiveIncidents<CallIncident> implements FaultSource {
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

  #matching({ sdkAppId, command }: Omit<CallTarget, 'roomId'>, nowMs: number) {
    return this.of(sdkAppId, nowMs).filter(({ incident }) => {
      const commandOfIncident = 'command' in incident ? incident.command : undefined;
      return (commandOfIncident ?? command) === command;
    });
  }
}
