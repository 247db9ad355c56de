import { roomIdOf, type Sample } from './samples.ts';

/** How a sample has come to its value: `ageMs` before, with `share` of the recording's time gone. */
export function valueBefore(
  sample: Sample,
  { ageMs, share }: { readonly ageMs: number; readonly share: number },
): number {
  const { metric, value } = sample;
  if (metric.endsWith('_timestamp_seconds')) return value - ageMs / 1000;
  // Counters, and view_count, which rises as they do.
  if (/_(total|sum|count|bucket)$/.test(metric)) return value * share;
  if (metric !== 'tencent_live_room_online_members') return value;
  // By the length of its id, a room has gained viewers or lost some.
  const isGaining = (roomIdOf(sample) ?? '').length % 2 === 0;
  return Math.round(value * (isGaining ? 0.5 + share / 2 : 1.5 - share / 2));
}
