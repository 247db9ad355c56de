import { describe, expect, it } from '@jest/globals';
import { Collection, type CollectionSummary } from '../../../src/polling/collections/collection.ts';
import { CircuitBreaker } from '../../../src/polling/queue/circuit-breaker.ts';
import type { DemandOptions } from '../../../src/polling/queue/request-queue-options.ts';
import { RequestQueue } from '../../../src/polling/queue/request-queue.ts';
import type { PollingObserver } from '../../../src/polling/observer.ts';
import { CallFailure, type FailureReason } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const failure = (reason: FailureReason, code?: number) =>
  new CallFailure({ command: 'get_room_info', reason, found: reason, code });

interface Plan {
  readonly steps: readonly (Error | 'more' | 'done')[];
  readonly stepMs: number;
}

/** A queue on a clock that the test moves, with visits that do as told. */
function makeQueue({ ratePerSecond = 100, concurrency = 4, retries = 2, freshnessMs = 0, maxAgeMs = 600_000 } = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const plans = new Map<string, Plan>();
  const weights = new Map<string, number>();
  const gate = new CircuitBreaker();
  gate.open();
  const counted: string[] = [];
  const observer: PollingObserver = {
    collectionFinished: () => {},
    collectionSkipped: () => {},
    callFinished: (event) => counted.push(event.failure ?? 'ok'),
    callRetried: () => counted.push('retry'),
    roomsDeferred: () => {},
    rateLimitWaited: ({ seconds }) => (waited.seconds += seconds),
  };
  const waited = { seconds: 0 };
  const queue = new RequestQueue({
    sdkAppId: 1,
    command: 'get_room_info',
    ratePerSecond,
    concurrency,
    retries,
    callsPerVisit: 1,
    freshnessMs,
    maxAgeMs,
    weigh: (key) => weights.get(key) ?? 1,
    begin: (key) => {
      const { steps, stepMs } = plans.get(key) ?? { steps: [], stepMs: 0 };
      const left = [...steps];
      return {
        async step() {
          log.push(key);
          if (stepMs > 0) await new Promise<void>((resolve) => clock.after(stepMs, resolve));
          const step = left.shift() ?? 'done';
          if (step instanceof Error) throw step;
          return step;
        },
        failed: (fault) => log.push(`${key} failed: ${fault.reason}`),
      };
    },
    gate,
    clock,
    random: () => 0,
    observer,
    events: {
      callEnded: ({ failure: fault, isProbe }) => {
        if (isProbe && fault === undefined) gate.open();
        else if (isProbe && fault !== undefined) gate.close(fault, clock.monotonic());
        if (isProbe) queue.wakeUp();
      },
      appRefused: (fault) => {
        gate.close(fault, clock.monotonic());
        queue.wakeUp();
      },
      appTooFast: () => counted.push('app too fast'),
    },
  });
  const ends: CollectionSummary[] = [];
  /** Demands a visit to a room; each of its steps fails, goes on or ends as the list says, and takes `stepMs`. */
  const demand = (key: string, { steps = ['done'], stepMs = 0, ...options }: Partial<Plan> & DemandOptions = {}) => {
    plans.set(key, { steps, stepMs });
    queue.demand(key, options);
  };
  const collection = () => new Collection({ startedMs: 0, onEnd: (summary) => ends.push(summary) });
  return { queue, clock, log, counted, waited, ends, weights, demand, collection };
}

