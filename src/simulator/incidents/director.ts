import type { World } from '../world/world.ts';
import { describeIncident } from './describe.ts';
import type { FaultBoard } from './fault-board.ts';
import { befallsCalls, durationMsOf, type Incident } from './incident.ts';
import { befall } from './room-incidents.ts';
import type { Scenario } from './scenario.ts';

export interface DirectorOptions {
  readonly worlds: ReadonlyMap<number, World>;
  readonly faults: FaultBoard;
  /** Unix milliseconds of world time from which a scenario's times count. */
  readonly epochMs: number;
  /** Told what happens, as it happens; `atMs` is world time. */
  readonly onIncident: (text: string, atMs: number) => void;
}

/** An incident that has a time. */
export interface ScheduledIncident {
  readonly id: number;
  readonly incident: Incident;
  /** Unix milliseconds of world time at which it begins (next). */
  readonly atMs: number;
}

/**
 * Makes incidents happen when their time has come. It has no timer: whoever looks at the world advances it first, so
 * that what is seen never depends on how often somebody looks.
 */
export class Director {
  readonly #options: DirectorOptions;
  #upcoming: ScheduledIncident[] = [];
  #standing: (ScheduledIncident & { readonly untilMs: number; readonly text: string })[] = [];
  #lastId = 0;

  constructor(options: DirectorOptions) {
    this.#options = options;
  }

  /** Schedules a scenario's incidents by their `at`, counted from the epoch. */
  play(scenario: Scenario): void {
    for (const incident of scenario.incidents) this.#schedule(incident, this.#options.epochMs + (incident.at ?? 0));
  }

  /** Schedules one incident; its `at` counts from now, and without one it happens at once. */
  inject(incident: Incident, nowMs: number): ScheduledIncident {
    const scheduled = this.#schedule(incident, nowMs + (incident.at ?? 0));
    this.advance(nowMs);
    return scheduled;
  }

  /** Lets everything happen that is due, in the order of its time. */
  advance(nowMs: number): void {
    for (;;) {
      const next = this.#upcoming[0];
      const over = this.#standing[0];
      const beginMs = next?.atMs ?? Infinity;
      const overMs = over?.untilMs ?? Infinity;
      if (Math.min(beginMs, overMs) > nowMs) return;
      if (over !== undefined && overMs <= beginMs) {
        this.#standing.shift();
        this.#options.onIncident(`over: ${over.text}`, overMs);
      } else if (next !== undefined) {
        this.#upcoming.shift();
        this.#begin(next);
      }
    }
  }

  /** What is to come and what goes on. */
  list(): { readonly upcoming: readonly ScheduledIncident[]; readonly standing: readonly ScheduledIncident[] } {
    return { upcoming: this.#upcoming, standing: this.#standing };
  }

  /** Withdraws one incident, or all: nothing more comes of it, and its faults are gone. Audiences stay as they are. */
  withdraw(id?: number): void {
    for (const { id: standing } of this.#standing) {
      if (id === undefined || standing === id) this.#options.faults.remove(standing);
    }
    const stays = (scheduled: ScheduledIncident): boolean => id !== undefined && scheduled.id !== id;
    this.#upcoming = this.#upcoming.filter(stays);
    this.#standing = this.#standing.filter(stays);
  }

  #schedule(incident: Incident, atMs: number): ScheduledIncident {
    this.#lastId += 1;
    const scheduled = { id: this.#lastId, incident, atMs };
    this.#upcoming = [...this.#upcoming, scheduled].toSorted((a, b) => a.atMs - b.atMs);
    return scheduled;
  }

  #begin(scheduled: ScheduledIncident): void {
    const { id, incident, atMs } = scheduled;
    const { worlds, faults, onIncident } = this.#options;
    let rooms: readonly string[] = [];
    if (befallsCalls(incident)) {
      faults.put(id, incident, atMs);
    } else {
      rooms = [...worlds]
        .filter(([sdkAppId]) => incident.app === undefined || incident.app === sdkAppId)
        .flatMap(([, world]) => befall(world, incident, atMs));
    }
    const text = describeIncident(incident, rooms);
    onIncident(text, atMs);
    const lastsMs = durationMsOf(incident);
    if (lastsMs > 0) {
      this.#standing = [...this.#standing, { ...scheduled, untilMs: atMs + lastsMs, text }].toSorted(
        (a, b) => a.untilMs - b.untilMs,
      );
    }
    if (incident.every !== undefined && incident.every > 0) {
      this.#upcoming = [...this.#upcoming, { id, incident, atMs: atMs + incident.every }].toSorted(
        (a, b) => a.atMs - b.atMs,
      );
    }
  }
}
