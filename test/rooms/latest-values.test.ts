import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storeLatest, noLatestValues } from '../../src/rooms/latest-values.ts';

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Room infos in which any field may be missing. */
const anyInfo = fc.record(
  { roomName: some(fc.string()), viewCount: some(fc.nat()), muted: some(fc.boolean()) },
  { requiredKeys: [] },
);
const anyReadings = fc.array(fc.record({ value: anyInfo, atMs: fc.nat() }), { minLength: 1 });

describe('storeLatest', () => {
  it('keeps what the last answer says and nothing of those before', () => {
    fc.assert(
      fc.property(anyReadings, (answers) => {
        const latest = noLatestValues();
        const last = structuredClone(answers.at(-1));
        for (const answer of answers) storeLatest(latest, 'room_info', answer);
        expect(latest).toEqual({ room_info: last });
      }),
    );
  });

  it('keeps the same objects', () => {
    const latest = noLatestValues();
    storeLatest(latest, 'online_members', { value: { onlineMembers: 1 }, atMs: 1 });
    const { online_members: first } = latest;
    storeLatest(latest, 'online_members', { value: { onlineMembers: 2 }, atMs: 2 });
    expect([latest.online_members === first, first?.value]).toEqual([true, { onlineMembers: 2 }]);
  });
});
