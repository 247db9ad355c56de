/** What a detector did on one series. */
export interface Outcome {
  /** Minutes at which an alert began. */
  readonly episodes: readonly number[];
  /** Minutes at which the condition had held for long enough. */
  readonly active: readonly number[];
}

/** For so long an alert is kept after its condition, for all detectors alike: a flapping one shall not count twice. */
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

export interface Recall {
  /** Share of the drops that alerted in time. */
  readonly share: number;
  /** Median minutes from the drop to the alert, of those. */
  readonly delayMinutes: number | undefined;
}

export function recallOf(
  outcomes: readonly Outcome[],
  { dropMinute, withinMinutes }: { readonly dropMinute: number; readonly withinMinutes: number },
): Recall {
  const delays = outcomes
    .flatMap(
      ({ active }) => active.find((minute) => minute >= dropMinute && minute <= dropMinute + withinMinutes) ?? [],
    )
    .map((minute) => minute - dropMinute)
    .toSorted((a, b) => a - b);
  return { share: delays.length / outcomes.length, delayMinutes: delays[Math.floor(delays.length / 2)] };
}

/** True alerts among all: false are those that began before a drop, and all of the controls. */
export function precisionOf({
  detected,
  injected,
  controls,
  dropMinute,
}: {
  readonly detected: number;
  readonly injected: readonly Outcome[];
  readonly controls: readonly Outcome[];
  readonly dropMinute: number;
}): number {
  const early = injected.flatMap(({ episodes }) => episodes.filter((minute) => minute < dropMinute)).length;
  const inControls = controls.flatMap(({ episodes }) => episodes.filter((minute) => minute >= dropMinute)).length;
  return detected / (detected + early + inControls);
}
