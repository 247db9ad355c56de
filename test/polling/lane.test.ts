import { describe, expect, it } from '@jest/globals';
import { Collection, type CollectionSummary } from '../../src/polling/collection.ts';
import { AppGate } from '../../src/polling/gate.ts';
import { Lane, type Visit } from '../../src/polling/lane.ts';
import type { PollingObserver } from '../../src/polling/observer.ts';
import { CallFailure, type FailureReason } from '../../src/tencent/failures.ts';
import { FakeClock } from '../fake-clock.ts';

const failure = (reason: FailureReason, code?: number) =>
  new CallFailure({ command: 'get_room_info', reason, found: reason, code });

/** A lane on a clock that the test moves, with visits that do as told. */
function makeLane({ ratePerSecond = 100, concurrency = 4, retries = 2 } = {}) {
  const clock = new FakeClock();
  const gate = new AppGate();
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
  const lane = new Lane({
    sdkAppId: 1,
    command: 'get_room_info',
    ratePerSecond,
    concurrency,
    retries,
    gate,
    clock,
    random: () => 0,
    observer,
    events: {
      callEnded: ({ failure: fault, isProbe }) => {
        if (isProbe && fault === undefined) gate.open();
        else if (isProbe && fault !== undefined) gate.close(fault, clock.monotonic());
        if (isProbe) lane.wakeUp();
      },
      appRefused: (fault) => {
        gate.close(fault, clock.monotonic());
        lane.wakeUp();
      },
      appTooFast: () => counted.push('app too fast'),
    },
  });
  const log: string[] = [];
  const ends: CollectionSummary[] = [];
  /** Visits a room; each step fails, goes on or ends as the list says, and takes `stepMs`. */
  const visit = (key: string, steps: readonly (CallFailure | 'more' | 'done')[] = ['done'], stepMs = 0): Visit => {
    const left = [...steps];
    return {
      key,
      async step() {
        log.push(key);
        if (stepMs > 0) await new Promise<void>((resolve) => clock.after(stepMs, resolve));
        const step = left.shift() ?? 'done';
        if (step instanceof CallFailure) throw step;
        return step;
      },
      failed: (fault) => log.push(`${key} failed: ${fault.reason}`),
    };
  };
  const collection = () => new Collection({ startedMs: 0, onEnd: (summary) => ends.push(summary) });
  return { lane, clock, gate, log, counted, waited, ends, visit, collection };
}

