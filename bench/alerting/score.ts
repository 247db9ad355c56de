import { type Audience, median } from './audiences.ts';

const minuteMs = 60_000;

/** For all detectors alike, alerts that follow each other faster are one. */
const sameAlertMs = 10 * minuteMs;

/** When alerts begin, from the times at which the condition holds, ascending. */
export function alertsOf(holdsAtMs: readonly number[]): readonly number[] {
  return holdsAtMs.filter((atMs, index) => index === 0 || atMs - (holdsAtMs[index - 1] as number) > sameAlertMs);
}

/** The share of the drops after which the condition holds in time. */
export function recallOf(
  drops: readonly { readonly dropMs: number; readonly holdsAtMs: readonly number[] }[],
  withinMs: number,
): number {
  const found = drops.filter(({ dropMs, holdsAtMs }) =>
    holdsAtMs.some((atMs) => atMs > dropMs && atMs <= dropMs + withinMs),
  );
  return found.length / drops.length;
}

/** The share of the audience that is missing after a real loss, at least. */
const realLoss = 0.4;

/**
 * Minutes at which a real audience lost more than 40 % within 4 minutes and did not win it back for 20: the medians of the 4
 * and of the 20 minutes are that low. The minutes are up to 2 before the losses.
 */
export function realLosses(audience: Audience): readonly number[] {
  const losses: number[] = [];
  for (let minute = 5; minute < audience.length - 20; minute += 1) {
    const before = medianOf(audience, minute - 5, minute);
    const isLost = (from: number, to: number) => medianOf(audience, from, to) < (1 - realLoss) * before;
    if (!isLost(minute + 1, minute + 5) || !isLost(minute, minute + 20)) continue;
    losses.push(minute);
    minute += 20;
  }
  return losses;
}

/** Whether the audience has less than 70 % of its members 15 to 20 minutes after an alert: otherwise it came back. */
export function lasts(audience: Audience, alertMs: number): boolean {
  const minute = Math.floor(alertMs / minuteMs);
  return medianOf(audience, minute + 15, minute + 20) < 0.7 * medianOf(audience, minute - 25, minute - 10);
}

/** Whether an alert belongs to a real loss. */
export function reports(alertMs: number, lossMinute: number): boolean {
  const minute = alertMs / minuteMs;
  return minute > lossMinute - 1 && minute < lossMinute + 15;
}

/** False zeros are left out. NaN without minutes. */
function medianOf(audience: Audience, from: number, to: number): number {
  return median(audience.slice(Math.max(0, from), to).map((viewers) => (viewers === 0 ? undefined : viewers))) ?? NaN;
}
