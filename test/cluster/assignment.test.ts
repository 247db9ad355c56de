import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assignApps } from '../../src/cluster/assignment.ts';

const apps = (count: number, app: { owner?: (index: number) => string | undefined; weight?: number } = {}) =>
  Array.from({ length: count }, (_, index) => ({
    sdkAppId: index + 1,
    weight: app.weight ?? 100,
    owner: app.owner?.(index),
  }));

/** Apps with their owners of before: the argument of the next assignment. */
const owned = (assignment: ReadonlyMap<number, string>, without: readonly string[] = []) =>
  [...assignment].map(([sdkAppId, owner]) => ({
    sdkAppId,
    weight: 100,
    owner: without.includes(owner) ? undefined : owner,
  }));

const moves = (before: ReadonlyMap<number, string>, after: ReadonlyMap<number, string>) =>
  [...before].filter(([sdkAppId, owner]) => after.get(sdkAppId) !== owner).length;

const loadsOf = (assignment: ReadonlyMap<number, string>, replicas: readonly string[]) =>
  replicas.map((replica) => [...assignment.values()].filter((owner) => owner === replica).length);

describe('assignApps', () => {
  it('When one of five replicas leaves, only its apps move', () => {
    const before = assignApps(['a', 'b', 'c', 'd', 'e'], apps(1000));

    const after = assignApps(['a', 'b', 'c', 'd'], owned(before, ['e']));

    expect(loadsOf(before, ['a', 'b', 'c', 'd', 'e'])).toEqual([200, 200, 200, 200, 200]);
    expect(loadsOf(after, ['a', 'b', 'c', 'd'])).toEqual([250, 250, 250, 250]);
    expect(moves(before, after)).toBe(200);
  });

  it('When a fifth replica joins, no more than a fifth of the apps move, and the loads are about equal', () => {
    const before = assignApps(['a', 'b', 'c', 'd'], apps(1000));

    const after = assignApps(['a', 'b', 'c', 'd', 'e'], owned(before));

    expect(moves(before, after)).toBeLessThanOrEqual(200);
    expect(Math.min(...loadsOf(after, ['a', 'b', 'c', 'd', 'e']))).toBeGreaterThan(160);
  });

  it('Apps count by their rooms: the replica with the one large app gets few others', () => {
    const large = { sdkAppId: 99, weight: 5000, owner: undefined };

    const assignment = assignApps(['a', 'b'], [large, ...apps(50)]);

    const replica = assignment.get(99);
    expect([...assignment.values()].filter((owner) => owner === replica)).toHaveLength(3);
  });

  it('Nothing moves while the loads differ little', () => {
    const uneven = apps(20, { owner: (index) => (index < 9 ? 'a' : 'b') });

    expect(
      moves(assignApps(['a', 'b'], uneven), new Map(uneven.map(({ sdkAppId, owner }) => [sdkAppId, owner ?? '']))),
    ).toBe(0);
  });

  it('An app whose rooms are not known yet counts as the average, so that it does not move when they are', () => {
    const known = [1, 2, 3].map((sdkAppId) => ({ sdkAppId, weight: 1000, owner: 'a' }));
    const unknown = [4, 5, 6].map((sdkAppId) => ({ sdkAppId, weight: undefined, owner: 'b' }));

    expect(loadsOf(assignApps(['a', 'b'], [...known, ...unknown]), ['a', 'b'])).toEqual([3, 3]);
  });

  it('Without a replica, no app has an owner', () => {
    expect(assignApps([], apps(3))).toEqual(new Map());
  });

  it('Every app has exactly one owner that is alive, all replicas decide the same, and a second look changes nothing', () => {
    const replicas = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
    const app = fc.record({
      weight: fc.option(fc.nat(20_000), { nil: undefined }),
      owner: fc.constantFrom(undefined, 'a', 'b', 'c', 'd', 'e', 'gone'),
    });
    fc.assert(
      fc.property(replicas, fc.array(app, { maxLength: 60 }), (alive, list) => {
        const known = list.map((entry, sdkAppId) => ({ ...entry, sdkAppId }));
        const assignment = assignApps(alive, known);
        expect([...assignment.keys()].toSorted((a, b) => a - b)).toEqual(known.map(({ sdkAppId }) => sdkAppId));
        expect([...assignment.values()].filter((owner) => !new Set<string>(alive).has(owner))).toEqual([]);
        expect(assignApps(alive.toReversed(), known.toReversed())).toEqual(assignment);
        const settled = known.map((entry) => ({ ...entry, owner: assignment.get(entry.sdkAppId) }));
        expect(assignApps(alive, settled)).toEqual(assignment);
      }),
    );
  });
});
