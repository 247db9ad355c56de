/**
 * A record as logfmt, in the form of Prometheus' own logs: `ts`, `level` and `msg` first, nested objects by dotted names,
 * lists as JSON, and quotes only if a value needs them.
 */
export function logfmt({ ts, level, msg, ...fields }: Readonly<Record<string, unknown>>): string {
  return [...pairs({ ts, level, msg }, ''), ...pairs(fields, '')].join(' ');
}

function pairs(fields: object, prefix: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
    const key = `${prefix}${name.replace(/[^\w.-]/g, '_')}`;
    if (value === undefined) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return pairs(value, `${key}.`);
    return [`${key}=${quoted(typeof value === 'string' ? value : JSON.stringify(value))}`];
  });
}

/** Also quotes characters that a terminal or a line-based reader would interpret. */
function quoted(value: string): string {
  if (/^[^\s="\\\p{Cc}\p{Cs}]+$/u.test(value)) return value;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
