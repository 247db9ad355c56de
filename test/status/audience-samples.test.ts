import { describe, expect, it } from '@jest/globals';
import { AudienceSamples, type SavedAudiences } from '../../src/status/audience-samples.ts';

const ref = (roomId: string) => ({ sdkAppId: 1, roomId });

/** One sample of rooms with these numbers of online members, by id. */
function sample(samples: AudienceSamples, atMs: number, audiences: Readonly<Record<string, number | undefined>>): void {
  const inProgress = samples.startSample(atMs);
  for (const [id, onlineMembers] of Object.entries(audiences)) {
    const latest = onlineMembers === undefined ? {} : { online_members: { atMs, value: { onlineMembers } } };
    inProgress.add({ sdkAppId: 1, room: { id, latest } });
  }
  inProgress.end();
}

const minutes = (count: number) => count * 60_000;

describe('The audiences of the last hour', () => {
  it('A room has 24 samples, and those that are older than an hour are forgotten', () => {
    const samples = new AudienceSamples();
    for (let index = 0; index < 30; index += 1) sample(samples, minutes(2.5 * index), { room: index });

    expect(samples.read(minutes(75)).of(ref('room'))).toEqual(Array.from({ length: 24 }, (_, index) => 6 + index));
  });

  it('An audience that was not known is a gap, and so is the time in which the process was suspended', () => {
    const samples = new AudienceSamples();
    sample(samples, 0, { room: 7 });
    sample(samples, minutes(2.5), { room: undefined });
    sample(samples, minutes(5), { room: 9 });
    sample(samples, minutes(15), { room: 11 });

    expect(samples.read(minutes(15)).of(ref('room'))?.slice(-7)).toEqual([
      7,
      undefined,
      9,
      undefined,
      undefined,
      undefined,
      11,
    ]);
  });

  it('The process may sleep for longer than an hour', () => {
    const samples = new AudienceSamples();
    sample(samples, 0, { room: 7 });
    sample(samples, minutes(6000), { room: 8 });

    expect(samples.read(minutes(6000)).of(ref('room'))).toEqual([...Array.from({ length: 23 }), 8]);
  });

  it.each([
    [0, 0],
    [2047, 2047],
    [2049, 2048],
    [1_234_567, 1_233_920],
    [4_294_967_295, 4_292_870_144],
  ])('An audience of %d is stored as %d: exactly below 2,048, and else at most 0.1 %% too small', (stored, read) => {
    const samples = new AudienceSamples();
    sample(samples, 0, { room: stored });

    expect(samples.read(0).of(ref('room'))?.at(-1)).toBe(read);
    expect(read).toBeGreaterThanOrEqual(stored * 0.999);
  });

  it('The audience of 10 minutes ago is that of the nearest sample', () => {
    const samples = new AudienceSamples();
    for (let index = 0; index < 10; index += 1) sample(samples, minutes(2.5 * index), { room: 100 + index });

    const before = (afterMinutes: number) => samples.read(minutes(22.5 + afterMinutes)).before(ref('room'));
    expect([before(0), before(1), before(1.3), before(2.4)]).toEqual([105, 105, 106, 106]);
    expect(samples.read(minutes(22.5)).before(ref('unknown'))).toBeUndefined();
  });

  it('The 2,000 rooms with the largest audiences of the hour have samples: a large room that shrinks keeps them', () => {
    const samples = new AudienceSamples();
    const small = Object.fromEntries(Array.from({ length: 2100 }, (_, index) => [`small-${index}`, 10 + index]));
    sample(samples, 0, { ...small, large: 5000 });
    sample(samples, minutes(2.5), { ...small, large: 0, newcomer: 6000 });

    const read = samples.read(minutes(2.5));
    expect(read.rooms()).toHaveLength(2000);
    expect(read.of(ref('large'))?.slice(-2)).toEqual([5000, 0]);
    expect(read.of(ref('newcomer'))?.slice(-2)).toEqual([undefined, 6000]);
    expect([read.of(ref('small-0')), read.of(ref('small-101'))]).toEqual([undefined, undefined]);
    expect(read.of(ref('small-102'))?.at(-1)).toBe(112);
  });

  it('Rooms of different apps with the same id have samples of their own', () => {
    const samples = new AudienceSamples();
    const inProgress = samples.startSample(0);
    for (const sdkAppId of [1, 2]) {
      const online_members = { atMs: 0, value: { onlineMembers: sdkAppId * 10 } };
      inProgress.add({ sdkAppId, room: { id: 'room', latest: { online_members } } });
    }
    inProgress.end();

    const at = (sdkAppId: number) => samples.read(0).of({ sdkAppId, roomId: 'room' })?.at(-1);
    expect([at(1), at(2), at(3)]).toEqual([10, 20, undefined]);
  });

  it('Another process continues them, with a gap for the time in which no process ran', () => {
    const before = new AudienceSamples();
    for (let index = 0; index < 30; index += 1) sample(before, minutes(2.5 * index), { room: 3000 + index, gone: 7 });
    const saved = JSON.parse(JSON.stringify(before.save(1))) as SavedAudiences;
    const after = new AudienceSamples();
    after.restore(1, saved);
    expect(after.read(minutes(72.5)).of(ref('room'))).toEqual(before.read(minutes(72.5)).of(ref('room')));

    sample(after, minutes(80), { room: 5000 });

    const audiences = after.read(minutes(80)).of(ref('room'));
    expect(audiences?.slice(-5)).toEqual([3028, 3028, undefined, undefined, 5000]);
    expect(after.read(minutes(80)).before(ref('room'))).toBe(3028);
    expect(after.read(minutes(80)).of(ref('gone'))?.slice(-4)).toEqual([7, undefined, undefined, undefined]);
  });

  it('An app that comes from another process has samples at the same times as the apps that were here', () => {
    const before = new AudienceSamples();
    for (const count of [0, 1, 2]) sample(before, minutes(2.5 * count), { room: count });
    const saved = before.save(1);
    const here = new AudienceSamples();
    sample(here, minutes(11), { other: 1 });

    if (saved !== undefined) here.restore(1, saved);

    expect(here.read(minutes(11)).of(ref('room'))?.slice(-5)).toEqual([0, 1, 2, undefined, undefined]);
    expect(here.read(minutes(11)).of(ref('other'))?.at(-1)).toBe(1);
  });

  it('A restart soon after a sample adds none too early', () => {
    const samples = new AudienceSamples();
    expect(samples.isDue(0)).toBe(true);
    sample(samples, 0, {});
    expect(samples.isDue(minutes(1))).toBe(true);
    sample(samples, minutes(1), { room: 1 });
    expect([minutes(1.5), minutes(3), minutes(3.5)].map((atMs) => samples.isDue(atMs))).toEqual([false, false, true]);
  });
});
