/** A history of an exporter, minute by minute, and every alert that it must raise. */
export interface Scenario {
  /** A promise in one sentence. */
  readonly name: string;
  readonly minutes: number;
  readonly series: readonly Series[];
  /** All of them: whatever else fires within the minutes is a fault. */
  readonly fires: readonly Firing[];
}

/** The sample of a minute; undefined where there is none. The history begins at minute 0, which is Unix time 0. */
export type Timeline = (minute: number) => number | undefined;

export interface Series {
  readonly metric: string;
  readonly labels: Labels;
  readonly at: Timeline;
}

export type Labels = Readonly<Record<string, string>>;

export interface Firing {
  readonly alert: string;
  /** Labels that tell what it is about: those of {@link identifyingLabels} that it has. */
  readonly labels: Labels;
  /** It must have begun to fire by then. */
  readonly byMinute?: number;
  /** It must fire then. */
  readonly atMinute?: number;
  /** It must not fire then any more. */
  readonly resolvedAtMinute?: number;
}

export const identifyingLabels = ['job', 'instance', 'sdk_app_id', 'room_id', 'task', 'endpoint', 'reason'] as const;
