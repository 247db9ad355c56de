import type { CurvePoint } from './curve.ts';
import { hash, uniform } from './random.ts';

/** Worlds with the same parameters are identical at every moment. Ranks count from 0, the largest audience. */
export interface WorldParameters {
  readonly seed: number;
  /** Unix milliseconds at which every channel is on the air. */
  readonly epochMs: number;
  /** Number of channels. */
  readonly rooms: number;
  /** The audience of rank r peaks around `largestAudience / (r + 1) ** zipfExponent`. */
  readonly zipfExponent: number;
  readonly largestAudience: number;
  /** How long each viewer stays. Default: a mix of times. */
  readonly staySeconds?: number | undefined;
}

/** Identifies one broadcast of a channel. */
export interface BroadcastId {
  /** The rank of the channel. */
  readonly rank: number;
  /** The position in the channel's sequence; number 0 is on the air at the epoch. */
  readonly number: number;
}

interface BroadcastPlan extends BroadcastId {
  readonly key: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly peak: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A channel begins a broadcast in each cycle of two to nine hours, and pauses at the end of the cycle. */
function cycleOf(world: WorldParameters, rank: number) {
  const key = hash(world.seed, rank);
  const lengthMs = Math.round((2 + 7 * uniform(key, 1)) * hourMs);
  return { key, lengthMs, firstMs: world.epochMs - Math.round(lengthMs * (0.05 + 0.85 * uniform(key, 2))) };
}

/** The number of a channel's newest broadcast at a moment. */
export function broadcastNumberAt(
  world: WorldParameters,
  { rank, ms }: { readonly rank: number; readonly ms: number },
): number {
  const cycle = cycleOf(world, rank);
  return Math.floor((ms - cycle.firstMs) / cycle.lengthMs);
}

export function planBroadcast(world: WorldParameters, { rank, number }: BroadcastId): BroadcastPlan {
  const cycle = cycleOf(world, rank);
  const key = hash(cycle.key, number + 16);
  const startMs = cycle.firstMs + number * cycle.lengthMs;
  const endMs = startMs + Math.round(cycle.lengthMs * (0.93 + 0.06 * uniform(key, 1)));
  const variation = Math.exp(uniform(key, 2) + uniform(key, 3) - 1);
  const peak = (world.largestAudience / (rank + 1) ** world.zipfExponent) * variation;
  return { rank, number, key, startMs, endMs, peak };
}

/** The audience as a share of the day's maximum: 0.55 at 09:00 in China, 1 at 21:00. */
export function dailyCurve(ms: number): number {
  const hoursFromPeak = (ms / hourMs - 13) % 24;
  return 0.775 + 0.225 * Math.cos((2 * Math.PI * hoursFromPeak) / 24);
}

/** The broadcast's own viewers: they arrive within minutes, peak after the middle and decline towards the end. */
function ownLevelAt(plan: BroadcastPlan, ms: number): number {
  const minutes = (ms - plan.startMs) / minuteMs;
  const fillMinutes = 4 + 11 * uniform(plan.key, 4);
  const progress = (ms - plan.startMs) / (plan.endMs - plan.startMs);
  const arc = 0.65 + 0.35 * Math.sin(Math.PI * progress ** 1.3);
  return plan.peak * (1 - Math.exp(-minutes / fillMinutes)) * arc * dailyCurve(ms);
}

/** The points of the curve of a room's own viewers: dense during the first minutes, then about twenty more. */
export function ownPoints(plan: BroadcastPlan): CurvePoint[] {
  const times = [0, 1, 2, 4, 7, 11, 16, 24].map((minutes) => plan.startMs + minutes * minuteMs);
  const stepMs = (plan.endMs - plan.startMs) / 20;
  for (let ms = plan.startMs + 24 * minuteMs + stepMs; ms < plan.endMs; ms += stepMs) times.push(ms);
  times.push(plan.endMs);
  return times.filter((ms) => ms <= plan.endMs).map((atMs) => ({ atMs, level: ownLevelAt(plan, atMs) }));
}

/** A raid: a broadcast ends and sends its viewers to another one. */
interface Raid {
  readonly atMs: number;
  readonly fromRank: number;
  readonly viewers: number;
}

/** Channels raid only within groups of this many adjacent ranks. */
const raidGroupSize = 4;

function raidGroupOf(rank: number): number {
  return rank - (rank % raidGroupSize);
}

/** The rank that receives the viewers when a broadcast ends, if it raids. */
function raidTarget(world: WorldParameters, plan: BroadcastPlan): number | undefined {
  if (uniform(plan.key, 5) >= 0.3) return undefined;
  const group = raidGroupOf(plan.rank);
  const target = group + ((plan.rank - group + 1 + (hash(plan.key, 6) % (raidGroupSize - 1))) % raidGroupSize);
  return target < world.rooms ? target : undefined;
}

/** The raids that arrive during a broadcast. */
export function raidsInto(world: WorldParameters, plan: BroadcastPlan): Raid[] {
  const raids: Raid[] = [];
  const group = raidGroupOf(plan.rank);
  for (let rank = group; rank < Math.min(group + raidGroupSize, world.rooms); rank += 1) {
    if (rank === plan.rank) continue;
    const last = broadcastNumberAt(world, { rank, ms: plan.endMs });
    for (let number = broadcastNumberAt(world, { rank, ms: plan.startMs }); number <= last; number += 1) {
      const raider = planBroadcast(world, { rank, number });
      if (raider.endMs <= plan.startMs || raider.endMs >= plan.endMs) continue;
      if (raidTarget(world, raider) !== plan.rank) continue;
      const share = 0.3 + 0.3 * uniform(raider.key, 7);
      raids.push({ atMs: raider.endMs, fromRank: rank, viewers: share * ownLevelAt(raider, raider.endMs) });
    }
  }
  return raids;
}

/** The viewers of a raid arrive within half a minute and leave with a half-life of twelve minutes. */
export function raidPoints(raid: Raid): CurvePoint[] {
  const minutes = [0.5, 4, 9, 16, 25, 37, 52, 75];
  const remaining = minutes.map((at) => ({
    atMs: raid.atMs + at * minuteMs,
    level: raid.viewers * 0.5 ** ((at - 0.5) / 12),
  }));
  return [{ atMs: raid.atMs, level: 0 }, ...remaining, { atMs: raid.atMs + 90 * minuteMs, level: 0 }];
}
