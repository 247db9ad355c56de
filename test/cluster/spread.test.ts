import { describe, expect, it } from '@jest/globals';
import type { AppRecord, ReplicaEntry, Table } from '../../src/cluster/lease-table.ts';
import { ObservedBeats } from '../../src/cluster/observed-beats.ts';
import { Spread } from '../../src/cluster/spread.ts';
import { FakeClock } from '../support/fake-clock.ts';

const leaseMs = 15_000;
const marginMs = 500;
const configured = [1, 2];

const entry = (beat: number, rest: Partial<ReplicaEntry> = {}): ReplicaEntry => ({
  name: 'n',
  beat,
  apps: 'same',
  isStopping: false,
  ...rest,
});

const tableOf = (
  replicas: Readonly<Record<string, ReplicaEntry>>,
  apps: Readonly<Record<number, AppRecord>>,
  run = 'r',
): Table => ({
  run,
  nowMs: 0,
  replicas: new Map(Object.entries(replicas)),
  apps: new Map(Object.entries(apps).map(([id, record]) => [Number(id), record])),
});

function replicaA(clock: FakeClock, { polled = [] as readonly number[], predecessors = [] as readonly string[] } = {}) {
  const isPredecessor = (replica: string) => predecessors.includes(replica);
  const observed = new ObservedBeats({ clock, leaseMs, beatMs: leaseMs / 5, isPredecessor });
  const isPolled = (sdkAppId: number) => polled.includes(sdkAppId);
  const spread = new Spread({ id: 'a', leaseMs, clock, observed, isPolled });
  return {
    /** The apps that replica a takes when it sees this table. */
    sees: (table: Table) => {
      observed.observe(table);
      const input = { table, configured, isStopping: false };
      return spread.toTake(input, spread.assignment(input));
    },
    /** The apps that it would give to others. */
    assigns: (table: Table) => spread.assignment({ table, configured, isStopping: false }),
    observed,
  };
}

const ownedBy = (owner: string, run = 'r'): AppRecord => ({ owner, token: 1, run, weight: 5 });
const released: AppRecord = { token: 1, run: 'r', weight: 5 };

describe('Spread', () => {
  it('A released app is taken at once', async () => {
    const clock = new FakeClock();
    expect(replicaA(clock).sees(tableOf({ a: entry(1) }, { 1: released, 2: released }))).toEqual([1, 2]);
  });

  it('The apps of a replica that does not beat are taken after a whole lease, by the clock of this machine', async () => {
    const clock = new FakeClock();
    const { sees } = replicaA(clock);
    const table = tableOf({ a: entry(1), b: entry(1) }, { 1: ownedBy('b'), 2: ownedBy('b') });
    expect(sees(table)).toEqual([]);
    await clock.advance(leaseMs + marginMs - 1);
    expect(sees(table)).toEqual([]);
    await clock.advance(1);
    expect(sees(table)).toEqual([1, 2]);
  });

  it('A replica that beats keeps its apps', async () => {
    const clock = new FakeClock();
    const { sees } = replicaA(clock);
    for (let beat = 1; beat < 20; beat += 1) {
      expect(sees(tableOf({ a: entry(beat), b: entry(beat) }, { 1: ownedBy('b'), 2: ownedBy('b') }))).toEqual([]);
      await clock.advance(leaseMs - 1);
    }
  });

  it('After Redis has lost its data, nothing is taken for a whole lease, so that owners can confirm their apps', async () => {
    const clock = new FakeClock();
    const { sees } = replicaA(clock);
    sees(tableOf({ a: entry(1), b: entry(1) }, { 1: ownedBy('b'), 2: ownedBy('b') }));
    await clock.advance(leaseMs);
    const empty = tableOf({ a: entry(2) }, {}, 'another run');
    expect(sees(empty)).toEqual([]);
    await clock.advance(leaseMs + marginMs - 1);
    expect(sees(empty)).toEqual([]);
    await clock.advance(1);
    expect(sees(empty)).toEqual([1, 2]);
  });

  it('An app that old data of Redis gives to this replica is not polled, but taken like any other that nobody confirms', async () => {
    const clock = new FakeClock();
    const { sees } = replicaA(clock, { polled: [2] });
    const old = tableOf({ a: entry(1) }, { 1: ownedBy('a', 'before'), 2: ownedBy('a', 'before') });
    expect(sees(old)).toEqual([]);
    await clock.advance(leaseMs + marginMs);
    expect(sees(old)).toEqual([1]);
  });

  it('A replica that starts again under its own name waits only until its earlier process was seen not to beat', async () => {
    const clock = new FakeClock();
    const { sees } = replicaA(clock, { predecessors: ['a-before'] });
    const table = tableOf({ a: entry(1), 'a-before': entry(9) }, { 1: ownedBy('a-before'), 2: ownedBy('a-before') });
    expect(sees(table)).toEqual([]);
    await clock.advance((2 * leaseMs) / 5 + marginMs);
    expect(sees(table)).toEqual([1, 2]);
  });

  it('A second replica with the same name keeps its apps as long as it beats', async () => {
    const clock = new FakeClock();
    const { sees, observed } = replicaA(clock, { predecessors: ['a-too'] });
    for (let beat = 1; beat < 10; beat += 1) {
      const table = tableOf({ a: entry(beat), 'a-too': entry(beat) }, { 1: ownedBy('a-too'), 2: ownedBy('a-too') });
      expect(sees(table)).toEqual([]);
      await clock.advance(leaseMs / 5);
    }
    expect(observed.hasBeaten('a-too')).toBe(true);
  });

  it('No app is assigned to a replica that stops, or that has other apps in its configuration', () => {
    const { sees, assigns } = replicaA(new FakeClock());
    const table = tableOf(
      { a: entry(1), b: entry(1, { isStopping: true }), c: entry(1, { apps: 'others' }) },
      { 1: released, 2: released },
    );
    sees(table);
    expect([...assigns(table).values()]).toEqual(['a', 'a']);
  });

  it('No app is assigned to a replica that was not seen to beat, since it may have crashed before this one started', async () => {
    const { sees, assigns } = replicaA(new FakeClock(), { polled: [1, 2] });
    const at = (beat: number) => tableOf({ a: entry(1), b: entry(beat) }, { 1: ownedBy('a'), 2: ownedBy('a') });
    sees(at(1));
    expect([...assigns(at(1)).values()]).toEqual(['a', 'a']);
    sees(at(2));
    expect([...assigns(at(2)).values()].toSorted()).toEqual(['a', 'b']);
  });

  it('An app that no other replica takes within a lease is taken, whoever should have it', async () => {
    const clock = new FakeClock();
    const { sees } = replicaA(clock);
    const at = (beat: number, app: AppRecord) => tableOf({ a: entry(beat), b: entry(beat) }, { 1: app, 2: app });
    sees(at(1, ownedBy('b')));
    expect(sees(at(2, released))).toEqual([1]);
    await clock.advance(leaseMs + 1);
    expect(sees(at(3, released))).toEqual([1, 2]);
  });
});
