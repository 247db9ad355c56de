import { Curve, type CurvePoint } from './curve.ts';

/** What is done to an audience from outside: by a test, a scenario or the control endpoint. */
export type LevelChange =
  | { readonly kind: 'set'; readonly fromMs: number; readonly level: number }
  | {
      readonly kind: 'scale';
      readonly fromMs: number;
      /** Until then the factor holds; afterwards the audience comes back. */
      readonly untilMs: number;
      readonly factor: number;
      /** Time in which the change comes and, later, goes. */
      readonly rampMs: number;
    };

/** The corners of the sum of several lines, after the changes in their order. */
export function changedPoints(
  lines: readonly (readonly CurvePoint[])[],
  changes: readonly LevelChange[],
): readonly CurvePoint[] {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined && changes.length === 0) return only;
  const curves = lines.map((points) => new Curve(points));
  const startMs = Math.min(...lines.map((points) => points[0]?.atMs ?? Infinity));
  const times = [...lines.flat().map((point) => point.atMs), ...changes.flatMap(cornersOf)];
  const sorted = [...new Set(times.filter((ms) => ms >= startMs && Number.isFinite(ms)))].toSorted((a, b) => a - b);
  return sorted.map((atMs) => {
    const level = curves.reduce((sum, curve) => sum + curve.levelAt(atMs), 0);
    return { atMs, level: changes.reduce((changed, change) => applied(change, atMs, changed), level) };
  });
}

/** A step is a ramp of one millisecond, so that the line stays a line. */
function cornersOf(change: LevelChange): number[] {
  if (change.kind === 'set') return [change.fromMs - 1, change.fromMs];
  const { fromMs, untilMs, rampMs } = change;
  return [fromMs, fromMs + rampMs, untilMs, untilMs + rampMs];
}

function applied(change: LevelChange, ms: number, level: number): number {
  if (change.kind === 'set') return ms >= change.fromMs ? change.level : level;
  const { fromMs, untilMs, rampMs, factor } = change;
  if (ms <= fromMs || ms >= untilMs + rampMs) return level;
  const come = Math.min(1, (ms - fromMs) / rampMs);
  const gone = ms > untilMs ? (ms - untilMs) / rampMs : 0;
  return level * (1 + (factor - 1) * (come - gone));
}