describe('RequestQueue', () => {
  it('makes the calls of the largest rooms first, spaced by the rate', async () => {
    const { clock, log, weights, demand } = makeQueue({ ratePerSecond: 10 });
    ['a', 'b', 'c', 'd'].forEach((key, rank) => weights.set(key, 100 / (rank + 1)));
    for (const key of ['d', 'b', 'a', 'c']) demand(key);
    await clock.advance(250);
    expect(log).toEqual(['a', 'b']);
    await clock.advance(300);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('holds a room once, and tells the collection once', async () => {
    const { clock, log, ends, demand, collection } = makeQueue();
    const round = collection();
    demand('a');
    demand('a', { collection: round });
    demand('a', { collection: round });
    round.close();
    await clock.advance(1000);
    expect(log).toEqual(['a']);
    expect(ends).toEqual([{ succeeded: true, rooms: 1, failed: 0, failure: undefined, startedMs: 0 }]);
  });

  it('lets an urgent visit go first, also one that was waiting', async () => {
    const { queue, clock, log, weights, demand } = makeQueue();
    weights.set('a', 100);
    for (const key of ['a', 'b', 'c']) demand(key);
    demand('d', { urgent: true });
    demand('c', { urgent: true });
    expect(queue.queueLength).toBe(4);
    await clock.advance(1000);
    expect(log).toEqual(['d', 'c', 'a', 'b']);
    expect(queue.queueLength).toBe(0);
  });

  it('never has more calls in flight than the concurrency', async () => {
    const { queue, clock, log, demand } = makeQueue({ concurrency: 3 });
    for (let room = 0; room < 9; room += 1) demand(`r${room}`, { steps: ['done'], stepMs: 1000 });
    await clock.advance(900);
    expect([log.length, queue.inFlight, queue.queueLength]).toEqual([3, 3, 6]);
    await clock.advance(600);
    expect([log.length, queue.inFlight, queue.queueLength]).toEqual([6, 3, 3]);
  });

  it('reads the pages of one room before it begins another', async () => {
    const { clock, log, demand } = makeQueue({ concurrency: 1 });
    demand('a', { steps: ['more', 'more', 'done'] });
    demand('b');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a', 'a', 'b']);
  });

  it('retries a passing fault with back-off while other rooms go on, each page with tries of its own', async () => {
    const { clock, log, counted, demand } = makeQueue({ concurrency: 1 });
    demand('a', { steps: [failure('timeout'), 'more', failure('http'), failure('http'), 'done'] });
    demand('b');
    await clock.advance(5000);
    expect(log).toEqual(['a', 'b', 'a', 'a', 'a', 'a']);
    expect(counted).toEqual(['timeout', 'retry', 'ok', 'ok', 'http', 'retry', 'http', 'retry', 'ok']);
  });

  it('gives up after the retries, and settles the collection with the failure', async () => {
    const { clock, log, ends, demand, collection } = makeQueue({ retries: 1 });
    const round = collection();
    demand('a', { steps: [failure('network'), failure('network')], collection: round });
    round.close();
    await clock.advance(5000);
    expect(log).toEqual(['a', 'a', 'a failed: network']);
    expect(ends.map((end) => [end.succeeded, end.failure?.reason])).toEqual([[false, 'network']]);
  });

  it('takes "gone" and "not a live room" for answers', async () => {
    const { clock, log, ends, demand, collection } = makeQueue();
    const round = collection();
    demand('a', { steps: [failure('gone', 100004)], collection: round });
    demand('b', { steps: [failure('permission', 100006)], collection: round });
    round.close();
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: gone', 'b', 'b failed: permission']);
    expect(ends.map((end) => end.succeeded)).toEqual([true]);
  });

  it('slows down when the server complains of the command, and leaves the app to its owner', async () => {
    const { queue, clock, counted, demand } = makeQueue({ ratePerSecond: 100 });
    demand('a', { steps: [failure('frequency', 60007), 'done'] });
    await clock.advance(50);
    expect(queue.ratePerSecond).toBe(50);
    demand('b', { steps: [failure('frequency', 60011), 'done'] });
    await clock.advance(2000);
    expect(counted).toContain('app too fast');
  });

  it('sends nothing for 60 s once the app is refused, then one call as a probe, then all', async () => {
    const { clock, log, demand } = makeQueue();
    demand('a', { steps: [failure('credentials', 70009)] });
    await clock.advance(100);
    demand('b');
    await clock.advance(59_800);
    demand('c');
    expect(log).toEqual(['a', 'a failed: credentials', 'b failed: credentials', 'c failed: credentials']);
    await clock.advance(1000);
    log.splice(0);
    demand('d', { steps: ['done'], stepMs: 2000 });
    demand('e');
    await clock.advance(1000);
    expect(log).toEqual(['d']);
    await clock.advance(2000);
    expect(log).toEqual(['d', 'e']);
  });

  it('closes again for 60 s when the probe is refused too', async () => {
    const { clock, log, demand } = makeQueue();
    demand('a', { steps: [failure('lockout', 70050)] });
    await clock.advance(61_000);
    demand('b', { steps: [failure('lockout', 70050)] });
    demand('c');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: lockout', 'b', 'c failed: lockout', 'b failed: lockout']);
  });

  it('forgets a room that waits, and counts it as answered', async () => {
    const { queue, clock, log, ends, demand, collection } = makeQueue();
    const round = collection();
    demand('a', { collection: round });
    round.close();
    queue.forget('a');
    await clock.advance(1000);
    expect(log).toEqual([]);
    expect(ends.map((end) => end.succeeded)).toEqual([true]);
  });

  it('tells how many rooms wait, how long the oldest has waited, and what the quota cost', async () => {
    const { queue, clock, waited, demand } = makeQueue({ ratePerSecond: 1 });
    demand('a');
    demand('b');
    demand('c');
    await clock.advance(1500);
    expect([queue.queueLength, queue.queueOldestSeconds, waited.seconds]).toEqual([2, 1.5, 1]);
  });

  it('starts nothing more once it is stopped', async () => {
    const { queue, clock, log, demand } = makeQueue({ ratePerSecond: 10 });
    demand('a', { steps: [failure('timeout'), 'done'] });
    demand('b');
    await clock.advance(110);
    queue.stop();
    demand('c');
    await clock.advance(10_000);
    expect(log).toEqual(['a']);
  });

  it('visits a room again at once when its answer has raised a doubt', async () => {
    const { queue, clock, log, demand } = makeQueue();
    demand('a', { stepMs: 100 });
    await clock.advance(50);
    queue.demand('a', { urgent: true });
    queue.demand('a');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a']);
  });

  it('survives a mistake of ours in a visit', async () => {
    const { clock, log, counted, demand } = makeQueue();
    demand('a', { steps: [new TypeError('undefined is not a function')] });
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: unknown']);
    expect(counted).toEqual(['unknown']);
  });

  it('asks the largest rooms most often where there are more rooms than calls, and none too rarely', async () => {
    const { clock, log, weights, demand } = makeQueue({ ratePerSecond: 2, maxAgeMs: 60_000 });
    const rooms = Array.from({ length: 60 }, (_, rank) => `r${rank}`);
    rooms.forEach((key, rank) => weights.set(key, 10_000 / (rank + 1) ** 2));
    for (let second = 0; second < 600; second += 10) {
      for (const key of rooms) demand(key);
      await clock.advance(10_000);
    }
    const calls = (key: string) => log.filter((called) => called === key).length;
    expect([calls('r0'), calls('r1'), calls('r2')]).toEqual([60, 60, 60]);
    expect(Math.min(...rooms.map(calls))).toBeGreaterThanOrEqual(9);
    expect(log.length).toBeGreaterThan(1150);
  });

  it('does not ask again before the data can be newer', async () => {
    const { clock, log, demand } = makeQueue({ freshnessMs: 10_000 });
    demand('a');
    await clock.advance(2000);
    demand('a');
    await clock.advance(6900);
    expect(log).toEqual(['a']);
    await clock.advance(200);
    expect(log).toEqual(['a', 'a']);
  });
});
