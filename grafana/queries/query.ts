/** One PromQL query of a panel. */
export interface Query {
  readonly expr: string;
  /** The name of a series in the legend, as a `{{label}}` template of Grafana. */
  readonly legend?: string;
}

/** `offset 1d`, with the space before it, or nothing. */
export function offset(duration: string | undefined): string {
  return duration === undefined ? '' : ` offset ${duration}`;
}
