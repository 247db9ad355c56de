/** Prometheus' units, largest first, in milliseconds; a year has 365 days. */
const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const pattern = new RegExp(`^${units.map(([unit]) => `(?:(\\d+)${unit})?`).join('')}$`);

/**
 * Milliseconds of a duration as Prometheus writes it (`15s`, `1h30m`, `0`): whole numbers, units from large to small,
 * each at most once. Undefined for any other text, and for more than 2^53 ms.
 * Source: `<duration>` in Prometheus' configuration documentation.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : pattern.exec(text);
  if (match === null) return undefined;
  const totalMs = units.reduce((sum, [, unitMs], index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
  return Number.isSafeInteger(totalMs) ? totalMs : undefined;
}

/** The text that `parseDuration` reads back. As in Prometheus, years and weeks are used only without a remainder. */
export function formatDuration(durationMs: number): string {
  let remainingMs = durationMs;
  let text = '';
  for (const [unit, unitMs] of units) {
    const fits = unit === 'y' || unit === 'w' ? remainingMs % unitMs === 0 : true;
    const count = fits ? Math.floor(remainingMs / unitMs) : 0;
    if (count > 0) text += `${count}${unit}`;
    remainingMs -= count * unitMs;
  }
  return text === '' ? '0s' : text;
}
