import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

/** A colour, and the value from which it applies. */
export type Step = readonly [from: number, color: string];

/** Colours by value: `base` below the first step. */
export function colors(base: string, steps: readonly Step[] = []): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...steps.map(([value, color]) => ({ value, color }))]);
}
