/** The two formats of `/metrics`: the Prometheus text format 0.0.4 and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

type MetricType = 'gauge' | 'counter' | 'histogram';

/** What the two comment lines of a family contain. */
export interface FamilyHeader {
  /** As users see it: the name of a counter ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
}

export type LabelPair = readonly [name: string, value: string];

/**
 * `# HELP` and `# TYPE`. OpenMetrics names the family of a counter without the `_total` of its samples. This is why
 * the headers of counters differ between the formats and their sample lines do not.
 */
export function familyHeader({ name, help, type }: FamilyHeader, format: ExpositionFormat): string {
  const familyName = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${familyName} ${escapeHelp(help, format)}\n# TYPE ${familyName} ${type}\n`;
}

/** `name="value"` pairs joined by commas, without the braces. */
export function labelText(pairs: readonly LabelPair[]): string {
  let text = '';
  for (const [name, value] of pairs) text += `${text === '' ? '' : ','}${name}="${escapeLabelValue(value)}"`;
  return text;
}

/**
 * One line; `labels` is the result of `labelText`. JavaScript prints the shortest decimal that reads back as the same
 * double, without an exponent below 10^21, so a Unix time stays readable and exact.
 */
export function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${value}\n` : `${name}{${labels}} ${value}\n`;
}

/** The end of an exposition: OpenMetrics requires its mark exactly once, after everything else. */
export function endOfExposition(format: ExpositionFormat): string {
  return format === 'openmetrics' ? '# EOF\n' : '';
}

/** Printable ASCII that needs no escape. Most texts consist of it, so it is checked first. */
const plain = /^[ !#-[\]-~]*$/;

/** The value of a label between its quotes: the same bytes in both formats. */
export function escapeLabelValue(value: string): string {
  if (plain.test(value)) return value;
  return escapeBackslashAndNewline(toWellFormed(value)).replaceAll('"', String.raw`\"`);
}

/** The text of a `# HELP` line: only OpenMetrics escapes quotes in it. */
export function escapeHelp(help: string, format: ExpositionFormat): string {
  if (format === 'openmetrics' || plain.test(help)) return escapeLabelValue(help);
  return escapeBackslashAndNewline(toWellFormed(help));
}

/** Lone surrogates have no UTF-8 form and become U+FFFD; everything else is kept, including NUL. */
function toWellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** Backslashes first, or the backslashes of the other escapes would be escaped again. */
function escapeBackslashAndNewline(text: string): string {
  return /[\\\n]/.test(text) ? text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`) : text;
}