describe('Lane', () => {
  it('makes the calls in the order of their demand, spaced by the rate', async () => {
    const { lane, clock, log, visit } = makeLane({ ratePerSecond: 10 });
    for (const key of ['a', 'b', 'c', 'd']) lane.demand(visit(key));
    await clock.advance(250);
    expect(log).toEqual(['a', 'b']);
    await clock.advance(300);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('holds a room once, and tells the collection once', async () => {
    const { lane, clock, log, ends, visit, collection } = makeLane();
    const round = collection();
    lane.demand(visit('a'));
    lane.demand(visit('a'), { collection: round });
    lane.demand(visit('a'), { collection: round });
    round.close();
    await clock.advance(1000);
    expect(log).toEqual(['a']);
    expect(ends).toEqual([{ succeeded: true, rooms: 1, failed: 0, failure: undefined, startedMs: 0 }]);
  });

  it('lets an urgent visit go first, also one that was waiting', async () => {
    const { lane, clock, log, visit } = makeLane();
    for (const key of ['a', 'b', 'c']) lane.demand(visit(key));
    lane.demand(visit('d'), { urgent: true });
    lane.demand(visit('c'), { urgent: true });
    expect(lane.queueLength).toBe(4);
    await clock.advance(1000);
    expect(log).toEqual(['d', 'c', 'a', 'b']);
    expect(lane.queueLength).toBe(0);
  });

  it('never has more calls in flight than the concurrency', async () => {
    const { lane, clock, log, visit } = makeLane({ concurrency: 3 });
    for (let room = 0; room < 9; room += 1) lane.demand(visit(`r${room}`, ['done'], 1000));
    await clock.advance(900);
    expect([log.length, lane.inFlight, lane.queueLength]).toEqual([3, 3, 6]);
    await clock.advance(600);
    expect([log.length, lane.inFlight, lane.queueLength]).toEqual([6, 3, 3]);
  });

  it('reads the pages of one room before it begins another', async () => {
    const { lane, clock, log, visit } = makeLane({ concurrency: 1 });
    lane.demand(visit('a', ['more', 'more', 'done']));
    lane.demand(visit('b'));
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a', 'a', 'b']);
  });

  it('retries a passing fault with back-off while other rooms go on, each page with tries of its own', async () => {
    const { lane, clock, log, counted, visit } = makeLane({ concurrency: 1 });
    lane.demand(visit('a', [failure('timeout'), 'more', failure('http'), failure('http'), 'done']));
    lane.demand(visit('b'));
    await clock.advance(5000);
    expect(log).toEqual(['a', 'b', 'a', 'a', 'a', 'a']);
    expect(counted).toEqual(['timeout', 'retry', 'ok', 'ok', 'http', 'retry', 'http', 'retry', 'ok']);
  });

  it('gives up after the retries, and settles the collection with the failure', async () => {
    const { lane, clock, log, ends, visit, collection } = makeLane({ retries: 1 });
    const round = collection();
    lane.demand(visit('a', [failure('network'), failure('network')]), { collection: round });
    round.close();
    await clock.advance(5000);
    expect(log).toEqual(['a', 'a', 'a failed: network']);
    expect(ends.map((end) => [end.succeeded, end.failure?.reason])).toEqual([[false, 'network']]);
  });

  it('takes "gone" and "not a live room" for answers', async () => {
    const { lane, clock, log, ends, visit, collection } = makeLane();
    const round = collection();
    lane.demand(visit('a', [failure('gone', 100004)]), { collection: round });
    lane.demand(visit('b', [failure('permission', 100006)]), { collection: round });
    round.close();
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: gone', 'b', 'b failed: permission']);
    expect(ends.map((end) => end.succeeded)).toEqual([true]);
  });

  it('slows down when the server complains of the command, and leaves the app to its owner', async () => {
    const { lane, clock, counted, visit } = makeLane({ ratePerSecond: 100 });
    lane.demand(visit('a', [failure('frequency', 60007), 'done']));
    await clock.advance(50);
    expect(lane.ratePerSecond).toBe(50);
    lane.demand(visit('b', [failure('frequency', 60011), 'done']));
    await clock.advance(2000);
    expect(counted).toContain('app too fast');
  });

  it('sends nothing for 60 s once the app is refused, then one call as a probe, then all', async () => {
    const { lane, clock, log, visit } = makeLane();
    lane.demand(visit('a', [failure('credentials', 70009)]));
    await clock.advance(100);
    lane.demand(visit('b'));
    await clock.advance(59_800);
    lane.demand(visit('c'));
    expect(log).toEqual(['a', 'a failed: credentials', 'b failed: credentials', 'c failed: credentials']);
    await clock.advance(1000);
    log.splice(0);
    lane.demand(visit('d', ['done'], 2000));
    lane.demand(visit('e'));
    await clock.advance(1000);
    expect(log).toEqual(['d']);
    await clock.advance(2000);
    expect(log).toEqual(['d', 'e']);
  });

  it('closes again for 60 s when the probe is refused too', async () => {
    const { lane, clock, log, visit } = makeLane();
    lane.demand(visit('a', [failure('lockout', 70050)]));
    await clock.advance(61_000);
    lane.demand(visit('b', [failure('lockout', 70050)]));
    lane.demand(visit('c'));
    await clock.advance(1000);
    expect(log).toEqual(['a', 'a failed: lockout', 'b', 'c failed: lockout', 'b failed: lockout']);
  });

  it('drops a room that waits, and counts it as answered', async () => {
    const { lane, clock, log, ends, visit, collection } = makeLane();
    const round = collection();
    lane.demand(visit('a'), { collection: round });
    round.close();
    lane.drop('a');
    await clock.advance(1000);
    expect(log).toEqual([]);
    expect(ends.map((end) => end.succeeded)).toEqual([true]);
  });

  it('tells how many rooms wait, how long the oldest has waited, and what the quota cost', async () => {
    const { lane, clock, waited, visit } = makeLane({ ratePerSecond: 1 });
    lane.demand(visit('a'));
    lane.demand(visit('b'));
    lane.demand(visit('c'));
    await clock.advance(1500);
    expect([lane.queueLength, lane.queueOldestSeconds, waited.seconds]).toEqual([2, 1.5, 1]);
  });

  it('starts nothing more once it is stopped', async () => {
    const { lane, clock, log, visit } = makeLane({ ratePerSecond: 10 });
    lane.demand(visit('a', [failure('timeout'), 'done']));
    lane.demand(visit('b'));
    await clock.advance(110);
    lane.stop();
    lane.demand(visit('c'));
    await clock.advance(10_000);
    expect(log).toEqual(['a']);
  });

  it('survives a mistake of ours in a visit', async () => {
    const { lane, clock, log, counted } = makeLane();
    lane.demand({
      key: 'a',
      step: () => Promise.reject(new TypeError('undefined is not a function')),
      failed: (fault) => log.push(fault.message.split('\n')[0] ?? ''),
    });
    await clock.advance(1000);
    expect(log).toEqual(['get_room_info: unexpected TypeError: undefined is not a function']);
    expect(counted).toEqual(['unknown']);
  });
});
