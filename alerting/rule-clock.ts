import { promDuration } from './duration.ts';

/** Times of the rules as PromQL, at their time scale. */
export interface RuleClock {
  /** Seconds, for comparisons. */
  readonly seconds: (minutes: number) => number;
  readonly duration: (minutes: number) => string;
  /**
   * A range that holds this many samples of a series that is recorded once a minute. Half a minute longer than it needs:
   * ranges are closed at their old end on Prometheus 2 and open on 3, and neither must matter.
   */
  readonly samples: (count: number) => string;
}

export function ruleClock({ secondsPerMinute }: { readonly secondsPerMinute: number }): RuleClock {
  const seconds = (minutes: number): number => Math.round(minutes * secondsPerMinute * 1000) / 1000;
  const duration = (minutes: number): string => promDuration(seconds(minutes));
  return { seconds, duration, samples: (count) => duration(count - 0.5) };
}
