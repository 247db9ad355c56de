import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AudienceHistory, type AudienceTrend } from '../../src/rooms/audience-history.ts';

const minuteMs = 60_000;
const pollMs = 10_000;

/** A room whose audience is a function of the time. */
class Room {
  readonly history: AudienceHistory;
  slot: number | undefined;
  nowMs = 0;

  constructor(history = new AudienceHistory()) {
    this.history = history;
  }

  /** Polls until a minute; the audience is that of the minutes since the beginning. A gap if it is undefined. */
  until(minute: number, audience: number | ((minute: number) => number | undefined), everyMs = pollMs): this {
    for (; this.nowMs < minute * minuteMs; this.nowMs += everyMs) {
      const members = typeof audience === 'number' ? audience : audience(this.nowMs / minuteMs);
      if (members !== undefined) this.responds(members, this.nowMs);
    }
    return this;
  }

  responds(members: number, atMs: number): void {
    this.slot = this.history.responded(this.slot, { members, atMs });
  }

  get trend(): AudienceTrend {
    if (this.slot === undefined) throw new Error('the room has no slot');
    return this.history.trend(this.slot);
  }
}

const usual = { baseline: 1000, dropRatio: 1, deviation: Math.fround(Math.sqrt(1000)), loss: undefined };

describe('The trend of an audience', () => {
  test('A steady audience is its own baseline, and counting noise its deviation', () => {
    expect(new Room().until(30, 1000).trend).toEqual(usual);
  });

  test('A show is judged from its eighth minute on', () => {
    expect(new Room().until(5, 1000).trend.baseline).toBeUndefined();
    expect(new Room().until(8, 1000).until(10, 400).trend).toMatchObject({ baseline: 1000, dropRatio: 0.4, loss: {} });
  });

  test('A sudden loss is noticed within a minute, with the time of its first low response, and the baseline stays', () => {
    expect(new Room().until(20, 1000).until(21, 500).trend).toEqual({
      ...usual,
      dropRatio: 0.5,
      loss: { startedAtMs: 20 * minuteMs, stepRatio: 0.5, regainedRatio: 0 },
    });
    expect(new Room().until(20, 1000).until(79, 500).trend.baseline).toBe(1000);
  });

  test('After an hour, a loss is the new normal', () => {
    expect(new Room().until(20, 1000).until(81, 500).trend).toMatchObject({
      baseline: 500,
      dropRatio: 1,
      loss: undefined,
    });
  });

  test('A loss ends when the audience has been back for three minutes', () => {
    const room = new Room().until(20, 1000).until(25, 500).until(28, 900);
    expect(room.trend.loss).toBeDefined();
    expect(room.until(29, 900).trend.loss).toBeUndefined();
  });

  test('Viewers who return are a share of the loss, beyond counting noise', () => {
    const room = new Room().until(20, 10_000).until(22, 2500);
    expect(room.until(23, 2540).trend.loss?.regainedRatio).toBe(0);
    expect(room.until(24, 5000).trend.loss?.regainedRatio).toBeCloseTo((2500 - 50) / 7500, 5);
  });

  test('A single higher response is no return', () => {
    const room = new Room().until(20, 1000).until(22, 300);
    room.responds(1000, room.nowMs);
    expect(room.trend.loss?.regainedRatio).toBe(0);
  });

  test('The unrest of a room is what its audience usually changes from minute to minute', () => {
    const room = new Room().until(40, (minute) => 1000 + (Math.floor(minute) % 2) * 200);
    expect(room.trend.deviation).toBeCloseTo(200, 0);
  });
});

describe('What is not a loss', () => {
  test('Viewers who leave slowly are no loss', () => {
    const halfLives = fc.integer({ min: 20, max: 90 });
    fc.assert(
      fc.property(halfLives, fc.integer({ min: 200, max: 50_000 }), (halfLife, size) => {
        const room = new Room().until(20, size);
        for (let minute = 21; minute < 100; minute += 1) {
          room.until(minute, (now) => Math.round(size * 0.5 ** ((now - 20) / halfLife)));
          expect(room.trend.loss).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  test('An audience that only grows has no loss', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5000 }), { minLength: 200, maxLength: 200 }), (steps) => {
        const room = new Room();
        let members = 20;
        for (const step of steps) {
          members += step;
          room.responds(members, (room.nowMs += pollMs));
          expect(room.trend.loss).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  test('A single low response is no loss, at any interval up to two minutes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(5000, 10_000, 30_000, 60_000, 120_000),
        fc.integer({ min: 1, max: 999 }),
        (everyMs, low) => {
          const room = new Room().until(60, 1000, everyMs);
          room.responds(low, room.nowMs);
          expect(room.trend).toMatchObject({ baseline: 1000, dropRatio: 1, loss: undefined });
        },
      ),
    );
  });

  test('False zeros of one to four minutes move nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 240 }), fc.integer({ min: 60, max: 120 }), (seconds, startSeconds) => {
        const room = new Room().until(20 + startSeconds / 60, 1000);
        room.until(room.nowMs / minuteMs + seconds / 60, 0);
        expect(room.trend).toEqual(usual);
        expect(room.until(room.nowMs / minuteMs + 5, 1000).trend).toEqual(usual);
      }),
    );
  });

  test('Guests of a raid that leave after five minutes are no loss', () => {
    expect(new Room().until(30, 1000).until(35, 3000).until(60, 1000).trend).toEqual(usual);
  });
});

