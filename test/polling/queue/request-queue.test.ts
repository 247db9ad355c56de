import { silentObserver } from '../../support/silent-observer.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Collection, type CollectionSummary } from '../../../src/polling/collections/collections.ts';
import type { PollingObserver } from '../../../src/polling/observer.ts';
import { CircuitBreaker } from '../../../src/polling/queue/circuit-breaker.ts';
import type { EnqueueOptions } from '../../../src/polling/queue/request-queue-options.ts';
import { RequestQueue } from '../../../src/polling/queue/request-queue.ts';
import { CallFailure, type FailureReason } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const failure = (reason: FailureReason, code?: number) =>
  new CallFailure({ command: 'get_room_info', reason, found: reason, code });

interface Plan {
  /** What the calls of a job return or throw, one after another. */
  readonly calls: readonly (Error | 'more' | 'done')[];
  /** How long each call takes. */
  readonly callMs: number;
}

/** A queue on a clock that the test moves; `enqueue` says what the calls of each job return. */
function makeQueue({ ratePerSecond = 100, concurrency = 4, retries = 2, cacheAgeMs = 0, maxAgeMs = 600_000 } = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const plans = new Map<string, Plan>();
  const weights = new Map<string, number>();
  const circuitBreaker = new CircuitBreaker({ openForMs: 60_000 });
  circuitBreaker.close();
  const observed: string[] = [];
  const outages: string[] = [];
  const waited = { seconds: 0 };
  /** Calls in flight, by room. */
  const inFlight = new Map<string, number>();
  let mostAtOnce = 0;
  const observer: PollingObserver = {
    ...silentObserver,
    callFinished: (event) => observed.push(event.failure ?? 'ok'),
    callRetried: () => observed.push('retry'),
    rateLimitWaited: ({ seconds }) => (waited.seconds += seconds),
  };
  const queue = new RequestQueue({
    allowedRate: (rate) => rate,
    sdkAppId: 1,
    command: 'get_room_info',
    ratePerSecond,
    concurrency,
    retries,
    callsPerJob: 1,
    cacheAgeMs,
    maxAgeMs,
    weightOf: (key) => weights.get(key) ?? 1,
    startJob: (key) => {
      const { calls, callMs } = plans.get(key) ?? { calls: [], callMs: 0 };
      const left = [...calls];
      return {
        async next() {
          log.push(key);
          inFlight.set(key, (inFlight.get(key) ?? 0) + 1);
          mostAtOnce = Math.max(mostAtOnce, inFlight.get(key) ?? 0);
          if (callMs > 0) await new Promise<void>((resolve) => clock.after(callMs, resolve));
          inFlight.set(key, (inFlight.get(key) ?? 0) - 1);
          const result = left.shift() ?? 'done';
          if (result instanceof Error) throw result;
          return result;
        },
        failed: ({ reason }) => log.push(`${key} failed: ${reason}`),
      };
    },
    circuitBreaker,
    clock,
    random: () => 0,
    observer,
    events: {
      callEnded: ({ failure: error, isTrial, outage }) => {
        if (outage !== undefined) outages.push(outage.kind);
        if (!isTrial) return;
        if (error === undefined) circuitBreaker.close();
        else circuitBreaker.open(error, clock.monotonic());
        queue.wakeUp();
      },
      appRefused: (error) => {
        circuitBreaker.open(error, clock.monotonic());
        queue.wakeUp();
      },
      appTooFast: () => observed.push('app too fast'),
    },
  });
  const ends: CollectionSummary[] = [];
  const enqueue = (key: string, { calls = ['done'], callMs = 0, ...options }: Partial<Plan> & EnqueueOptions = {}) => {
    plans.set(key, { calls, callMs });
    queue.enqueue(key, options);
  };
  const startCollection = () =>
    new Collection({ startedMs: 0, areRoomsKnown: () => true, onEnd: (summary) => ends.push(summary) });
  const mostCallsAtOnce = () => mostAtOnce;
  return { queue, clock, log, observed, outages, waited, ends, weights, enqueue, startCollection, mostCallsAtOnce };
}

