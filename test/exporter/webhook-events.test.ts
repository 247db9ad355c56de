import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { createWebhookEvents } from '../../src/exporter/webhook-events.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { AudienceHistory } from '../../src/rooms/audience-history.ts';
import type { StoredRoom } from '../../src/rooms/room.ts';
import { roomFromLine, roomToLine } from '../../src/rooms/saved-room.ts';
import { changed, eventsUnderTest, sdkAppId } from '../polling/events/events-under-test.ts';
import { freePort } from '../support/free-port.ts';
import { redisServers } from '../support/redis.ts';
import { requireProgram } from '../support/require-program.ts';

const startRedis = redisServers();
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0)) await stop();
});

/** The configuration of a cluster; without a port there is none. */
function clusterAt(port: number | undefined): Config['cluster'] {
  const address = port === undefined ? undefined : { isTls: false, database: 0, nodes: [{ host: '127.0.0.1', port }] };
  return { keyPrefix: 'test', redisUrl: { address } } as unknown as Config['cluster'];
}

/** A replica that receives webhooks. `poll` makes it the owner of the app, with the live room `a`. */
function startReplica(port: number) {
  let app: ReturnType<typeof eventsUnderTest> | undefined;
  const dropped: string[] = [];
  const log = { text: '' };
  const destination = { write: (line: string) => (log.text += line) };
  const forwarding = createWebhookEvents({
    config: clusterAt(port),
    apps: {
      pollers: () => (app === undefined ? [] : [{ sdkAppId, poller: app as never }]),
      pollerOf: () => undefined,
    },
    observer: { eventsDropped: ({ reason, events }) => dropped.push(`${reason} ${events}`), eventApplied: () => {} },
    clock: systemClock,
    logger: createLogger({ level: 'warn', format: 'logfmt', destination }),
  });
  cleanUp.push(forwarding.stop);
  const room = () => app?.registry.get('a') as StoredRoom | undefined;
  const line = () => roomToLine(room() as StoredRoom, new AudienceHistory());
  return {
    ...forwarding,
    dropped,
    log,
    /** Delivers that this many members have entered. */
    enter: (members: number) =>
      forwarding.deliver(sdkAppId, [
        changed('a', { accounts: Array.from({ length: members }, (_, member) => `m-${member}`) }),
      ]),
    poll: (saved?: ReturnType<typeof save>) => {
      app = eventsUnderTest({ configured: ['a'], isOpen: false });
      if (saved === undefined) app.info('a');
      else app.registry.restore(roomFromLine(saved.line, saved));
      if (saved !== undefined) void app.events.restore(saved.events, saved);
      app.events.open();
      return app;
    },
    save: (isLast = false) => save({ events: app?.events, line: line(), isLast }),
    /** As if its process was killed. */
    kill: () => {
      app?.events.close();
      app = undefined;
    },
    entered: () => room()?.memberChanges?.enter ?? 0,
    room,
  };
}

/** The state of the app, as JSON keeps it. */
function save({ events, line, isLast }: { events: unknown; line: string; isLast: boolean }) {
  const { savedState } = events as ReturnType<typeof eventsUnderTest>['events'];
  return { events: JSON.parse(JSON.stringify(savedState)) as typeof savedState, line, isLast };
}

async function newRedis(port?: number): Promise<number> {
  const free = port ?? (await freePort());
  await startRedis([`port ${free}`, 'appendonly no']);
  return free;
}

const redis = async (port: number, ...command: readonly string[]) =>
  (await promisify(execFile)('redis-cli', ['-p', String(port), ...command])).stdout.trim();

const streamLength = async (port: number) => Number(await redis(port, 'XLEN', `{test}:events:${sdkAppId}`));

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