describe('Zeros and gaps', () => {
  test('A zero is believed after five minutes, and the loss began with the first one', () => {
    const room = new Room().until(20, 1000).until(25, 0);
    expect(room.trend).toEqual(usual);
    room.until(25.2, 0);
    expect(room.trend).toMatchObject({ dropRatio: 0, loss: { startedAtMs: 20 * minuteMs, stepRatio: 0 } });
  });

  test.each([7, 15])('A loss in a gap of %i minutes is noticed, and how sudden it was stays unknown', (minutes) => {
    const room = new Room().until(20, 1000).until(20 + minutes, () => undefined);
    expect(room.until(22 + minutes, 300).trend).toEqual({
      ...usual,
      dropRatio: expect.closeTo(0.3, 5),
      loss: { startedAtMs: (20 + minutes) * minuteMs, stepRatio: undefined, regainedRatio: 0 },
    });
  });

  test('A gap without a loss changes nothing', () => {
    const room = new Room().until(20, 1000).until(35, () => undefined);
    expect(room.until(36, 1000).trend).toEqual(usual);
  });

  test('After an hour without a response, a room begins again', () => {
    const room = new Room().until(20, 1000).until(81, () => undefined);
    expect(room.until(82, 100).trend).toEqual({
      baseline: undefined,
      dropRatio: undefined,
      deviation: undefined,
      loss: undefined,
    });
  });

  test('A loss that has just begun starts again after false zeros, because returning viewers show only in real responses', () => {
    const room = new Room().until(20, 1000).until(21, 400).until(23, 0).until(24, 400);
    expect(room.trend.loss?.startedAtMs).toBe(23 * minuteMs);
  });
});

describe('A room that loses its audience more than once', () => {
  test('After its return, another loss has a start of its own', () => {
    const room = new Room().until(20, 1000).until(30, 200).until(40, 950).until(42, 200);
    expect(room.trend).toMatchObject({ baseline: 1000, loss: { startedAtMs: 40 * minuteMs } });
  });

  test('After half of the loss came back, another loss is one of what the room had in between', () => {
    const room = new Room().until(20, 1000).until(30, 200).until(40, 700).until(42, 200);
    expect(room.trend).toMatchObject({ baseline: 700, loss: { startedAtMs: 40 * minuteMs, regainedRatio: 0 } });
  });

  test('A slight loss that becomes a large one is followed by a loss with a start of its own', () => {
    const room = new Room().until(20, 1000).until(40, 760).until(42, 300);
    expect(room.trend).toMatchObject({
      baseline: 760,
      loss: { startedAtMs: 40 * minuteMs, stepRatio: expect.closeTo(300 / 760, 5) },
    });
  });

  test('A flapping stream has one loss', () => {
    const room = new Room().until(20, 1000).until(40, (minute) => (Math.floor(minute) % 4 < 2 ? 300 : 1000));
    expect(room.trend).toMatchObject({ baseline: 1000, loss: { startedAtMs: 20 * minuteMs } });
  });
});

describe('Rooms that are polled slowly', () => {
  test.each([1, 2, 3])('Polled each %i minutes, a room has a loss after two low responses in a row', (minutes) => {
    const room = new Room().until(60, 1000, minutes * minuteMs);
    room.until(60 + minutes, 400, minutes * minuteMs);
    expect(room.trend.loss).toBeUndefined();
    room.until(60 + 2 * minutes, 400, minutes * minuteMs);
    expect(room.trend).toMatchObject({ dropRatio: expect.closeTo(0.4, 5), loss: { startedAtMs: 60 * minuteMs } });
  });

  test.each([5, 10])('Polled each %i minutes, the loss of more than half needs no second response', (minutes) => {
    const room = new Room().until(120, 1000, minutes * minuteMs);
    expect(room.until(121, 520, minutes * minuteMs).trend.loss).toBeUndefined();
    const other = new Room().until(120, 1000, minutes * minuteMs);
    expect(other.until(121, 400, minutes * minuteMs).trend.loss).toMatchObject({ startedAtMs: 120 * minuteMs });
  });
});

describe('Polls that become slower', () => {
  test('A room is judged again from the third slow response on', () => {
    const room = new Room().until(60, 1000).until(85, 1000, 10 * minuteMs);
    expect(room.trend).toEqual(usual);
    room.until(91, 400, 10 * minuteMs);
    expect(room.trend).toMatchObject({ dropRatio: expect.closeTo(0.4, 5), loss: { startedAtMs: 90 * minuteMs } });
  });
});

