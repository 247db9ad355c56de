import { Gauge, type Registry } from 'prom-client';
import type { TaskOfApp } from '../../polling/observer.ts';
import type { AppState } from '../../status/app-state.ts';
import type { LastCollection } from '../../status/collection-log.ts';
import type { RoomTotals } from '../rooms/room-totals.ts';

/** What the gauges of an app's state are made of, at one scrape. */
export interface AppSnapshot {
  readonly app: AppState;
  readonly totals: RoomTotals;
  readonly lastCollection: (task: TaskOfApp) => LastCollection | undefined;
}

/** A value with the labels that it carries beside `sdk_app_id`; unknown is absent. */
export type StateSample = readonly [labels: Readonly<Record<string, string>>, value: number | boolean | undefined];

/** A gauge that is read from an app's state at each scrape: one entry of a catalogue. */
export interface StateGauge {
  readonly name: string;
  readonly help: string;
  /** Labels beside `sdk_app_id`. */
  readonly labelNames: readonly string[];
  readonly samples: (snapshot: AppSnapshot) => readonly StateSample[];
}

/** Registers the gauges; the function it returns sets them all anew, so that nothing of an app that is gone stays. */
export function registerStateGauges(
  registry: Registry,
  stateGauges: readonly StateGauge[],
): (snapshots: readonly AppSnapshot[]) => void {
  const registered = stateGauges.map(({ name, help, labelNames, samples }) => ({
    gauge: new Gauge({ name, help, labelNames: ['sdk_app_id', ...labelNames], registers: [registry] }),
    samples,
  }));
  return (snapshots) => {
    for (const { gauge, samples } of registered) {
      gauge.reset();
      for (const snapshot of snapshots) {
        for (const [labels, value] of samples(snapshot)) {
          if (value !== undefined) gauge.set({ sdk_app_id: snapshot.app.sdkAppId, ...labels }, Number(value));
        }
      }
    }
  };
}
