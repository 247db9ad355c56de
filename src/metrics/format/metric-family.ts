import { escapeHelp, escapeLabelValue, type ExpositionFormat } from './escape.ts';

export type MetricType = 'gauge' | 'counter' | 'histogram';

/** What the two comment lines of a family say. */
export interface FamilyHeader {
  /** As users see it: a counter's name ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
}

export type LabelPair = readonly [name: string, value: string];

/** `name="value"` pairs joined by commas, without the braces. */
export function labelText(pairs: readonly LabelPair[]): string {
  return pairs.map(([name, value]) => `${name}="${escapeLabelValue(value)}"`).join(',');
}

/**
 * `# HELP` and `# TYPE`. OpenMetrics names a counter's family without the `_total` that its samples carry, which is why
 * a counter's header differs between the formats and its sample lines do not.
 */
export function familyHeader({ name, help, type }: FamilyHeader, format: ExpositionFormat): string {
  const familyName = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${familyName} ${escapeHelp(help, format)}\n# TYPE ${familyName} ${type}\n`;
}

/**
 * One line; `labels` as `labelText` gives them. JavaScript prints the shortest decimal that reads back as the same
 * double, and without an exponent below 10^21, so a Unix time stays legible and exact.
 */
export function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${value}\n` : `${name}{${labels}} ${value}\n`;
}

/** What ends an exposition: OpenMetrics wants its mark exactly once, after everything else. */
export function endOfExposition(format: ExpositionFormat): string {
  return format === 'openmetrics' ? '# EOF\n' : '';
}