/** A queue with 30 rooms that are due every 10 s; all of their calls fail until `respond` is called. */
function makeOutage(options: Partial<OutageOptions> = {}) {
  const { reason = 'network', callMs = 0, concurrency = 4, ratePerSecond = 100 } = options;
  const made = makeQueue({ concurrency, ratePerSecond });
  const rooms = Array.from({ length: 30 }, (_, rank) => `r${rank}`);
  let isOver = false;
  let calls = 0;
  /** Enqueues all rooms. Returns the calls that were made until the next trigger. */
  const trigger = async () => {
    const before = calls;
    const collection = made.startCollection();
    const plan: Plan = isOver
      ? { calls: [], callMs: 0 }
      : { calls: [failure(reason), failure(reason), failure(reason)], callMs };
    for (const room of rooms) made.enqueue(room, { ...plan, collection });
    collection.close();
    await made.clock.advance(10_000);
    calls = made.log.filter((line) => !line.includes('failed')).length;
    return calls - before;
  };
  return { ...made, trigger, respond: () => (isOver = true) };
}

interface OutageOptions {
  readonly reason: FailureReason;
  readonly callMs: number;
  readonly concurrency: number;
  readonly ratePerSecond: number;
}

describe('The request queue', () => {
  it('Calls for the largest rooms are made first, spaced by the rate limit', async () => {
    const { clock, log, weights, enqueue } = makeQueue({ ratePerSecond: 10 });
    ['a', 'b', 'c', 'd'].forEach((key, rank) => weights.set(key, 100 / (rank + 1)));
    for (const key of ['d', 'b', 'a', 'c']) enqueue(key);
    await clock.advance(250);
    expect(log).toEqual(['a', 'b']);
    await clock.advance(300);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('A room that is enqueued twice is called once, and its collection is notified once', async () => {
    const { clock, log, ends, enqueue, startCollection } = makeQueue();
    const collection = startCollection();
    enqueue('a');
    enqueue('a', { collection });
    enqueue('a', { collection });
    collection.close();
    await clock.advance(1000);
    expect(log).toEqual(['a']);
    expect(ends).toEqual([{ succeeded: true, rooms: 1, failed: 0, failure: undefined, startedMs: 0 }]);
  });

  it('An urgent job goes first, even if it already waits', async () => {
    const { queue, clock, log, weights, enqueue } = makeQueue();
    weights.set('a', 100);
    for (const key of ['a', 'b', 'c']) enqueue(key);
    enqueue('d', { urgent: true });
    enqueue('c', { urgent: true });
    expect(queue.length).toBe(4);
    await clock.advance(1000);
    expect(log).toEqual(['d', 'c', 'a', 'b']);
    expect(queue.length).toBe(0);
  });

  it('No more calls are in flight than the concurrency limit allows', async () => {
    const { queue, clock, log, enqueue } = makeQueue({ concurrency: 3 });
    for (let room = 0; room < 9; room += 1) enqueue(`r${room}`, { calls: ['done'], callMs: 1000 });
    await clock.advance(900);
    expect([log.length, queue.inFlight, queue.length]).toEqual([3, 3, 6]);
    await clock.advance(600);
    expect([log.length, queue.inFlight, queue.length]).toEqual([6, 3, 3]);
  });

  it('All pages of one room are read before the next room is started', async () => {
    const { clock, log, enqueue } = makeQueue({ concurrency: 1 });
    enqueue('a', { calls: ['more', 'more', 'done'] });
    enqueue('b');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a', 'a', 'b']);
  });

  it('A transient error is retried after a back-off while other rooms are called, and each page has its own retries', async () => {
    const { clock, log, observed, enqueue } = makeQueue({ concurrency: 1 });
    enqueue('a', { calls: [failure('timeout'), 'more', failure('http'), failure('http'), 'done'] });
    enqueue('b');
    await clock.advance(5000);
    expect(log).toEqual(['a', 'b', 'a', 'a', 'a', 'a']);
    expect(observed).toEqual(['timeout', 'retry', 'ok', 'ok', 'http', 'retry', 'http', 'retry', 'ok']);
  });

  it('A job gives up after its last retry, and its collection gets the failure', async () => {
    const { clock, log, ends, enqueue, startCollection } = makeQueue({ retries: 1 });
    const collection = startCollection();
    enqueue('a', { calls: [failure('network'), failure('network')], collection });
    collection.close();
    await clock.advance(5000);
    expect(log).toEqual(['a', 'a', 'a failed: network']);
    expect(ends.map((end) => [end.succeeded, end.failure?.reason])).toEqual([[false, 'network']]);
  });

  it('The responses "gone" and "not a live room" do not fail a collection', async () => {
    const { clock, log, ends, enqueue, startCollection } = makeQueue();
    const collection = startCollection();
    enqueue('a', { calls: [failure('gone', 100004)], collection });
    enqueue('b', { calls: [failure('permission', 100006)], collection });
    collection.close();
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: gone', 'b', 'b failed: permission']);
    expect(ends.map((end) => end.succeeded)).toEqual([true]);
  });

  it('The queue slows down when the server complains about its command, and reports complaints about the whole app', async () => {
    const { queue, clock, observed, enqueue } = makeQueue({ ratePerSecond: 100 });
    enqueue('a', { calls: [failure('frequency', 60007), 'done'] });
    await clock.advance(50);
    expect(queue.ratePerSecond).toBe(50);
    enqueue('b', { calls: [failure('frequency', 60011), 'done'] });
    await clock.advance(2000);
    expect(observed).toContain('app too fast');
  });

  it('After the API refuses the app, nothing is sent for 60 s, then one trial call, then all calls', async () => {
    const { clock, log, enqueue } = makeQueue();
    enqueue('a', { calls: [failure('lockout', 70050)] });
    await clock.advance(100);
    enqueue('b');
    await clock.advance(59_800);
    enqueue('c');
    expect(log).toEqual(['a', 'a failed: lockout', 'b failed: lockout', 'c failed: lockout']);
    await clock.advance(1000);
    log.splice(0);
    enqueue('d', { calls: ['done'], callMs: 2000 });
    enqueue('e');
    await clock.advance(1000);
    expect(log).toEqual(['d']);
    await clock.advance(2000);
    expect(log).toEqual(['d', 'e']);
  });

  it('If the trial call is refused too, the circuit breaker opens again and nothing else is sent', async () => {
    const { clock, log, enqueue } = makeQueue();
    enqueue('a', { calls: [failure('lockout', 70050)] });
    await clock.advance(61_000);
    enqueue('b', { calls: [failure('lockout', 70050)] });
    enqueue('c');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: lockout', 'b', 'c failed: lockout', 'b failed: lockout']);
  });

  it('Forgetting a room that waits settles its collection without a failure', async () => {
    const { queue, clock, log, ends, enqueue, startCollection } = makeQueue();
    const collection = startCollection();
    enqueue('a', { collection });
    collection.close();
    queue.forget('a');
    await clock.advance(1000);
    expect(log).toEqual([]);
    expect(ends.map((end) => end.succeeded)).toEqual([true]);
  });

  it('Forgetting a room during its call lets the job end, and then removes the room', async () => {
    const { queue, clock, log, ends, enqueue, startCollection } = makeQueue();
    const collection = startCollection();
    enqueue('a', { calls: ['more', 'done'], callMs: 100, collection });
    collection.close();
    await clock.advance(50);
    queue.forget('a');
    await clock.advance(1000);
    expect([log, ends.map((end) => end.succeeded)]).toEqual([['a', 'a'], [true]]);
    // The passes over all rooms are shorter without it.
    expect(queue.intervalMs(1, 1)).toBe(1);
  });

  it('The interval of a room follows slow responses too, since they allow fewer calls than the quota', async () => {
    const { queue, clock, enqueue } = makeQueue({ ratePerSecond: 100, concurrency: 4 });
    const rooms = Array.from({ length: 400 }, (_, rank) => `r${rank}`);
    for (const room of rooms) enqueue(room, { calls: ['done'], callMs: 2500 });
    await clock.advance(400 * 2500);
    // 400 rooms, of which four are called in 2.5 s.
    expect(queue.intervalMs(1, 10_000)).toBeGreaterThanOrEqual(240_000);
  });

  it('Forgetting a room between two pages ends its job at once, and settles its collection once', async () => {
    const { queue, clock, log, ends, enqueue, startCollection } = makeQueue({ ratePerSecond: 1 });
    const collection = startCollection();
    enqueue('a', { calls: ['more', 'done'], collection });
    collection.close();
    await clock.advance(1100);
    expect([log, queue.length]).toEqual([['a'], 1]);
    queue.forget('a');
    expect([queue.length, ends.map((end) => end.succeeded)]).toEqual([0, [true]]);
    await clock.advance(10_000);
    expect([log, ends.length]).toEqual([['a'], 1]);
  });

  it('A room that is forgotten between two pages is not called again, even if it was enqueued as urgent', async () => {
    const { queue, clock, log, enqueue } = makeQueue({ ratePerSecond: 1 });
    enqueue('a', { calls: ['more', 'done'], callMs: 100 });
    await clock.advance(1050);
    queue.enqueue('a', { urgent: true });
    await clock.advance(100);
    expect([log, queue.length]).toEqual([['a'], 1]);
    queue.forget('a');
    await clock.advance(10_000);
    expect([log, queue.length]).toEqual([['a'], 0]);
  });

  it('A room that is forgotten during a call and enqueued again before the next page stays known', async () => {
    const { queue, clock, log, enqueue } = makeQueue({ ratePerSecond: 1, cacheAgeMs: 60_000 });
    enqueue('a', { calls: ['more', 'done'], callMs: 100 });
    await clock.advance(1050);
    queue.forget('a');
    await clock.advance(100);
    expect([log, queue.length]).toEqual([['a'], 1]);
    queue.enqueue('a');
    await clock.advance(2000);
    expect(log).toEqual(['a', 'a']);
    // Its last call is not forgotten: the server still caches the response.
    queue.enqueue('a');
    await clock.advance(10_000);
    expect(log).toEqual(['a', 'a']);
  });

  it('An urgent job still follows a call during which the room was forgotten and enqueued again', async () => {
    const { queue, clock, log, enqueue } = makeQueue();
    enqueue('a', { callMs: 100 });
    await clock.advance(50);
    queue.enqueue('a', { urgent: true });
    queue.forget('a');
    queue.enqueue('a');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a']);
  });

  it('A room that is forgotten while it backs off is tried once more and then removed', async () => {
    const { queue, clock, log, ends, enqueue, startCollection } = makeQueue();
    const collection = startCollection();
    enqueue('a', { calls: [failure('timeout'), 'done'], collection });
    collection.close();
    await clock.advance(50);
    queue.forget('a');
    expect(ends).toEqual([]);
    await clock.advance(1000);
    expect([log, ends.map((end) => end.succeeded)]).toEqual([['a', 'a'], [true]]);
  });

  it('A room that is enqueued as urgent while it backs off gets another job after the present one', async () => {
    const { queue, clock, log, enqueue } = makeQueue();
    enqueue('a', { calls: [failure('timeout'), 'done'] });
    await clock.advance(50);
    enqueue('a', { urgent: true });
    expect([log, queue.length]).toEqual([['a'], 0]);
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a', 'a']);
  });

  it('An urgent job wakes up a room whose last response is still cached', async () => {
    const { queue, clock, log, enqueue } = makeQueue({ cacheAgeMs: 60_000 });
    enqueue('a');
    await clock.advance(1000);
    queue.enqueue('a');
    await clock.advance(1000);
    expect(log).toEqual(['a']);
    queue.enqueue('a', { urgent: true });
    await clock.advance(100);
    expect(log).toEqual(['a', 'a']);
  });

  it('Refusing all jobs ends those that wait and those that are held back, each once, and leaves calls in flight', async () => {
    const { queue, clock, log, ends, enqueue, startCollection } = makeQueue({ cacheAgeMs: 60_000, concurrency: 2 });
    enqueue('asleep');
    await clock.advance(100);
    log.splice(0);
    const collection = startCollection();
    enqueue('asleep', { collection });
    enqueue('backing off', { calls: [failure('timeout'), 'done'], collection });
    await clock.advance(10);
    enqueue('calling', { callMs: 1000, collection });
    enqueue('calling too', { callMs: 1000, collection });
    await clock.advance(50);
    enqueue('ready', { collection });
    collection.close();
    queue.refuseAll(failure('permission', 100007));
    expect(log).toEqual([
      'backing off',
      'calling',
      'calling too',
      'asleep failed: permission',
      'ready failed: permission',
    ]);
    expect([queue.length, ends]).toEqual([0, []]);
    await clock.advance(120_000);
    expect(log.slice(5)).toEqual(['backing off']);
    expect(ends.map(({ rooms, failed }) => ({ rooms, failed }))).toEqual([{ rooms: 5, failed: 2 }]);
  });

  it('A job that runs already also settles the collection that starts meanwhile', async () => {
    const { clock, log, ends, enqueue, startCollection } = makeQueue();
    enqueue('a', { callMs: 100 });
    await clock.advance(50);
    const collection = startCollection();
    enqueue('a', { collection });
    collection.close();
    expect(ends).toEqual([]);
    await clock.advance(1000);
    expect([log, ends.map(({ rooms }) => rooms)]).toEqual([['a'], [1]]);
  });

  it('A queue that is full waits for a response, without a timer that runs again and again', async () => {
    const { queue, clock, log, enqueue } = makeQueue({ concurrency: 1, cacheAgeMs: 1000 });
    enqueue('a');
    await clock.advance(100);
    enqueue('b', { callMs: 5000 });
    enqueue('a');
    expect([queue.inFlight, queue.length]).toEqual([1, 0]);
    await clock.advance(2000);
    // The room is due, and only the response of the other one can make a place for it.
    expect([log, queue.length, clock.timers]).toEqual([['a', 'b'], 1, 1]);
    await clock.advance(5000);
    expect(log).toEqual(['a', 'b', 'a']);
  });

  it('Forgetting all rooms ends the jobs that wait', async () => {
    const { queue, clock, log, ends, enqueue, startCollection } = makeQueue({ concurrency: 1 });
    const collection = startCollection();
    enqueue('a', { callMs: 100, collection });
    enqueue('b', { collection });
    collection.close();
    await clock.advance(50);
    queue.forgetAll();
    expect([log, queue.length]).toEqual([['a'], 0]);
    await clock.advance(1000);
    expect([log, ends.map(({ succeeded }) => succeeded)]).toEqual([['a'], [true]]);
  });

  it('The queue reports how many rooms wait, how long the oldest has waited, and how long the rate limit held calls back', async () => {
    const { queue, clock, waited, enqueue } = makeQueue({ ratePerSecond: 1 });
    enqueue('a');
    enqueue('b');
    enqueue('c');
    await clock.advance(1500);
    expect([queue.length, queue.oldestSeconds, waited.seconds]).toEqual([2, 1.5, 1]);
  });

  it('A stopped queue starts no call', async () => {
    const { queue, clock, log, enqueue } = makeQueue({ ratePerSecond: 10 });
    enqueue('a', { calls: [failure('timeout'), 'done'] });
    enqueue('b');
    await clock.advance(110);
    queue.stop();
    enqueue('c');
    await clock.advance(10_000);
    expect(log).toEqual(['a']);
  });

  it('A room that is enqueued as urgent during its call is called again at once', async () => {
    const { queue, clock, log, enqueue } = makeQueue();
    enqueue('a', { callMs: 100 });
    await clock.advance(50);
    queue.enqueue('a', { urgent: true });
    queue.enqueue('a');
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a']);
  });

  it('A bug in a job fails that job only, as unknown', async () => {
    const { clock, log, observed, enqueue } = makeQueue();
    enqueue('a', { calls: [new TypeError('undefined is not a function')] });
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: unknown']);
    expect(observed).toEqual(['unknown']);
  });

  it('If there are more rooms than calls, the largest rooms are called most often, and every room often enough', async () => {
    const { clock, log, weights, enqueue } = makeQueue({ ratePerSecond: 2, maxAgeMs: 60_000 });
    const rooms = Array.from({ length: 60 }, (_, rank) => `r${rank}`);
    rooms.forEach((key, rank) => weights.set(key, 10_000 / (rank + 1) ** 2));
    for (let second = 0; second < 600; second += 10) {
      for (const key of rooms) enqueue(key);
      await clock.advance(10_000);
    }
    const callsOf = (key: string) => log.filter((called) => called === key).length;
    // Once each 10 s. Until all rooms were called for the first time, one of them may wait for longer.
    expect(Math.min(callsOf('r0'), callsOf('r1'), callsOf('r2'))).toBeGreaterThanOrEqual(59);
    expect(Math.min(...rooms.map(callsOf))).toBeGreaterThanOrEqual(9);
    expect(log.length).toBeGreaterThan(1150);
  });

  it('A room is not called again while the server caches its last response', async () => {
    const { clock, log, enqueue } = makeQueue({ cacheAgeMs: 10_000 });
    enqueue('a');
    await clock.advance(2000);
    enqueue('a');
    await clock.advance(6900);
    expect(log).toEqual(['a']);
    await clock.advance(200);
    expect(log).toEqual(['a', 'a']);
  });

  it('Whatever happens to a queue, each collection ends once, and no room has two calls at once', async () => {
    const rooms = ['a', 'b', 'c'] as const;
    const room = fc.constantFrom(...rooms);
    const results = fc.array(
      fc.constantFrom<'more' | Error>('more', failure('timeout'), failure('gone', 100004), failure('expired', 70001)),
      { maxLength: 3 },
    );
    const step = fc.oneof(
      fc.record({ type: fc.constant('enqueue' as const), room, calls: results, urgent: fc.boolean() }),
      fc.record({ type: fc.constant('collect' as const) }),
      fc.record({ type: fc.constant('forget' as const), room }),
      fc.record({ type: fc.constant('refuse' as const) }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 800 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(0, 1000), async (steps, cacheAgeMs) => {
        const { queue, clock, ends, enqueue, startCollection, mostCallsAtOnce } = makeQueue({
          ratePerSecond: 5,
          concurrency: 2,
          cacheAgeMs,
        });
        let collections = 0;
        for (const next of steps) {
          if (next.type === 'enqueue') {
            enqueue(next.room, { calls: next.calls, callMs: 300, urgent: next.urgent });
          } else if (next.type === 'collect') {
            const collection = startCollection();
            collections += 1;
            for (const key of rooms) queue.enqueue(key, { collection });
            collection.close();
          } else if (next.type === 'forget') {
            queue.forget(next.room);
          } else if (next.type === 'refuse') {
            queue.refuseAll(failure('permission', 100007));
          } else {
            await clock.advance(next.ms);
          }
        }
        await clock.advance(300_000);
        expect([ends.length, queue.length, queue.inFlight]).toEqual([collections, 0, 0]);
        expect(mostCallsAtOnce()).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe('The request queue in an outage', () => {
  it.each(['network', 'timeout', 'http'] as const)(
    'When the calls fail with reason %s, what waits is refused, and each trigger makes one call until one succeeds',
    async (reason) => {
      const { trigger, respond, ends, outages } = makeOutage({ reason });
      // Ten judged calls, and those that were in flight or retried meanwhile.
      expect(await trigger()).toBeLessThanOrEqual(20);
      expect([await trigger(), await trigger(), await trigger()]).toEqual([1, 1, 1]);
      respond();
      expect(await trigger()).toBe(30);
      expect(outages).toEqual(['opened', 'reopened', 'reopened', 'reopened', 'closed']);
      // The collection of each trigger has ended, with all of its rooms.
      expect(ends.map(({ rooms, failed, failure: found }) => [rooms, failed, found?.reason])).toEqual([
        ...Array.from({ length: 4 }, () => [30, 30, reason]),
        [30, 0, undefined],
      ]);
    },
  );

  it('An API that hangs for as long as half the time between two triggers gets 20 calls, and then one at each trigger', async () => {
    const { trigger, respond, ends } = makeOutage({
      reason: 'timeout',
      callMs: 5000,
      concurrency: 64,
      ratePerSecond: 50,
    });
    expect([await trigger(), await trigger(), await trigger()]).toEqual([20, 1, 1]);
    respond();
    expect(await trigger()).toBe(30);
    expect(ends.map(({ rooms, failed }) => [rooms, failed]).at(-1)).toEqual([30, 0]);
  });

  it('Retries stop when the circuit opens', async () => {
    const { trigger, observed, clock } = makeOutage();
    await trigger();
    observed.splice(0);
    await clock.advance(60_000);
    await trigger();
    expect(observed).toEqual(['network']);
  });

  it('Urgent calls wait for the trial too, and are refused with it', async () => {
    const { trigger, clock, enqueue, log } = makeOutage();
    await trigger();
    log.splice(0);
    enqueue('a', { calls: [failure('network')], callMs: 100, urgent: true });
    enqueue('b', { urgent: true });
    await clock.advance(50);
    expect(log).toEqual(['a']);
    await clock.advance(100);
    expect(log).toEqual(['a', 'a failed: network', 'b failed: network']);
    enqueue('b', { urgent: true });
    expect(log.at(-1)).toBe('b failed: network');
  });

  it('The room whose trial fails is not the next trial, however large it is', async () => {
    const { trigger, log, weights } = makeOutage();
    weights.set('r0', 1_000_000);
    await trigger();
    const trials: (string | undefined)[] = [];
    for (let step = 0; step < 20; step += 1) {
      log.splice(0);
      await trigger();
      trials.push(log.find((line) => !line.includes('failed')));
    }
    expect(new Set(trials).size).toBe(20);
  });

  it('A command of which every second call fails keeps its rate and its retries', async () => {
    const { clock, log, enqueue, outages } = makeQueue();
    for (let room = 0; room < 100; room += 1)
      enqueue(`r${room}`, { calls: room % 2 === 0 ? [failure('timeout'), 'done'] : ['done'] });
    await clock.advance(10_000);
    expect([log.length, outages]).toEqual([150, []]);
  });
});
