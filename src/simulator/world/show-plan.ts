import type { CurvePoint } from './curve.ts';
import { hash, uniform } from './hash.ts';

/** What decides a world: with the same parameters, every moment is the same. Ranks count from 0, the largest audience. */
export interface WorldParameters {
  readonly seed: number;
  /** Unix milliseconds at which every channel is on the air. */
  readonly epochMs: number;
  /** Number of channels. */
  readonly rooms: number;
  /** The audience of rank r peaks around `largestAudience / (r + 1) ** zipfExponent`. */
  readonly zipfExponent: number;
  readonly largestAudience: number;
}

/** One show of a channel: a room's life from its creation to its end. */
export interface ShowPlan {
  readonly rank: number;
  /** Counts the channel's shows; 0 is on the air at the epoch. */
  readonly number: number;
  readonly key: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly peak: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Channels of adjacent ranks that raid one another. */
const CIRCLE = 4;

/** A channel begins a show each cycle (two to nine hours, its own) and pauses at the end of it. */
function cycleOf(world: WorldParameters, rank: number): { readonly key: number; lengthMs: number; firstMs: number } {
  const key = hash(world.seed, rank);
  const lengthMs = Math.round((2 + 7 * uniform(key, 1)) * HOUR_MS);
  return { key, lengthMs, firstMs: world.epochMs - Math.round(lengthMs * (0.05 + 0.85 * uniform(key, 2))) };
}

/** The number of the channel's newest show at a moment. */
export function showNumberAt(world: WorldParameters, rank: number, ms: number): number {
  const cycle = cycleOf(world, rank);
  return Math.floor((ms - cycle.firstMs) / cycle.lengthMs);
}

export function planShow(world: WorldParameters, rank: number, number: number): ShowPlan {
  const cycle = cycleOf(world, rank);
  const key = hash(cycle.key, number + 16);
  const startMs = cycle.firstMs + number * cycle.lengthMs;
  const endMs = startMs + Math.round(cycle.lengthMs * (0.93 + 0.06 * uniform(key, 1)));
  const luck = Math.exp(uniform(key, 2) + uniform(key, 3) - 1);
  return { rank, number, key, startMs, endMs, peak: (world.largestAudience / (rank + 1) ** world.zipfExponent) * luck };
}

/** The share of the day's largest audience that is up at a moment: from 0.55 before dawn to 1 at 21:00 in China. */
export function dailyCurve(ms: number): number {
  const hoursFromPeak = (ms / HOUR_MS - 13) % 24;
  return 0.775 + 0.225 * Math.cos((2 * Math.PI * hoursFromPeak) / 24);
}

/** Viewers that a show draws by itself: it fills within minutes, peaks past its middle and thins out before its end. */
export function ownLevelAt(show: ShowPlan, ms: number): number {
  const minutes = (ms - show.startMs) / MINUTE_MS;
  const fillMinutes = 4 + 11 * uniform(show.key, 4);
  const progress = (ms - show.startMs) / (show.endMs - show.startMs);
  const arc = 0.65 + 0.35 * Math.sin(Math.PI * progress ** 1.3);
  return show.peak * (1 - Math.exp(-minutes / fillMinutes)) * arc * dailyCurve(ms);
}

/** The corners of a show's curve: dense while it fills, then about twenty. */
export function ownPoints(show: ShowPlan): CurvePoint[] {
  const times = [0, 1, 2, 4, 7, 11, 16, 24].map((minutes) => show.startMs + minutes * MINUTE_MS);
  const stepMs = (show.endMs - show.startMs) / 20;
  for (let ms = show.startMs + 24 * MINUTE_MS + stepMs; ms < show.endMs; ms += stepMs) times.push(ms);
  times.push(show.endMs);
  return times.filter((ms) => ms <= show.endMs).map((atMs) => ({ atMs, level: ownLevelAt(show, atMs) }));
}

/** Viewers that another show's end sent over. */
export interface Raid {
  readonly atMs: number;
  readonly fromRank: number;
  readonly viewers: number;
}

/** The rank that a show sends its viewers to when it ends, if it raids one. */
export function raidTarget(world: WorldParameters, show: ShowPlan): number | undefined {
  if (uniform(show.key, 5) >= 0.3) return undefined;
  const circle = show.rank - (show.rank % CIRCLE);
  const target = circle + ((show.rank - circle + 1 + (hash(show.key, 6) % (CIRCLE - 1))) % CIRCLE);
  return target < world.rooms ? target : undefined;
}

/** The raids that come in while a show is on. */
export function raidsInto(world: WorldParameters, show: ShowPlan): Raid[] {
  const raids: Raid[] = [];
  const circle = show.rank - (show.rank % CIRCLE);
  for (let rank = circle; rank < Math.min(circle + CIRCLE, world.rooms); rank += 1) {
    if (rank === show.rank) continue;
    const last = showNumberAt(world, rank, show.endMs);
    for (let number = showNumberAt(world, rank, show.startMs); number <= last; number += 1) {
      const raider = planShow(world, rank, number);
      if (raider.endMs <= show.startMs || raider.endMs >= show.endMs) continue;
      if (raidTarget(world, raider) !== show.rank) continue;
      const share = 0.3 + 0.3 * uniform(raider.key, 7);
      raids.push({ atMs: raider.endMs, fromRank: rank, viewers: share * ownLevelAt(raider, raider.endMs) });
    }
  }
  return raids;
}

/** A raid's viewers arrive within half a minute and wander off with a half-life of twelve minutes. */
export function raidPoints(raid: Raid): CurvePoint[] {
  const minutes = [0.5, 4, 9, 16, 25, 37, 52, 75];
  const left = minutes.map((at) => ({
    atMs: raid.atMs + at * MINUTE_MS,
    level: raid.viewers * 0.5 ** ((at - 0.5) / 12),
  }));
  return [{ atMs: raid.atMs, level: 0 }, ...left, { atMs: raid.atMs + 90 * MINUTE_MS, level: 0 }];
}