describe('The time of responses', () => {
  test('Late, repeated and impossible responses change nothing', () => {
    const odd = fc.oneof(
      fc.record({ members: fc.constantFrom(NaN, Infinity, -1), laterMs: fc.constant(1000) }),
      fc.record({ members: fc.nat(), laterMs: fc.integer({ min: -119_000, max: 0 }) }),
      fc.record({ members: fc.nat(), laterMs: fc.constantFrom(NaN, Infinity) }),
    );
    fc.assert(
      fc.property(odd, ({ members, laterMs }) => {
        const room = new Room().until(20, 1000);
        const before = room.history.save(room.slot as number);
        room.responds(members, room.nowMs - pollMs + laterMs);
        expect(room.history.save(room.slot as number)).toEqual(before);
      }),
    );
  });

  test('A clock that is set back leaves a loss as old as it was', () => {
    const room = new Room().until(200, 1000).until(210, 500);
    room.nowMs -= 100 * minuteMs;
    const trend = room.until(112, 500).trend;
    expect(trend).toMatchObject({ baseline: 1000, loss: { startedAtMs: 100 * minuteMs + pollMs } });
  });

  test('With shorter minutes, everything happens as much faster', () => {
    const fast = new AudienceHistory({ minuteMs: minuteMs / 60 });
    const room = new Room().until(20, 1000).until(23, 500);
    let slot: number | undefined;
    for (let at = 0; at < 23 * 60; at += 10) {
      slot = fast.responded(slot, { members: at < 20 * 60 ? 1000 : 500, atMs: (at * 1000) / 60 });
    }
    const { loss, ...trend } = room.trend;
    expect(fast.trend(slot as number)).toEqual({ ...trend, loss: { ...loss, startedAtMs: 20 * 1000 } });
  });
});

describe('Slots', () => {
  test('A room with fewer than 20 members takes no slot', () => {
    expect(new AudienceHistory().responded(undefined, { members: 19, atMs: 0 })).toBeUndefined();
  });

  test('A room loses its slot after an hour with fewer than 15 members', () => {
    const room = new Room().until(10, 20).until(70, 14);
    expect(room.slot).toBeDefined();
    expect(room.until(71, 14).slot).toBeUndefined();
  });

  test('A released slot is used again, and remembers nothing', () => {
    const room = new Room().until(30, 1000);
    const { slot } = room;
    room.history.release(slot as number);
    const next = new Room(room.history).until(1, 50);
    expect(next.slot).toBe(slot);
    expect(next.trend).toEqual({ baseline: undefined, dropRatio: undefined, deviation: undefined, loss: undefined });
  });

  test('A room takes less than 200 bytes', () => {
    const history = new AudienceHistory();
    const count = 20_000;
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < count; index += 1) history.responded(undefined, { members: 100, atMs: 0 });
    expect((process.memoryUsage().arrayBuffers - before) / count).toBeLessThan(200);
  });
});

describe('A saved history', () => {
  test('A room goes on after a restart as if there had been none', () => {
    const audience = fc.array(fc.integer({ min: 20, max: 5000 }), { minLength: 12, maxLength: 25 });
    // Not a part of a minute: saved numbers are rounded, and no response may be just at a limit.
    const everyMs = 11_000;
    fc.assert(
      fc.property(audience, audience, (before, after) => {
        const at = (minute: number) => [...before, ...after][Math.floor(minute)];
        const room = new Room().until(before.length, at, everyMs);
        const other = new Room();
        const saved = JSON.parse(JSON.stringify(room.history.save(room.slot as number))) as readonly number[];
        other.slot = other.history.restore(saved);
        other.nowMs = room.nowMs;
        const [left, right] = [room, other].map((each) => each.until(before.length + after.length, at, everyMs).trend);
        expect(right?.baseline).toBeCloseTo(left?.baseline ?? NaN, 1);
        expect(right?.dropRatio).toBeCloseTo(left?.dropRatio ?? NaN, 3);
        expect((right?.loss?.startedAtMs ?? 0) / 1000).toBeCloseTo((left?.loss?.startedAtMs ?? 0) / 1000, 0);
      }),
      { numRuns: 50 },
    );
  });

  test('Times are converted to the clock of the new process', () => {
    const room = new Room().until(20, 1000).until(25, 500);
    const other = new AudienceHistory();
    const slot = other.restore(room.history.save(room.slot as number), (atMs) => atMs - 7000);
    expect(other.trend(slot as number).loss?.startedAtMs).toBe(20 * minuteMs - 7000);
  });

  test('Nonsense is not restored', () => {
    const length = new Room().until(5, 100).history.save(0).length;
    const wrong = fc.oneof(
      fc.array(fc.nat(), { maxLength: length - 1 }),
      fc.array(fc.constantFrom(NaN, -2, Infinity), { minLength: length, maxLength: length }),
    );
    fc.assert(fc.property(wrong, (saved) => expect(new AudienceHistory().restore(saved)).toBeUndefined()));
  });
});
