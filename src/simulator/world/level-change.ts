import { Curve, type CurvePoint } from './curve.ts';

/** Why a member is no longer in the room. */
export type DepartureCause = 'leave' | 'disconnect' | 'kicked';

/** Why the members go that a change takes away: one cause for all, or a mix. */
export type DropCause = DepartureCause | 'mixed';

/** The shares of the causes; the other members leave. */
export const dropShares: Readonly<Record<DropCause, { readonly disconnect: number; readonly kicked: number }>> = {
  leave: { disconnect: 0, kicked: 0 },
  disconnect: { disconnect: 1, kicked: 0 },
  kicked: { disconnect: 0, kicked: 1 },
  mixed: { disconnect: 0.5, kicked: 0.2 },
};

/** A change of an audience from outside: by a test, a scenario or the control API. */
export type LevelChange =
  | { readonly kind: 'set'; readonly fromMs: number; readonly level: number }
  | {
      readonly kind: 'scale';
      readonly fromMs: number;
      /** The factor applies until then; afterwards the audience returns. */
      readonly untilMs: number;
      readonly factor: number;
      /** The duration of the transition at each end. */
      readonly rampMs: number;
      /** Why members go while the change begins. Default: as at any time. */
      readonly cause?: DropCause | undefined;
    };

/** The points of the sum of several lines, with the changes applied in order. */
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
    const before = curves.reduce((sum, curve) => sum + curve.levelAt(atMs), 0);
    return { atMs, level: changes.reduce((level, change) => levelAfter(change, { atMs, level }), before) };
  });
}

/** A step is a ramp of one millisecond, so that the curve stays continuous. */
function cornersOf(change: LevelChange): number[] {
  if (change.kind === 'set') return [change.fromMs - 1, change.fromMs];
  const { fromMs, untilMs, rampMs } = change;
  return [fromMs, fromMs + rampMs, untilMs, untilMs + rampMs];
}

function levelAfter(change: LevelChange, { atMs, level }: CurvePoint): number {
  if (change.kind === 'set') return atMs >= change.fromMs ? change.level : level;
  const { fromMs, untilMs, rampMs, factor } = change;
  if (atMs <= fromMs || atMs >= untilMs + rampMs) return level;
  const begun = Math.min(1, (atMs - fromMs) / rampMs);
  const undone = atMs > untilMs ? (atMs - untilMs) / rampMs : 0;
  return level * (1 + (factor - 1) * (begun - undone));
}
