import { describe, expect, it } from '@jest/globals';
import { Collection, type CollectionSummary } from '../../../src/polling/collections/collections.ts';
import { CallFailure, type FailureReason } from '../../../src/tencent/failures.ts';

const failed = (reason: FailureReason) => new CallFailure({ command: 'get_room_info', reason, found: reason });

function makeCollection({ areRoomsKnown = true } = {}) {
  const ends: CollectionSummary[] = [];
  const collection = new Collection({
    startedMs: 5,
    areRoomsKnown: () => areRoomsKnown,
    onEnd: (summary) => ends.push(summary),
  });
  return { collection, ends };
}

/** Runs a collection over this many rooms; the first of them fail for these reasons. */
function run(rooms: number, failures: readonly FailureReason[]) {
  const { collection, ends } = makeCollection();
  for (let room = 0; room < rooms; room += 1) collection.add();
  collection.close();
  for (let room = 0; room < rooms; room += 1) {
    const reason = failures[room];
    collection.settle(reason === undefined ? undefined : failed(reason));
  }
  return ends;
}

describe('A collection', () => {
  it('A collection ends once, when all rooms that were due have been tried', () => {
    const { collection, ends } = makeCollection();
    collection.add();
    collection.add();
    collection.settle();
    collection.close();
    expect(ends).toEqual([]);
    collection.settle();
    expect(ends).toEqual([{ succeeded: true, rooms: 2, failed: 0, failure: undefined, startedMs: 5 }]);
  });

  it('A collection succeeds if 95 % of its rooms responded, and fails below that', () => {
    expect(run(20, ['timeout']).map((end) => end.succeeded)).toEqual([true]);
    expect(run(19, ['timeout']).map((end) => end.succeeded)).toEqual([false]);
  });

  it.each([true, false])('A collection without rooms succeeds only if all rooms are known: %s', (areRoomsKnown) => {
    const { collection, ends } = makeCollection({ areRoomsKnown });
    collection.close();
    expect(ends.map((end) => end.succeeded)).toEqual([areRoomsKnown]);
  });

  it('A room that is withdrawn before it is tried neither responded nor failed', () => {
    const { collection, ends } = makeCollection({ areRoomsKnown: false });
    collection.add();
    collection.add();
    collection.close();
    collection.withdraw();
    collection.settle(failed('timeout'));
    expect(ends.map(({ succeeded, rooms, failed: count }) => [succeeded, rooms, count])).toEqual([[false, 1, 1]]);
  });

  it('A collection whose rooms were all withdrawn has called nothing, so it is no success unless there is nothing to call', () => {
    const { collection, ends } = makeCollection({ areRoomsKnown: false });
    collection.add();
    collection.close();
    collection.withdraw();
    expect(ends.map(({ succeeded, rooms }) => [succeeded, rooms])).toEqual([[false, 0]]);
  });

  it('The summary has a failure of the most frequent reason', () => {
    const [end] = run(9, ['timeout', 'http', 'http']);
    expect([end?.failed, end?.failure?.reason]).toEqual([3, 'http']);
  });

  it('A collection that is open does not end, because rooms may still be added', () => {
    const { collection, ends } = makeCollection();
    collection.add();
    collection.settle();
    expect([collection.isOpen, ends.length]).toEqual([true, 0]);
    collection.close();
    collection.close();
    expect([collection.isOpen, ends.length]).toEqual([false, 1]);
  });

  it('A collection fails if the room list could not be read', () => {
    const { collection, ends } = makeCollection();
    collection.close(failed('network'));
    expect(ends.map((end) => [end.succeeded, end.failure?.reason])).toEqual([[false, 'network']]);
  });
});
