/** What a detector did on one series. */
export interface Outcome {
  /** Minutes at which an alert began. */
  readonly episodes: readonly number[];
  /** Minutes at which the condition had held for long enough. */
  readonly active: readonly number[];
}

/** For all detectors alike, an alert is kept for this long after its condition, so that flapping counts once. */
const keepMinutes = 10;

/** `holds` are the minutes at which the condition is met, ascending, evaluated once a minute. */
export function outcomeOf(holds: readonly number[], forMinutes: number): Outcome {
  const active: number[] = [];
  const episodes: number[] = [];
  let since: number | undefined;
  holds.forEach((minute, index) => {
    if (since === undefined || holds[index - 1] !== minute - 1) since = minute;
    if (minute - since < forMinutes) return;
    const last = active.at(-1);
    if (last === undefined || minute - last > keepMinutes) episodes.push(minute);
    active.push(minute);
  });
  return { episodes, active };
}

export interface Score {
  /** Share of the drops that alerted in time. */
  readonly recall: number;
  /** True alerts among all. False alerts began before the drop, or in a control, which has no drop. */
  readonly precision: number;
  /** Median of the minutes from the drop to the alert, of the drops that alerted in time. */
  readonly delayMinutes: number | undefined;
}

export interface ScoredOutcomes {
  /** Outcomes on series with a drop, and on the same series without it. */
  readonly drops: readonly Outcome[];
  readonly controls: readonly Outcome[];
  readonly dropMinute: number;
  readonly withinMinutes: number;
}

export function scoreOf({ drops, controls, dropMinute, withinMinutes }: ScoredOutcomes): Score {
  const delays = drops
    .flatMap(
      ({ active }) => active.find((minute) => minute >= dropMinute && minute <= dropMinute + withinMinutes) ?? [],
    )
    .map((minute) => minute - dropMinute)
    .toSorted((a, b) => a - b);
  const early = drops.flatMap(({ episodes }) => episodes.filter((minute) => minute < dropMinute)).length;
  const inControls = controls.flatMap(({ episodes }) => episodes.filter((minute) => minute >= dropMinute)).length;
  return {
    recall: delays.length / drops.length,
    precision: delays.length / (delays.length + early + inControls),
    delayMinutes: delays[Math.floor(delays.length / 2)],
  };
}