requireProgram({ program: 'redis-server', from: 'redis-server' }, 'Events in a cluster', () => {
  it('The owner counts the events of all replicas, each once', async () => {
    const port = await newRedis();
    const [owner, other] = [startReplica(port), startReplica(port)];
    const { events } = owner.poll();
    await until(() => events.position !== undefined);
    for (let batch = 0; batch < 10; batch += 1) {
      owner.enter(3);
      other.enter(450);
    }
    await until(() => owner.entered() >= 4530);
    expect([owner.entered(), other.entered()]).toEqual([4530, 0]);
  });

  it('While the app has no owner its events wait, and the next owner continues where the last one has stopped', async () => {
    const port = await newRedis();
    const [first, second] = [startReplica(port), startReplica(port)];
    const { events } = first.poll();
    await until(() => events.position !== undefined);
    first.enter(3);
    await until(() => first.entered() === 3);
    events.close();
    second.enter(4);
    await until(async () => (await streamLength(port)) === 2);
    const saved = first.save(true);
    first.kill();
    second.poll(saved);
    await until(() => second.entered() >= 7);
    expect([second.entered(), second.room()?.memberChanges?.isHeld]).toEqual([7, false]);
  });

  it('If the owner was killed, the next one counts again what was not saved, and exports nothing before', async () => {
    const port = await newRedis();
    const [first, second] = [startReplica(port), startReplica(port)];
    const { events } = first.poll();
    await until(() => events.position !== undefined);
    first.enter(3);
    await until(() => first.entered() === 3);
    const saved = first.save();
    // More entries than are read at a time.
    for (let entries = 2; entries <= 26; entries += 1) {
      second.enter(1);
      await until(async () => (await streamLength(port)) === entries);
    }
    await until(() => first.entered() === 28);
    first.kill();
    second.enter(5);
    await until(async () => (await streamLength(port)) === 27);
    second.poll(saved);
    const exported = new Set<number>();
    await until(() => {
      const { enter, isHeld } = second.room()?.memberChanges ?? { enter: 0, isHeld: true };
      if (!isHeld) exported.add(enter);
      return exported.size > 0;
    });
    expect([...exported]).toEqual([33]);
  });

  it('While an app is being saved nothing is applied, so that its rooms agree with the position', async () => {
    const port = await newRedis();
    const owner = startReplica(port);
    const { events } = owner.poll();
    await until(() => events.position !== undefined);
    const release = events.hold();
    owner.enter(3);
    await until(async () => (await streamLength(port)) === 1);
    const before = [owner.entered(), events.position];
    expect(before).toEqual([0, '0-0']);
    release();
    await until(() => owner.entered() === 3);
    expect(events.position).not.toBe('0-0');
  });

  it('A stream is trimmed to what is not saved', async () => {
    const port = await newRedis();
    const owner = startReplica(port);
    const { events } = owner.poll();
    await until(() => events.position !== undefined);
    for (const length of [1, 2, 3]) {
      owner.enter(1);
      await until(async () => (await streamLength(port)) === length);
    }
    await until(() => owner.entered() === 3);
    owner.stateSaved(sdkAppId, events.position);
    await until(async () => (await streamLength(port)) < 3);
    expect(await streamLength(port)).toBe(1);
  });

  it('Events that come while Redis is down are counted when it is up again', async () => {
    const port = await freePort();
    const owner = startReplica(port);
    const { events } = owner.poll();
    owner.enter(3);
    await until(() => owner.log.text.includes('events of webhooks cannot be read from Redis'));
    await newRedis(port);
    await until(() => events.position !== undefined);
    owner.enter(4);
    await until(() => owner.entered() >= 4);
    expect(owner.dropped).toEqual([]);
  });
});

it('Without a cluster, events are applied at once, and those of an app that was just removed are counted as dropped', () => {
  const app = eventsUnderTest({ configured: ['a'] });
  app.info('a');
  const dropped: string[] = [];
  const { deliver } = createWebhookEvents({
    config: clusterAt(undefined),
    apps: { pollers: () => [], pollerOf: (id) => (id === sdkAppId ? (app as never) : undefined) },
    observer: { eventsDropped: ({ reason, events }) => dropped.push(`${reason} ${events}`), eventApplied: () => {} },
    clock: systemClock,
    logger: createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } }),
  });
  deliver(sdkAppId, [changed('a', { accounts: ['ann', 'bo'] })]);
  deliver(7, [changed('a', { accounts: ['ann', 'bo'] })]);
  expect([app.counted('a'), dropped]).toEqual([{ enter: 2 }, ['not_polled 2']]);
});
