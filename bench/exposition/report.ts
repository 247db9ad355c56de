import type { Blocks, Measurement } from './measure.ts';

export type ByName = ReadonlyMap<string, Measurement>;

/** The server to which all others are compared. */
export const reference = 'nginx, static file';

export const scrapeHeadings = ['', 'identity', '× nginx', 'gzip', '× nginx', 'block: median', 'p95', 'max'];

/** The cells of one server below `scrapeHeadings`. */
export function scrapeRow(name: string, identity: ByName, gzip: ByName): readonly string[] {
  const blocks = worstBlocks(identity.get(name), gzip.get(name));
  return [
    name,
    ms(identity.get(name)?.ms),
    ratio(identity, name).toFixed(1),
    ms(gzip.get(name)?.ms),
    ratio(gzip, name).toFixed(1),
    ms(blocks?.median),
    ms(blocks?.p95),
    ms(blocks?.max),
  ].map((cell) => (cell === 'NaN' ? '' : cell));
}

/** The duration as a multiple of the reference; NaN if one of them was not measured. */
export function ratio(measurements: ByName, name: string): number {
  return (measurements.get(name)?.ms ?? Number.NaN) / (measurements.get(reference)?.ms ?? Number.NaN);
}

/** The longer blocks of two measurements. */
export function worstBlocks(...measurements: readonly (Measurement | undefined)[]): Blocks | undefined {
  const blocks = measurements.flatMap((measurement) => measurement?.blocks ?? []);
  if (blocks.length === 0) return undefined;
  return {
    median: Math.max(...blocks.map(({ median }) => median)),
    p95: Math.max(...blocks.map(({ p95 }) => p95)),
    max: Math.max(...blocks.map(({ max }) => max)),
  };
}

export interface Target {
  readonly name: string;
  /** NaN if it was not measured. */
  readonly value: number;
  readonly limit: number;
  readonly unit?: string;
}

export function targetRow({ name, value, limit, unit = '' }: Target): readonly string[] {
  if (Number.isNaN(value)) return [name, '', `≤ ${String(limit)}${unit}`, 'not measured'];
  return [name, `${value.toFixed(1)}${unit}`, `≤ ${String(limit)}${unit}`, value <= limit ? 'met' : 'MISSED'];
}

export function ms(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(1)} ms`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** Prints rows in columns of equal width. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}
