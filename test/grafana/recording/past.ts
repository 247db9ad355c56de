import { roomIdOf, type Sample } from './samples.ts';

/** The past value of a sample: `ageMs` before its end, after the given share of the recorded time. */
export function valueBefore(
  sample: Sample,
  { ageMs, share }: { readonly ageMs: number; readonly share: number },
): number {
  const { metric, value } = sample;
  if (metric.endsWith('_timestamp_seconds')) return value - ageMs / 1000;
  // Counters, and view_count, which increases in the same way.
  if (/_(total|sum|count|bucket)$/.test(metric)) return value * share;
  if (metric !== 'tencent_live_room_online_members') return value;
  // The length of its id decides whether a room has gained or lost viewers.
  const isGaining = (roomIdOf(sample) ?? '').length % 2 === 0;
  return Math.round(value * (isGaining ? 0.5 + share / 2 : 1.5 - share / 2));
}
