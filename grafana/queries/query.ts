/** One PromQL query of a panel. */
export interface Query {
  readonly expr: string;
  /** How a series is called in the legend, as Grafana's `{{label}}` template. */
  readonly legend?: string;
}

/** `offset 1d`, with the space before it, or nothing. */
export function offset(duration: string | undefined): string {
  return duration === undefined ? '' : ` offset ${duration}`;
}
