import { describe, expect, it } from '@jest/globals';
import { broadcastNumberAt, dailyCurve, planBroadcast, raidsInto } from '../../src/simulator/world/broadcast-plan.ts';
import { Curve } from '../../src/simulator/world/curve.ts';
import { roomIdOf } from '../../src/simulator/world/names.ts';
import { World } from '../../src/simulator/world/world.ts';

const epochMs = Date.UTC(2025, 5, 1, 12);

function worldAt(clock: { ms: number }, rooms: number): World {
  const parameters = { seed: 7, epochMs, rooms, zipfExponent: 1.2, largestAudience: 20_000 };
  return new World({ parameters, now: () => clock.ms, listCap: 1000 });
}

describe('A curve', () => {
  const curve = new Curve([
    { atMs: 0, level: 10 },
    { atMs: 10_000, level: 30 },
    { atMs: 30_000, level: 10 },
  ]);

  it('A curve has a level, a sum of rises and an area at any moment', () => {
    const at = (ms: number): unknown => [curve.levelAt(ms), curve.risesAt(ms), curve.areaAt(ms)];
    expect([-1, 0, 5_000, 10_000, 20_000, 30_000, 40_000].map(at)).toEqual([
      [0, 0, 0],
      [10, 10, 0],
      [20, 20, 75],
      [30, 30, 200],
      [20, 30, 450],
      [10, 30, 600],
      [10, 30, 700],
    ]);
  });

  it('A curve finds the moment at which a total was reached', () => {
    for (const ms of [0, 1, 3_000, 10_000, 17_000, 29_999, 35_000]) {
      expect(curve.whenReached(curve.risesAt(ms) + curve.areaAt(ms) / 90, 1 / 90)).toBeCloseTo(ms, 3);
    }
  });
});

describe('A world', () => {
  it('Views and totals never decrease during a broadcast, and start from zero in the next', () => {
    const clock = { ms: epochMs };
    const world = worldAt(clock, 12);
    const before = new Map<string, readonly number[]>();
    let broadcasts = 0;
    for (; clock.ms < epochMs + 12 * 3_600_000; clock.ms += 97_000) {
      for (const room of world.truth()) {
        const broadcast = world.find(room.roomId);
        if (room.kind !== 'live' || broadcast === undefined) continue;
        const now = [room.viewCount, ...Object.values(room.totals)];
        const last = before.get(`${room.roomId} ${broadcast.startMs}`);
        if (last === undefined) broadcasts += 1;
        expect(now.every((value, index) => value >= (last?.[index] ?? 0))).toBe(true);
        expect(room.audience).toBeLessThanOrEqual(room.viewCount);
        before.set(`${room.roomId} ${broadcast.startMs}`, now);
      }
    }
    expect(broadcasts).toBeGreaterThan(20);
  });

  it('The join time of a member does not change while the member stays', () => {
    const clock = { ms: epochMs };
    const world = worldAt(clock, 40);
    const joined = new Map<string, number>();
    let stayed = 0;
    for (; clock.ms < epochMs + 1_800_000; clock.ms += 60_000) {
      for (const { account, joinTimeSeconds } of world.members('live-30')) {
        if (joined.has(account)) stayed += 1;
        expect(joined.get(account) ?? joinTimeSeconds).toBe(joinTimeSeconds);
        joined.set(account, joinTimeSeconds);
      }
    }
    expect([stayed > 1_000, joined.size > 200]).toEqual([true, true]);
  });

  it('A world does not depend on earlier reads', () => {
    const clock = { ms: epochMs };
    const world = worldAt(clock, 50);
    for (; clock.ms < epochMs + 7_200_000; clock.ms += 600_000) world.truth();
    expect(worldAt({ ms: clock.ms }, 50).truth()).toEqual(world.truth());
  });

  it('Audiences follow Zipf’s law: a few are large, many are small', () => {
    const audiences = worldAt({ ms: epochMs }, 1000)
      .truth()
      .map((room) => room.audience)
      .toSorted((a, b) => b - a);
    const share = (count: number): number =>
      audiences.slice(0, count).reduce((sum, n) => sum + n, 0) / audiences.reduce((sum, n) => sum + n, 0);
    expect(share(10)).toBeGreaterThan(0.45);
    expect(share(10)).toBeLessThan(0.75);
    expect(audiences[500]).toBeLessThan(40);
  });

  it('Broadcasts end and new ones begin, some under a new room id', () => {
    const clock = { ms: epochMs };
    const world = worldAt(clock, 50);
    const first = new Set(world.truth().map((room) => room.roomId));
    const states = new Set<string>();
    for (; clock.ms < epochMs + 10 * 3_600_000; clock.ms += 300_000) {
      for (const room of world.truth()) states.add(`${first.has(room.roomId) ? 'known' : 'new'} ${room.state}`);
    }
    expect([...states].toSorted()).toEqual(['known ended', 'known live', 'new ended', 'new live']);
  });

  it('Online counts are cached for ten seconds and member counts for forty', () => {
    const clock = { ms: epochMs };
    const world = worldAt(clock, 1);
    const changes = { onlineMembers: 0, memberCount: 0 };
    let last = world.truth()[0];
    for (let second = 1; second <= 400; second += 1) {
      clock.ms = epochMs + second * 1000;
      const room = world.truth()[0];
      if (room?.onlineMembers !== last?.onlineMembers) changes.onlineMembers += 1;
      if (room?.memberCount !== last?.memberCount) changes.memberCount += 1;
      last = room;
    }
    expect(changes).toEqual({ onlineMembers: 40, memberCount: 10 });
  });
});

describe('Raids', () => {
  it('The audience of a room jumps when another broadcast ends and raids it', () => {
    const world = { seed: 7, epochMs, rooms: 200, zipfExponent: 1.2, largestAudience: 20_000 };
    const raids = Array.from({ length: world.rooms }, (_, rank) => planBroadcast(world, { rank, number: 0 }))
      .flatMap((plan) => raidsInto(world, plan).map((raid) => ({ plan, raid })))
      .filter(({ raid }) => raid.viewers > 30 && raid.atMs > epochMs);
    expect(raids.length).toBeGreaterThan(5);
    const clock = { ms: epochMs };
    const living = new World({ parameters: world, now: () => clock.ms, listCap: 1000 });
    const audience = (rank: number, ms: number): number =>
      living.find(roomIdOf({ rank, number: 0 }), ms)?.audienceAt(ms) ?? 0;
    for (const { plan, raid } of raids) {
      const rank = raid.fromRank;
      const raider = planBroadcast(world, { rank, number: broadcastNumberAt(world, { rank, ms: raid.atMs - 1 }) });
      expect(raider.endMs).toBe(raid.atMs);
      const jump = audience(plan.rank, raid.atMs + 31_000) - audience(plan.rank, raid.atMs - 1_000);
      expect(jump).toBeGreaterThan(raid.viewers * 0.5);
    }
  });
});

describe('The daily curve', () => {
  it('The daily curve peaks at 21:00 in China and is lowest twelve hours later', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => dailyCurve(Date.UTC(2025, 5, 1, hour)));
    expect([hours.indexOf(Math.max(...hours)), hours.indexOf(Math.min(...hours))]).toEqual([13, 1]);
    expect([Math.max(...hours), Math.min(...hours)]).toEqual([1, expect.closeTo(0.55)]);
  });
});
