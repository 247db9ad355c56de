/** The two formats of `/metrics`: Prometheus' text 0.0.4 and OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** Lone surrogates have no UTF-8 form, so U+FFFD stands for each; everything else is kept, NUL included. */
export function toWellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** Printable ASCII that needs no escape: most labels are made of it, so it is looked for first. */
const plain = /^[ !#-[\]-~]*$/;

/** A label's value between its quotes: the same bytes in both formats. */
export function escapeLabelValue(value: string): string {
  if (plain.test(value)) return value;
  return escapeBackslashAndNewline(toWellFormed(value)).replaceAll('"', String.raw`\"`);
}

/** The text of a `# HELP` line: only OpenMetrics escapes quotes in it. */
export function escapeHelp(help: string, format: ExpositionFormat): string {
  return format === 'openmetrics' ? escapeLabelValue(help) : escapeBackslashAndNewline(toWellFormed(help));
}

/** Backslashes first, or those of the other escapes would be escaped again. */
function escapeBackslashAndNewline(text: string): string {
  return /[\\\n]/.test(text) ? text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`) : text;
}
