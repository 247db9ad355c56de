/** Values of variables: a list for one of several values, as Grafana makes a regular expression of it. */
export type VariableValues = Readonly<Record<string, string | readonly string[]>>;

/** Durations that Grafana knows; the recording has a sample a minute. */
const builtIn = { __rate_interval: '4m', __interval: '1m', __range: '45m' };

/**
 * A query with its variables replaced as Grafana's Prometheus data source does it: one value with its backslashes
 * doubled, several as alternatives with their special characters escaped, `${name:regex}` as any data source. Throws for a variable that has no value.
 */
export function interpolate(expr: string, values: VariableValues): string {
  const all: VariableValues = { ...builtIn, ...values };
  // $1 is a group of label_replace and no variable.
  return expr.replaceAll(/\$\{?([a-z_]\w*)(?::(regex))?\}?/g, (_, name: string, format?: string) => {
    const value = all[name];
    if (value === undefined) throw new Error(`found variable ${name}, expected one of ${Object.keys(all).join(', ')}`);
    if (format === 'regex') return regex(value);
    return typeof value === 'string' ? value.replaceAll('\\', '\\\\') : alternatives(value);
  });
}

/** For a string in double quotes. Double quotes themselves are left as they are. */
function alternatives(values: readonly string[]): string {
  return joined(values.map((value) => value.replaceAll(/[$^*{}[\]'+?.()|\\]/g, String.raw`\\$&`)));
}

/** Grafana's format "regex". */
function regex(value: string | readonly string[]): string {
  const values = typeof value === 'string' ? [value] : value;
  return joined(values.map((text) => text.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`)));
}

function joined(escaped: readonly string[]): string {
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}
