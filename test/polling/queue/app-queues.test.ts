import { silentObserver } from '../../support/silent-observer.ts';
import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../../src/config/config.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { Collection, type CollectionSummary } from '../../../src/polling/collections/collections.ts';
import { AppQueues, type TaskQueueSpec } from '../../../src/polling/queue/app-queues.ts';
import { roomList, type RoomTaskName, roomTaskOf, type TaskName, taskNames } from '../../../src/tasks/tasks.ts';
import { CallFailure, classifyCode } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const failure = (code: number) =>
  new CallFailure({ command: 'get_room_info', reason: classifyCode(code), found: `ErrorCode ${code}`, code });

const network = new CallFailure({ command: 'get_room_info', reason: 'network', found: 'connection failed' });

interface Options {
  readonly share?: number;
  readonly maxShare?: number;
  readonly requestsPerSecond?: Partial<Record<TaskName, number>>;
  readonly retries?: number;
}

function configWith({ share = 1, requestsPerSecond = {}, retries = 0 }: Options) {
  return {
    tasks: Object.fromEntries(taskNames.map((task) => [task, { requestsPerSecond: requestsPerSecond[task] }])),
    quota: { share },
    http: { concurrency: 64, retries },
  } as unknown as Pick<Config, 'tasks' | 'quota' | 'http'>;
}

/** How long each call takes. */
const callMs = 20;

/** The queues of an app on a clock that the test moves. `errors` says what calls of a task throw. */
function makeQueues(options: Options = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^ts=\S+ /, '').trimEnd());
  const logger = createLogger({ level: 'info', format: 'logfmt', destination: { write } });
  const errors = new Map<TaskName, CallFailure | (() => CallFailure | undefined)>();
  const calls: string[] = [];
  const accepted: number[] = [];
  const spec = (task: TaskName, command: TaskQueueSpec['command']): TaskQueueSpec => ({
    task,
    command,
    startJob: (key) => ({
      async next() {
        calls.push(`${task} ${key}`);
        const known = errors.get(task);
        const error = typeof known === 'function' ? known() : known;
        await new Promise<void>((resolve) => clock.after(callMs, resolve));
        if (error !== undefined) throw error;
        return 'done';
      },
      failed: () => {},
    }),
    weightOf: () => 1,
    callsPerJob: 1,
    cacheAgeMs: 0,
    maxAgeMs: 600_000,
  });
  const specs = (discover: 'live' | 'chat' = 'live') => [
    spec('room_list', roomList.listers[discover].command),
    ...(['room_info', 'online_members'] as const).map((task: RoomTaskName) => spec(task, roomTaskOf(task).command)),
  ];
  const queues = new AppQueues({
    allowedRate: (rate) => rate,
    app: { sdkAppId: 14 },
    config: configWith(options),
    maxShare: options.maxShare ?? Infinity,
    clock,
    random: () => 0,
    logger,
    observer: silentObserver,
    specs: specs(),
    onAccepted: () => accepted.push(clock.monotonic()),
  });
  /** Enqueues these keys for a task, and returns where the end of their collection is written to. */
  const enqueue = (task: TaskName, ...keys: readonly string[]) => {
    const ends: CollectionSummary[] = [];
    const collection = new Collection({
      startedMs: 0,
      areRoomsKnown: () => true,
      onEnd: (summary) => ends.push(summary),
    });
    for (const key of keys) queues.of(task)?.enqueue(key, { collection });
    collection.close();
    return ends;
  };
  const messages = () => lines.map((line) => /level=(\w+) msg="?([^":]+)/.exec(line)?.slice(1).join(' '));
  const takeCalls = () => calls.splice(0);
  return { clock, queues, enqueue, errors, takeCalls, lines, messages, specs, accepted };
}

