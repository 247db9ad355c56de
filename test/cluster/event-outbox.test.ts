import { describe, expect, it } from '@jest/globals';
import { EventOutbox } from '../../src/cluster/event-outbox.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** An outbox whose entries are recorded. `respond` says whether the next entries are taken. */
function outbox() {
  const clock = new FakeClock();
  const entries: string[] = [];
  const dropped: number[] = [];
  let respond = () => Promise.resolve(true);
  const made = new EventOutbox({
    clock,
    append: async (sdkAppId, entry) => {
      const isTaken = await respond();
      if (isTaken) entries.push(`${sdkAppId} ${entry}`);
      return isTaken;
    },
    onDrop: (_, events) => dropped.push(events),
  });
  return {
    outbox: made,
    add: (text: string, sdkAppId = 1) => made.add(sdkAppId, { text, events: 1 }),
    advance: (ms: number) => clock.advance(ms),
    takeEntries: () => entries.splice(0),
    dropped,
    respondWith: (next: () => Promise<boolean>) => (respond = next),
  };
}

describe('The outbox of events', () => {
  it('The events of an app within 50 ms share an entry, in their order', async () => {
    const { add, advance, takeEntries } = outbox();
    add('1');
    add('"other"', 2);
    await advance(40);
    add('2');
    expect(takeEntries()).toEqual([]);
    await advance(10);
    expect(takeEntries()).toEqual(['1 [1,2]', '2 ["other"]']);
    add('3');
    await advance(50);
    expect(takeEntries()).toEqual(['1 [3]']);
  });

  it('Events that come while an entry is on its way wait for the next one', async () => {
    const { add, advance, takeEntries, respondWith } = outbox();
    let release: (isTaken: boolean) => void = () => {};
    respondWith(() => new Promise((resolve) => (release = resolve)));
    add('1');
    await advance(50);
    add('2');
    add('3');
    release(true);
    respondWith(() => Promise.resolve(true));
    await advance(0);
    expect(takeEntries()).toEqual(['1 [1]']);
    await advance(50);
    expect(takeEntries()).toEqual(['1 [2,3]']);
  });

  it('An entry has at most 32,768 characters, unless one event is longer', async () => {
    const { add, advance, takeEntries } = outbox();
    for (const length of [30_000, 2000, 2000, 40_000, 10]) add('1'.repeat(length));
    await advance(50);
    expect(takeEntries().map((entry) => entry.length - '1 []'.length)).toEqual([32_001, 2000, 40_000, 10]);
  });

  it.each([
    ['cannot be reached', () => Promise.reject(new Error('network'))],
    ['has no place', () => Promise.resolve(false)],
  ])('While Redis %s, events wait, and are tried again every second', async (_, refuse) => {
    const { add, advance, takeEntries, respondWith } = outbox();
    respondWith(refuse);
    add('1');
    await advance(500);
    add('2');
    respondWith(() => Promise.resolve(true));
    await advance(549);
    expect(takeEntries()).toEqual([]);
    await advance(1);
    expect(takeEntries()).toEqual(['1 [1,2]']);
  });

  it('The memory is bounded: of 8,000,000 characters, the newest events are dropped and counted', async () => {
    const { add, advance, takeEntries, dropped, respondWith } = outbox();
    respondWith(() => Promise.resolve(false));
    for (let event = 0; event < 9; event += 1) add(String(event).repeat(1_000_000));
    expect(dropped).toEqual([1]);
    respondWith(() => Promise.resolve(true));
    await advance(1050);
    expect(takeEntries()).toHaveLength(8);
    add('1');
    expect(dropped).toEqual([1]);
  });
});
