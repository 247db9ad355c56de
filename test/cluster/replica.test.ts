import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import { Replica } from '../../src/cluster/replica.ts';
import type { RedisAddress } from '../../src/config/redis-address.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { fastClock } from '../support/fast-clock.ts';
import { freePort } from '../support/free-port.ts';
import { redisServers } from '../support/redis.ts';
import { requireProgram } from '../support/require-program.ts';

const startRedis = redisServers();
const running: Replica[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((replica) => replica.stop()));
});

/** So a lease of 15 s lasts 0.75 s. */
const speed = 20;
const ids = [1, 2, 3, 4, 5, 6];

/** Redis is new in each test: then half of each rate is reserved for owners that it has never heard of. */
const shareOfNewRedis = 0.5;

async function newRedis(): Promise<RedisAddress> {
  const port = await freePort();
  await startRedis([`port ${port}`, 'appendonly no']);
  return { isTls: false, database: 0, nodes: [{ host: '127.0.0.1', port }] };
}

/** What happened to apps in all replicas, in order. */
type Events = string[];

interface Started {
  readonly replica: Replica;
  /** The apps that it polls, with the share of the rate that it may use at present. */
  readonly polled: () => ReadonlyMap<number, number>;
  /** As if its process was killed or paused: it makes no more beats, and does not hand over. */
  readonly freeze: () => void;
}

interface StartOptions {
  readonly address: RedisAddress;
  readonly name: string;
  readonly events: Events;
  readonly isNameUnique?: boolean;
}

async function start(options: StartOptions): Promise<Started> {
  const { address, name, events, isNameUnique = false } = options;
  const allowed = new Map<number, (rate: number) => number>();
  const clock = fastClock(speed);
  let isFrozen = false;
  const replica: Replica = new Replica({
    address,
    keyPrefix: 'test',
    leaseMs: 15_000,
    isolationMs: 600_000,
    name,
    isNameUnique,
    apps: {
      configured: () => ids,
      start: async (id, allowedRate) => {
        events.push(`${name} starts ${id} with ${String((await replica.savedState(id))?.state)}`);
        allowed.set(id, allowedRate);
      },
      allowedRateChanged: () => {},
      finish: async (id) => {
        events.push(`${name} finishes ${id}`);
        await replica.save(id, Buffer.from(`the state of ${name}`));
      },
      stop: (id) => allowed.delete(id),
      stateLost: () => {},
      rooms: () => 10,
    },
    events: { acquired: () => {}, lost: () => {} },
    clock: { ...clock, after: (ms, callback) => clock.after(ms, () => (isFrozen ? undefined : callback())) },
    logger: createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } }),
  });
  running.push(replica);
  await replica.start();
  return {
    replica,
    polled: () => new Map([...allowed].map(([id, rate]) => [id, rate(100) / 100])),
    freeze: () => (isFrozen = true),
  };
}

async function flush({ nodes: [node] }: RedisAddress): Promise<void> {
  await promisify(execFile)('redis-cli', ['-p', String(node?.port), 'FLUSHALL']);
}

/** Waits until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const shares = ({ polled }: Started) => [...polled().values()];

requireProgram({ program: 'redis-server', from: 'redis-server' }, 'Replica', () => {
  it('With a new Redis, the apps are polled after a lease, and at half the rate, since an isolated owner may poll the other half', async () => {
    const address = await newRedis();
    const alone = await start({ address, name: 'a', events: [] });
    expect(alone.polled().size).toBe(0);
    await until(() => alone.polled().size === ids.length && shares(alone).every((share) => share === shareOfNewRedis));
  });

  it('A replica that joins gets its part of the apps, each after the owner has finished it, with its state', async () => {
    const address = await newRedis();
    const events: Events = [];
    const a = await start({ address, name: 'a', events });
    await until(() => a.polled().size === ids.length);
    const b = await start({ address, name: 'b', events });
    await until(() => b.polled().size === 3);
    expect(a.polled().size).toBe(3);
    for (const id of b.polled().keys()) {
      expect(events.filter((event) => event.includes(` ${id}`))).toEqual([
        `a starts ${id} with undefined`,
        `a finishes ${id}`,
        `b starts ${id} with the state of a`,
      ]);
    }
  });

  it('A replica that stops hands its apps over, and the other one polls them at the same rate as before', async () => {
    const address = await newRedis();
    const events: Events = [];
    const a = await start({ address, name: 'a', events });
    const b = await start({ address, name: 'b', events });
    await until(() => a.polled().size === 3 && b.polled().size === 3);
    await a.replica.stop();
    await until(() => b.polled().size === ids.length && shares(b).every((share) => share === shareOfNewRedis));
    expect(a.polled().size).toBe(0);
    expect(b.replica.status.replicas.map(({ name, state }) => [name, state])).toEqual([['b', 'alive']]);
  });

  it('The apps of a replica that is paused are taken over after its lease, and the two never use more than the whole rate', async () => {
    const address = await newRedis();
    const events: Events = [];
    const a = await start({ address, name: 'a', events });
    await until(() => a.polled().size === ids.length);
    const b = await start({ address, name: 'b', events });
    await until(() => b.polled().size === 3);
    const sumOf = (id: number) => (a.polled().get(id) ?? 0) + (b.polled().get(id) ?? 0);
    a.freeze();
    let largest = 0;
    await until(() => {
      largest = Math.max(largest, ...ids.map(sumOf));
      return b.polled().size === ids.length && shares(b).every((share) => share > 0);
    });
    expect(largest).toBe(shareOfNewRedis);
    const halved = shareOfNewRedis / 2;
    const kept = shareOfNewRedis;
    expect(shares(b).toSorted((x, y) => x - y)).toEqual([halved, halved, halved, kept, kept, kept]);
  });

  it('A replica that was paused cannot overwrite the state of a newer owner', async () => {
    const address = await newRedis();
    const events: Events = [];
    const a = await start({ address, name: 'a', events });
    await until(() => a.polled().size === ids.length);
    const b = await start({ address, name: 'b', events });
    a.freeze();
    await until(() => b.polled().size === ids.length);
    expect(await b.replica.save(1, Buffer.from('new'))).toBe(true);
    expect(await a.replica.save(1, Buffer.from('old'))).toBe(false);
    expect(String((await b.replica.savedState(1))?.state)).toBe('new');
  });

  it('A replica that starts again under its configured name takes its apps back at the full rate, before its lease is over', async () => {
    const address = await newRedis();
    const first = await start({ address, name: 'a', events: [], isNameUnique: true });
    await until(() => first.polled().size === ids.length);
    first.freeze();
    const clock = fastClock(speed);
    const again = await start({ address, name: 'a', events: [], isNameUnique: true });
    await until(() => again.polled().size === ids.length);
    expect(clock.monotonic()).toBeLessThan(15_000);
    await until(() => shares(again).every((share) => share === shareOfNewRedis));
  });

  it('When Redis has lost its data, every app stays with its owner', async () => {
    const address = await newRedis();
    const events: Events = [];
    const a = await start({ address, name: 'a', events });
    const b = await start({ address, name: 'b', events });
    await until(() => a.polled().size === 3 && b.polled().size === 3);
    const before = [...events];
    await flush(address);
    await until(() => [a, b].every(({ replica }) => replica.status.apps.every(({ owner }) => owner !== undefined)));
    const watch = fastClock(speed);
    await until(() => watch.monotonic() > 40_000);
    expect(events).toEqual(before);
  });
});