describe('The request queues of an app', () => {
  it('The rate is the share of the documented quota, or what the task sets, even above the documented rate', () => {
    const rates = (options: Options) => {
      const { queues } = makeQueues(options);
      return (['room_list', 'room_info', 'online_members'] as const).map((task) => queues.of(task)?.ratePerSecond);
    };
    expect(rates({ share: 0.5 })).toEqual([5, 100, 100]);
    expect(rates({ share: 0.5, requestsPerSecond: { room_info: 7 } })).toEqual([5, 7, 100]);
    expect(rates({ share: 0.5, requestsPerSecond: { room_info: 450 } })).toEqual([5, 450, 100]);
  });

  it('A largest share limits every rate to that part of the documented rate, whatever a task sets', () => {
    const { queues } = makeQueues({ share: 0.5, requestsPerSecond: { room_info: 450 }, maxShare: 0.1 });
    const tasks = ['room_list', 'room_info', 'online_members'] as const;
    expect(tasks.map((task) => queues.of(task)?.ratePerSecond)).toEqual([1, 20, 20]);
  });

  it('The first call of an app is a trial, and all other queues wait for it', async () => {
    const { clock, enqueue, takeCalls } = makeQueues();
    enqueue('room_info', 'a', 'b');
    enqueue('online_members', 'a');
    await clock.advance(callMs - 1);
    expect(takeCalls()).toEqual(['room_info a']);
    await clock.advance(1000);
    expect(takeCalls().toSorted()).toEqual(['online_members a', 'room_info b']);
  });

  it('A lockout of the app ends the jobs of all queues, is logged once, and is over when a trial succeeds', async () => {
    const { clock, queues, enqueue, errors, takeCalls, messages, accepted } = makeQueues({
      requestsPerSecond: { online_members: 1 },
    });
    enqueue('room_info', 'a');
    await clock.advance(1000);
    takeCalls();
    errors.set('room_info', failure(70_050));
    const ends = [enqueue('room_info', 'a'), enqueue('online_members', 'a', 'b', 'c')];
    await clock.advance(30_000);
    // The call that was in flight has ended as usual.
    expect(ends.flat().map(({ rooms, failed, failure: found }) => [rooms, failed, found?.reason])).toEqual([
      [1, 1, 'lockout'],
      [3, 2, 'lockout'],
    ]);
    expect([takeCalls(), queues.refusal?.code]).toEqual([['room_info a', 'online_members a'], 70_050]);
    enqueue('room_info', 'b');
    expect(takeCalls()).toEqual([]);
    errors.clear();
    await clock.advance(31_000);
    enqueue('online_members', 'c');
    await clock.advance(1000);
    expect([takeCalls(), queues.refusal]).toEqual([['online_members c'], undefined]);
    expect(messages()).toEqual(['error the API refuses this app', 'info the API accepts this app again']);
    expect(accepted.length).toBe(1);
  });

  it('Single refusals of the credentials among successes stop nothing: with 5 % of them, every room is called', async () => {
    const { clock, queues, enqueue, errors, messages } = makeQueues({ retries: 2 });
    const rooms = Array.from({ length: 200 }, (_, rank) => `r${rank}`);
    enqueue('online_members', 'r0');
    await clock.advance(1000);
    let calls = 0;
    errors.set('online_members', () => ((calls += 1) % 20 === 0 ? failure(70_009) : undefined));
    for (let trigger = 0; trigger < 10; trigger += 1) {
      const ends = enqueue('online_members', ...rooms);
      await clock.advance(10_000);
      expect(ends.map(({ rooms: due, failed }) => [due, failed])).toEqual([[200, 0]]);
    }
    expect([queues.refusal, messages()]).toEqual([undefined, []]);
  });

  it('Credentials that are refused six times in a row stop all calls for 60 s', async () => {
    const { clock, queues, enqueue, errors, takeCalls } = makeQueues({ requestsPerSecond: { room_info: 10 } });
    enqueue('room_info', 'a');
    await clock.advance(1000);
    takeCalls();
    errors.set('room_info', failure(70_009));
    const ends = enqueue('room_info', ...Array.from({ length: 50 }, (_, rank) => `r${rank}`));
    await clock.advance(30_000);
    expect([takeCalls().length, ends.length, queues.refusal?.code]).toEqual([6, 1, 70_009]);
  });

  it('If the trial after a refusal gets no response, the app is still refused', async () => {
    const { clock, queues, enqueue, errors, takeCalls } = makeQueues();
    errors.set('room_info', failure(70_009));
    enqueue('room_info', 'a');
    await clock.advance(70_000);
    errors.set('room_info', network);
    enqueue('room_info', 'a', 'b');
    await clock.advance(1000);
    expect([takeCalls(), queues.refusal?.code]).toEqual([['room_info a', 'room_info a'], 70_009]);
  });

  it('With other credentials, a refused app is tried again at once', async () => {
    const { clock, queues, enqueue, errors, takeCalls, specs } = makeQueues();
    errors.set('room_info', failure(70_009));
    enqueue('room_info', 'a');
    await clock.advance(1000);
    errors.clear();
    takeCalls();
    queues.configure({ config: configWith({}), specs: specs(), isRenewed: true });
    enqueue('room_info', 'a');
    await clock.advance(1000);
    expect([takeCalls(), queues.refusal]).toEqual([['room_info a'], undefined]);
  });

  it('A command that is not available is logged once, its jobs end, and its task is paused', async () => {
    const { clock, queues, enqueue, errors, takeCalls, lines, messages } = makeQueues({
      requestsPerSecond: { room_info: 1 },
    });
    errors.set('room_info', failure(100_007));
    const ends = enqueue('room_info', 'a', 'b', 'c', 'd', 'e');
    enqueue('online_members', 'a');
    await clock.advance(4000);
    expect(takeCalls().filter((call) => call.startsWith('room_info')).length).toBe(3);
    expect(ends.map(({ rooms, failed }) => [rooms, failed])).toEqual([[5, 5]]);
    expect([queues.isAvailable('room_info'), queues.isPaused('room_info')]).toEqual([false, true]);
    expect([queues.isAvailable('online_members'), queues.refusal]).toEqual([true, undefined]);
    expect(messages()).toEqual(['warn call failed', "warn command not available in the app's plan or region"]);
    expect(lines[1]).toContain('sdk_app_id=14 task=room_info command=get_room_info err.name=CallFailure');
    await clock.advance(5000);
    expect([queues.isAvailable('room_info'), queues.isPaused('room_info')]).toEqual([false, false]);
    errors.clear();
    enqueue('room_info', 'a');
    await clock.advance(10_000);
    expect([queues.isAvailable('room_info'), messages().at(-1)]).toEqual([true, 'info command available again']);
  });

  it('A complaint about too many calls of the app slows down every queue', async () => {
    const { clock, queues, enqueue, errors } = makeQueues();
    errors.set('room_info', failure(60_011));
    enqueue('room_info', 'a');
    await clock.advance(100);
    expect(taskNames.flatMap((task) => queues.of(task)?.ratePerSecond ?? [])).toEqual([5, 100, 100]);
    expect(taskNames.flatMap((task) => queues.of(task)?.fullRate ?? [])).toEqual([10, 200, 200]);
  });

  it('A task whose command changes gets another queue, and later its former queue with the same rate limiter', async () => {
    const { clock, queues, enqueue, takeCalls, specs } = makeQueues();
    enqueue('room_list', 'list');
    await clock.advance(1000);
    const before = queues.of('room_list');
    before?.slowDown();
    queues.configure({ config: configWith({}), specs: specs('chat'), isRenewed: false });
    expect(queues.of('room_list')?.command).toBe('get_appid_group_list');
    queues.configure({ config: configWith({}), specs: specs('live'), isRenewed: false });
    expect([queues.of('room_list') === before, before?.ratePerSecond]).toEqual([true, 5]);
    takeCalls();
    enqueue('room_list', 'list');
    await clock.advance(1000);
    expect(takeCalls()).toEqual(['room_list list']);
  });

  it('Jobs that wait for a command that no task uses any more end', async () => {
    const { clock, queues, enqueue, takeCalls, specs } = makeQueues();
    const ends = enqueue('room_list', 'list');
    queues.configure({ config: configWith({}), specs: specs('chat'), isRenewed: false });
    expect(ends.map(({ succeeded }) => succeeded)).toEqual([true]);
    await clock.advance(1000);
    expect(takeCalls()).toEqual([]);
  });

  it('Whether any call has ended is known', async () => {
    const { clock, queues, enqueue, errors } = makeQueues();
    expect(queues.anyCallEnded).toBe(false);
    errors.set('room_info', network);
    enqueue('room_info', 'a');
    await clock.advance(1000);
    expect(queues.anyCallEnded).toBe(true);
  });

  it('When one command fails, its outage has one warning and one end in the log, and the other commands keep their calls', async () => {
    const { clock, queues, enqueue, errors, takeCalls, messages } = makeQueues();
    const rooms = Array.from({ length: 100 }, (_, rank) => `r${rank}`);
    errors.set('room_info', network);
    let ends: readonly CollectionSummary[] = [];
    for (let trigger = 0; trigger < 6; trigger += 1) {
      takeCalls();
      enqueue('room_info', ...rooms);
      ends = enqueue('online_members', ...rooms);
      await clock.advance(10_000);
      expect(ends.map(({ failed }) => failed)).toEqual([0]);
    }
    expect(takeCalls().filter((call) => call.startsWith('room_info'))).toHaveLength(1);
    errors.clear();
    enqueue('room_info', ...rooms);
    await clock.advance(10_000);
    expect([takeCalls().length, queues.refusal]).toEqual([100, undefined]);
    expect(messages()).toEqual(['warn call failed', 'info calls succeed again']);
  });

  it('The refusal of an app has precedence over an outage', async () => {
    const { clock, enqueue, errors, takeCalls } = makeQueues();
    const rooms = Array.from({ length: 100 }, (_, rank) => `r${rank}`);
    errors.set('room_info', network);
    enqueue('room_info', ...rooms);
    await clock.advance(1000);
    errors.set('online_members', failure(70_050));
    enqueue('online_members', 'a');
    await clock.advance(1000);
    takeCalls();
    const ends = enqueue('room_info', ...rooms);
    await clock.advance(1000);
    expect([takeCalls(), ends.map(({ failure: found }) => found?.reason)]).toEqual([[], ['lockout']]);
  });

  it('With another address, a command that has an outage is tried again at once', async () => {
    const { clock, queues, enqueue, errors, takeCalls, specs } = makeQueues();
    const rooms = Array.from({ length: 100 }, (_, rank) => `r${rank}`);
    errors.set('room_info', network);
    enqueue('room_info', ...rooms);
    await clock.advance(1000);
    errors.clear();
    takeCalls();
    enqueue('room_info', 'r0');
    expect(takeCalls()).toEqual([]);
    queues.configure({ config: configWith({}), specs: specs(), isRenewed: true });
    enqueue('room_info', ...rooms);
    await clock.advance(2000);
    expect(takeCalls()).toHaveLength(100);
  });
});
