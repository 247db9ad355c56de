import type { Clock } from '../platform/clock.ts';
import { AppAudiences } from './app-audience.ts';
import { type AppProblem, appProblems, type AppState, appState } from './app-problems.ts';
import type { AppStatus } from './app-status.ts';
import type { PollingHistory } from './polling-history.ts';
import type { RoomMemory } from './room-memory.ts';
import type { KnownAudience, RoomSources } from './room-status.ts';

/** One app, with what an operator should know of it. */
export interface AppReport {
  readonly app: AppStatus;
  readonly state: AppState;
  /** The worst first. */
  readonly problems: readonly AppProblem[];
  /** The sum over the exported rooms, or the last known one; undefined if it was never known. */
  readonly viewers: KnownAudience | undefined;
}

/** The state of everything that this process polls, at one moment. */
export interface StatusReport {
  /** Failing apps first, then those with warnings, those that start, and those that are up. */
  readonly apps: readonly AppReport[];
  readonly appsUp: number;
  /** The sum over the apps whose audience is known; undefined if there is no such app. */
  readonly viewers: number | undefined;
  /** How many apps are in that sum. */
  readonly appsWithViewers: number;
  /** The sum of the last known audiences of the other apps, with the oldest of their times; undefined if there is none. */
  readonly lastKnownViewers: { readonly value: number; readonly atMs: number } | undefined;
  /** Known rooms of the apps whose rooms are known; undefined if there is no such app. */
  readonly knownRooms: number | undefined;
}

interface ReportSources {
  readonly apps: readonly AppStatus[];
  readonly rooms: RoomSources['rooms'];
  readonly memory: Pick<RoomMemory, 'lastKnown'>;
  readonly history: Pick<PollingHistory, 'lastCollection' | 'failures'>;
  readonly clock: Pick<Clock, 'toWallMs'>;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

export function statusReport({ apps, rooms, memory, history, clock, nowMs }: ReportSources): StatusReport {
  const sums = new AppAudiences(apps, 0);
  for (const room of rooms()) sums.add(room);
  const audiences = sums.result();
  const reports = apps.map((app): AppReport => {
    const { sdkAppId } = app;
    const { viewers, newestAtMs } = audiences.get(sdkAppId) ?? {};
    const last = memory.lastKnown(sdkAppId);
    const current = { atMs: newestAtMs === undefined ? nowMs : clock.toWallMs(newestAtMs), isCurrent: true };
    const lastKnown = last && { value: last.viewers, atMs: clock.toWallMs(last.atMs), isCurrent: false };
    const problems = appProblems(app, { nowMs, history });
    return {
      app,
      state: appState(app, problems),
      problems,
      viewers: viewers === undefined ? lastKnown : { value: viewers, ...current },
    };
  });
  const known = reports.flatMap(({ viewers }) => viewers ?? []);
  const current = known.filter(({ isCurrent }) => isCurrent);
  const last = known.filter(({ isCurrent }) => !isCurrent);
  return {
    apps: stateOrder.flatMap((state) => reports.filter((report) => report.state === state)),
    appsUp: apps.filter(({ up }) => up === true).length,
    viewers: sum(current.map(({ value }) => value)),
    appsWithViewers: current.length,
    lastKnownViewers:
      last.length === 0
        ? undefined
        : { value: sum(last.map(({ value }) => value)) ?? 0, atMs: Math.min(...last.map(({ atMs }) => atMs)) },
    knownRooms: sum(apps.flatMap(({ knownRooms }) => knownRooms ?? [])),
  };
}

const stateOrder: readonly AppState[] = ['failing', 'warning', 'starting', 'up'];

function sum(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
}
