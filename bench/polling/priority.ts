import { PollQueue } from '../../src/polling/queue/poll-queue.ts';
import { QueueEntry } from '../../src/polling/queue/queue-entry.ts';

export interface PriorityResult {
  readonly exponent: number;
  /** Audience-weighted mean age in seconds: of the queue, the optimum of all rates, and of round robin. */
  readonly reached: number;
  readonly best: number;
  readonly roundRobin: number;
}

const rooms = 50_000;
const callsPerSecond = 200;
const cacheAgeSeconds = 10;
const maxAgeSeconds = Math.max(600, (1.5 * rooms) / callsPerSecond);

/** The mean age of the audiences of 50,000 rooms that share 200 calls per second, weighted by audience. */
export function measurePriority(): readonly PriorityResult[] {
  return [1.0, 1.2].map((exponent) => {
    const weights = Array.from({ length: rooms }, (_, rank) => 1e6 / (rank + 1) ** exponent);
    return { exponent, reached: reachedAge(weights), best: bestAge(weights), roundRobin: rooms / callsPerSecond / 2 };
  });
}

/** Simulated time: a call every 5 ms, a trigger every 10 s; the first 20 min do not count. */
function reachedAge(weights: readonly number[]): number {
  const [from, until] = [1200, 4800];
  const queue = new PollQueue({ cacheAgeMs: cacheAgeSeconds * 1000 });
  const entries = weights.map((_, rank) => new QueueEntry(String(rank), 0));
  const calledAt = new Float64Array(rooms);
  let weightedAge = 0;
  const addAge = (rank: number, now: number) => {
    const since = calledAt[rank] ?? 0;
    const [start, end] = [Math.max(from, since) - since, Math.max(from, now) - since];
    weightedAge += ((weights[rank] ?? 0) * (end ** 2 - start ** 2)) / 2;
  };
  for (let call = 0; call < until * callsPerSecond; call += 1) {
    const now = call / callsPerSecond;
    if (call % (10 * callsPerSecond) === 0) {
      const offer = { urgent: false, maxAgeMs: maxAgeSeconds * 1000, nowMs: now * 1000 };
      entries.forEach((entry, rank) => queue.offer(entry, { ...offer, weight: weights[rank] ?? 0 }));
    }
    const entry = queue.take(now * 1000);
    if (entry === undefined) continue;
    const rank = Number(entry.key);
    addAge(rank, now);
    calledAt[rank] = now;
  }
  for (let rank = 0; rank < rooms; rank += 1) addAge(rank, until);
  return weightedAge / sum(weights) / (until - from);
}

/** The optimum by bisection: rates in proportion to the square root of the weight, between the two ages. */
function bestAge(weights: readonly number[]): number {
  const rateOf = (share: number, weight: number) =>
    Math.min(1 / cacheAgeSeconds, Math.max(1 / maxAgeSeconds, share * Math.sqrt(Math.max(1, weight))));
  let [low, high] = [1e-12, 1e6];
  for (let step = 0; step < 200; step += 1) {
    const middle = Math.sqrt(low * high);
    if (sum(weights.map((weight) => rateOf(middle, weight))) > callsPerSecond) high = middle;
    else low = middle;
  }
  return sum(weights.map((weight) => weight / rateOf(low, weight) / 2)) / sum(weights);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
