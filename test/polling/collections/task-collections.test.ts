import { silentObserver } from '../../support/silent-observer.ts';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { TaskCollections } from '../../../src/polling/collections/collections.ts';
import type { CollectionResult, TaskOfApp } from '../../../src/polling/observer.ts';
import { CallFailure, type FailureReason } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const failed = (reason: FailureReason) => new CallFailure({ command: 'get_room_info', reason, found: reason });

function makeCollections() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^ts=\S+ /, '').trimEnd());
  const logger = createLogger({ level: 'debug', format: 'logfmt', destination: { write } });
  const finished: (TaskOfApp & CollectionResult)[] = [];
  const skipped: TaskOfApp[] = [];
  let refusal: CallFailure | undefined;
  const collections = new TaskCollections({
    sdkAppId: 14,
    task: 'room_info',
    clock,
    logger: logger.child({ sdk_app_id: 14 }),
    appRefusal: () => refusal,
    areRoomsKnown: () => true,
    observer: {
      ...silentObserver,
      collectionFinished: (event) => finished.push(event),
      collectionSkipped: (event) => skipped.push(event),
    },
  });
  /** A collection of 20 rooms, of which the first ones fail for these reasons. */
  const run = (...reasons: readonly FailureReason[]) => {
    const collection = collections.start();
    for (let room = 0; room < 20; room += 1) collection?.add();
    collection?.close();
    for (let room = 0; room < 20; room += 1) {
      const reason = reasons[room];
      collection?.settle(reason === undefined ? undefined : failed(reason));
    }
  };
  const refuse = (reason: FailureReason | undefined) => {
    refusal = reason === undefined ? undefined : failed(reason);
  };
  return { clock, collections, run, refuse, lines, finished, skipped };
}

describe('The collections of a task', () => {
  it('Only one collection runs at a time, and triggers meanwhile are counted as skipped', () => {
    const { collections, skipped } = makeCollections();
    const first = collections.start();
    expect([collections.start(), skipped]).toEqual([undefined, [{ sdkAppId: 14, task: 'room_info' }]]);
    first?.close();
    expect(collections.start()).toBeDefined();
  });

  it('Rooms may be added while the running collection is open', () => {
    const { collections } = makeCollections();
    expect(collections.open).toBeUndefined();
    const collection = collections.start();
    expect(collections.open).toBe(collection);
    collection?.add();
    collection?.close();
    expect([collections.open, collections.start()]).toEqual([undefined, undefined]);
  });

  it('The end of a collection is reported with its result, its time and its duration', async () => {
    const { clock, collections, finished } = makeCollections();
    const collection = collections.start();
    collection?.add();
    collection?.close();
    await clock.advance(2500);
    collection?.settle();
    expect(finished).toEqual([
      { sdkAppId: 14, task: 'room_info', succeeded: true, finishedAtMs: clock.now(), durationSeconds: 2.5 },
    ]);
    expect([collections.lastSucceeded, await collections.firstEnded]).toEqual([true, true]);
  });

  it('A collection fails while the API refuses the app', () => {
    const { collections, run, refuse } = makeCollections();
    refuse('credentials');
    run();
    expect(collections.lastSucceeded).toBe(false);
    refuse(undefined);
    run();
    expect(collections.lastSucceeded).toBe(true);
  });

  it('A failed collection is logged at level debug only, since its calls are logged', () => {
    const { run, refuse, lines } = makeCollections();
    run('timeout', 'timeout');
    run('http');
    refuse('credentials');
    run();
    expect(lines.map((line) => line.replace(/ err.name=CallFailure err.message="[^"]*"/, ''))).toEqual([
      'level=debug msg="collection failed" sdk_app_id=14 task=room_info rooms=20 failed=2 duration_seconds=0 err.reason=timeout',
      'level=debug msg="collection succeeded" sdk_app_id=14 task=room_info rooms=20 failed=1 duration_seconds=0',
      'level=debug msg="collection failed" sdk_app_id=14 task=room_info rooms=20 failed=0 duration_seconds=0 err.reason=credentials',
    ]);
  });
});
