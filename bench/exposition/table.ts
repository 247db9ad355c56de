/** Prints rows in columns of equal width. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}

export function ms(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(1)} ms`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** A figure beside its target. */
export function verdict(name: string, value: number, target: number, unit = ''): readonly string[] {
  return [name, `${value.toFixed(1)}${unit}`, `≤ ${String(target)}${unit}`, value <= target ? 'met' : 'MISSED'];
}
