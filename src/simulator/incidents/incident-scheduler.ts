import type { World } from '../world/world.ts';
import { applyIncident } from './apply-incident.ts';
import { describeBegin, describeEnd } from './describe.ts';
import type { ActiveIncidents } from './active-incidents.ts';
import type { FaultInjector } from './fault-injector.ts';
import { durationMsOf, type Incident, isCallIncident, isWebhookIncident, type WebhookIncident } from './incident.ts';
import type { Scenario } from './scenario.ts';

interface IncidentSchedulerOptions {
  /** By SDKAppID. */
  readonly worlds: ReadonlyMap<number, World>;
  readonly faults: FaultInjector;
  readonly webhookIncidents: ActiveIncidents<WebhookIncident>;
  /** Replaces the token of an app's webhooks. */
  readonly rotateToken: (sdkAppId: number, token: string) => void;
  /** The start of a scenario, in Unix milliseconds of world time. */
  readonly epochMs: number;
  /** Called for each incident when it begins and when it is over; `atMs` is world time. */
  readonly onIncident: (text: string, atMs: number) => void;
}

export interface ScheduledIncident {
  readonly id: number;
  readonly incident: Incident;
  /** When it begins, or begins next, in Unix milliseconds of world time. */
  readonly atMs: number;
}

interface ActiveIncident extends ScheduledIncident {
  readonly untilMs: number;
  /** The ids of the affected rooms. */
  readonly rooms: readonly string[];
}

/**
 * Starts and ends incidents at their times. It has no timer: every reader of the world calls {@link advance} first, so
 * the result never depends on how often the world is read.
 */
export class IncidentScheduler {
  readonly #options: IncidentSchedulerOptions;
  /** Ordered by `atMs`. */
  #upcoming: readonly ScheduledIncident[] = [];
  /** Ordered by `untilMs`. */
  #active: readonly ActiveIncident[] = [];
  #lastId = 0;

  constructor(options: IncidentSchedulerOptions) {
    this.#options = options;
  }

  /** Schedules the incidents of a scenario; their `at` counts from the epoch. */
  play(scenario: Scenario): void {
    for (const incident of scenario.incidents) this.#schedule(incident, this.#options.epochMs + (incident.at ?? 0));
  }

  /** Schedules one incident. Its `at` counts from now; without `at` it begins at once. */
  inject(incident: Incident, nowMs: number): ScheduledIncident {
    const scheduled = this.#schedule(incident, nowMs + (incident.at ?? 0));
    this.advance(nowMs);
    return scheduled;
  }

  /** Starts and ends all incidents that are due, in the order of their times. */
  advance(nowMs: number): void {
    for (;;) {
      const [next] = this.#upcoming;
      const [ending] = this.#active;
      const beginMs = next?.atMs ?? Infinity;
      const endMs = ending?.untilMs ?? Infinity;
      if (Math.min(beginMs, endMs) > nowMs) return;
      if (ending !== undefined && endMs <= beginMs) {
        this.#active = this.#active.slice(1);
        this.#options.onIncident(describeEnd(ending.incident, ending.rooms), endMs);
      } else if (next !== undefined) {
        this.#upcoming = this.#upcoming.slice(1);
        this.#begin(next);
      }
    }
  }

  list(): { readonly upcoming: readonly ScheduledIncident[]; readonly active: readonly ScheduledIncident[] } {
    return { upcoming: this.#upcoming, active: this.#active };
  }

  /** Withdraws one incident, or all: it does not begin again, and its injected faults end. Audiences stay as they are. */
  withdraw(id?: number): void {
    for (const active of this.#active) {
      if (id !== undefined && active.id !== id) continue;
      this.#options.faults.remove(active.id);
      this.#options.webhookIncidents.remove(active.id);
    }
    const remains = (scheduled: ScheduledIncident): boolean => id !== undefined && scheduled.id !== id;
    this.#upcoming = this.#upcoming.filter(remains);
    this.#active = this.#active.filter(remains);
  }

  #schedule(incident: Incident, atMs: number): ScheduledIncident {
    this.#lastId += 1;
    const scheduled = { id: this.#lastId, incident, atMs };
    this.#addUpcoming(scheduled);
    return scheduled;
  }

  #addUpcoming(scheduled: ScheduledIncident): void {
    this.#upcoming = [...this.#upcoming, scheduled].toSorted((a, b) => a.atMs - b.atMs);
  }

  #begin(scheduled: ScheduledIncident): void {
    const { id, incident, atMs } = scheduled;
    const rooms = this.#apply(scheduled);
    this.#options.onIncident(describeBegin(incident, rooms), atMs);
    const durationMs = durationMsOf(incident);
    if (durationMs > 0) {
      const active = { ...scheduled, untilMs: atMs + durationMs, rooms };
      this.#active = [...this.#active, active].toSorted((a, b) => a.untilMs - b.untilMs);
    }
    if (incident.every !== undefined && incident.every > 0) {
      this.#addUpcoming({ id, incident, atMs: atMs + incident.every });
    }
  }

  /** Returns the ids of the affected rooms. */
  #apply({ id, incident, atMs }: ScheduledIncident): readonly string[] {
    if (isCallIncident(incident)) {
      this.#options.faults.add({ id, incident, fromMs: atMs });
      return [];
    }
    if (isWebhookIncident(incident)) {
      this.#options.webhookIncidents.add({ id, incident, fromMs: atMs });
      return [];
    }
    const worlds = [...this.#options.worlds].filter(([sdkAppId]) => (incident.app ?? sdkAppId) === sdkAppId);
    if (incident.kind === 'token') {
      for (const [sdkAppId] of worlds) this.#options.rotateToken(sdkAppId, incident.token);
      return [];
    }
    return worlds.flatMap(([, world]) => applyIncident({ world, incident, atMs }));
  }
}
