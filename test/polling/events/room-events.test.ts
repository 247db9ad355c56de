import { describe, expect, it } from '@jest/globals';
import { changed, eventsUnderTest, secondsBetweenCalls } from './events-under-test.ts';

/** An app with the live room `a`, and the plain group `g` if it is configured. */
function appWithRooms(options?: Parameters<typeof eventsUnderTest>[0]) {
  const app = eventsUnderTest({ configured: ['a', 'g'], ...options });
  app.info('a', { createTimeSeconds: Math.floor(app.clock.now() / 1000) - 60 });
  app.gone('room_info', 'g');
  return app;
}

describe('The members of a known room', () => {
  it('Each member of an event counts once, by what happened', () => {
    const { change, counted, dropped } = appWithRooms();
    change('a', { accounts: ['ann', 'bo', 'cy'] });
    change('a', { change: 'disconnect', accounts: ['ann', 'bo'] });
    change('a', { change: 'reconnect' });
    change('a', { change: 'kicked' });
    change('a', { change: 'other' });
    change('a', { change: 'leave' });
    expect(counted('a')).toEqual({ enter: 3, disconnect: 2, reconnect: 1, kicked: 1, other: 1, leave: 1 });
    expect(dropped()).toEqual({});
  });

  it('Copies of an event do not count, not even those of some of its members', () => {
    const { change, counted, dropped } = appWithRooms();
    change('a', { accounts: ['ann', 'bo'] });
    change('a', { accounts: ['bo', 'cy'] });
    change('a', { accounts: ['ann', 'bo'] });
    expect([counted('a'), dropped()]).toEqual([{ enter: 3 }, { duplicate: 3 }]);
  });

  it.each([
    ['room', { roomId: 'b' }],
    ['change', { change: 'leave' as const }],
    ['time', { atMs: 1_800_000_000_001 }],
    ['account', { accounts: ['bo'] }],
  ])('An event with another %s is no copy', (_, other) => {
    const { apply, info, counted } = eventsUnderTest({ configured: ['a', 'b'] });
    for (const id of ['a', 'b']) info(id);
    const { roomId = 'a', ...rest } = other as { readonly roomId?: string };
    apply(changed('a', { atMs: 1_800_000_000_000 }), changed(roomId, { atMs: 1_800_000_000_000, ...rest }));
    const sum = ['a', 'b'].flatMap((id) => Object.values(counted(id))).reduce((total, count) => total + count, 0);
    expect(sum).toBe(2);
  });

  it('Without a time, nothing is taken for a copy', () => {
    const { change, counted } = appWithRooms();
    change('a', { atMs: undefined });
    change('a', { atMs: undefined });
    expect(counted('a')).toEqual({ enter: 2 });
  });

  it('A copy that comes after five minutes still does not count, and one that comes after ten does', async () => {
    const { clock, change, counted, wait } = appWithRooms();
    const atMs = clock.now();
    change('a', { atMs });
    await wait(299);
    change('a', { atMs });
    expect(counted('a')).toEqual({ enter: 1 });
    await wait(601);
    change('a', { atMs: clock.now() });
    await wait(301);
    change('a', { atMs: clock.now() });
    change('a', { atMs });
    expect(counted('a')).toEqual({ enter: 4 });
  });

  it('A live room counts the events of Live only, although it is a group too', () => {
    const { change, counted, dropped } = appWithRooms();
    change('a', { source: 'chat_state' });
    change('a', { source: 'chat_membership' });
    change('a', { source: 'live' });
    expect([counted('a'), dropped()]).toEqual([{ enter: 1 }, { other_source: 2 }]);
  });

  it('A plain group counts membership only until the app sends the states of members', () => {
    const { change, counted, dropped } = appWithRooms();
    change('g', { source: 'chat_membership', accounts: ['ann', 'bo'] });
    change('g', { source: 'live' });
    expect([counted('g'), dropped()]).toEqual([{ enter: 2 }, { other_source: 1 }]);
    change('g', { source: 'chat_state', accounts: ['cy'] });
    change('g', { source: 'chat_membership', accounts: ['dee'] });
    expect([counted('g'), dropped()]).toEqual([{ enter: 3 }, { other_source: 2 }]);
  });

  it('An event from before the creation of the room belongs to an earlier life', () => {
    const { clock, change, counted, dropped } = appWithRooms();
    const createdMs = (Math.floor(clock.now() / 1000) - 60) * 1000;
    change('a', { atMs: createdMs - 5001 });
    change('a', { atMs: createdMs - 5000 });
    expect([counted('a'), dropped()]).toEqual([{ enter: 1 }, { late: 1 }]);
  });

  it('The delay is the time since the event, and 0 if the clocks disagree', () => {
    const { clock, change, delays } = appWithRooms();
    change('a', { atMs: clock.now() - 1500 });
    change('a', { atMs: clock.now() + 1500 });
    expect(delays).toEqual([1.5, 0]);
  });

  it('Members of a room that is not exported do not count', () => {
    const { list, change, dropped } = eventsUnderTest({ selection: { limit: 1, exclude: [/^x/] } });
    list('a', 'b', 'x');
    change('b');
    change('x');
    change('x-unknown');
    expect(dropped()).toEqual({ not_exported: 3 });
  });

  it('Events of an app that is not polled yet, or any more, have no effect', () => {
    const { events, change, dropped } = appWithRooms();
    events.close();
    change('a');
    expect(dropped()).toEqual({ not_polled: 1 });
  });
});

describe('An unknown room', () => {
  it('Its members count once one call has shown that it exists', async () => {
    const { change, wait, takeCalls, info, counted, registry } = eventsUnderTest();
    change('new', { accounts: ['ann', 'bo'] });
    change('new', { change: 'leave' });
    await wait(0);
    expect([takeCalls(), registry.get('new')]).toEqual([['room_info new'], undefined]);
    info('new');
    expect(counted('new')).toEqual({ enter: 2, leave: 1 });
    await wait(60);
    expect(takeCalls()).toEqual([]);
  });

  it('A forged one leaves nothing behind', async () => {
    const { change, wait, takeCalls, gone, registry, dropped, events, known } = eventsUnderTest();
    change('forged', { accounts: ['ann', 'bo'] });
    await wait(0);
    gone('room_info', 'forged');
    await wait(60);
    expect(takeCalls()).toEqual(['room_info forged']);
    expect([...registry.rooms(), ...known, ...events.savedState.pending]).toEqual([]);
    expect(dropped()).toEqual({ unknown_room: 2 });
  });

  it('One that was created comes first, and before all other calls', async () => {
    const { change, created, wait, takeCalls, gone } = eventsUnderTest();
    change('x');
    change('y');
    created('new');
    change('y');
    await wait(0);
    expect(takeCalls()).toEqual(['room_info new urgent']);
    gone('room_info', 'new');
    await wait(secondsBetweenCalls);
    expect(takeCalls()).toEqual(['room_info x']);
  });

  it('The calls are at most 5 % of the rate of the command, however many rooms are named', async () => {
    const { created, wait, takeCalls, gone } = eventsUnderTest();
    for (let room = 0; room < 5000; room += 1) created(`forged-${room}`);
    let calls = 0;
    for (let second = 0; second < 100; second += 1) {
      for (const call of takeCalls()) {
        calls += 1;
        gone('room_info', call.split(' ')[1] ?? '');
      }
      await wait(1);
    }
    expect(calls).toBe(100 / secondsBetweenCalls);
  });

  it('A thousand of them wait at most, and one that was created takes the place of another', () => {
    const { change, created, dropped, events } = eventsUnderTest();
    for (let room = 0; room < 1000; room += 1) change(`room-${room}`);
    change('one-more');
    expect([events.savedState.pending.length, dropped()]).toEqual([1000, { unknown_room: 1 }]);
    created('new');
    expect([events.savedState.pending.length, dropped()]).toEqual([1000, { unknown_room: 2 }]);
    expect(events.savedState.pending[0]).toMatchObject({ id: 'new', isCreated: true });
  });

  it('One that nobody responds about is given up after five minutes', async () => {
    const { change, wait, events, dropped, known } = eventsUnderTest();
    change('silent');
    await wait(400);
    expect([events.savedState.pending, dropped(), [...known]]).toEqual([[], { unknown_room: 1 }, []]);
  });

  it('If a listing discovers it first, its members count as soon as a call about it succeeds', () => {
    const { change, list, respond, counted } = eventsUnderTest();
    change('new');
    list('new');
    respond('online_members', 'new', { onlineMembers: 1 });
    expect(counted('new')).toEqual({ enter: 1 });
  });

  it('With discover: none, no call is made for it', async () => {
    const { change, created, wait, takeCalls, dropped } = eventsUnderTest({ selection: { discover: 'none' } });
    change('new');
    created('new');
    await wait(60);
    expect([takeCalls(), dropped()]).toEqual([[], { not_exported: 2 }]);
  });

  it('With discover: chat, it may be a plain group, which a second call shows', async () => {
    const { change, wait, takeCalls, gone, respond, counted } = eventsUnderTest({ selection: { discover: 'chat' } });
    change('group', { source: 'chat_state' });
    await wait(0);
    gone('room_info', 'group');
    await wait(secondsBetweenCalls);
    expect(takeCalls()).toEqual(['room_info group', 'online_members group']);
    respond('online_members', 'group', { onlineMembers: 3 });
    expect(counted('group')).toEqual({ enter: 1 });
  });

  it('With discover: chat, a live room is found by the events of its group, which do not count', async () => {
    const { change, wait, info, counted, registry, dropped } = eventsUnderTest({ selection: { discover: 'chat' } });
    change('live', { source: 'chat_state' });
    await wait(0);
    info('live');
    expect([registry.get('live')?.lifecycle.kind, counted('live'), dropped()]).toEqual([
      'live',
      {},
      { other_source: 1 },
    ]);
  });

  it('The members of a configured room wait until it is known what it is', async () => {
    const { change, wait, info, counted } = eventsUnderTest({ configured: ['a'], selection: { discover: 'none' } });
    change('a');
    expect(counted('a')).toEqual({});
    await wait(0);
    info('a');
    expect(counted('a')).toEqual({ enter: 1 });
  });

  it('The members of a room that took the last place wait in the same way', async () => {
    const { list, change, info, counted } = eventsUnderTest({ selection: { discover: 'chat', limit: 1 } });
    list('a');
    change('a');
    info('a');
    expect(counted('a')).toEqual({ enter: 1 });
  });

  it('A room counts as started if it is public or was created, since a private one may be old', async () => {
    const { change, created, list, wait, info, registry } = eventsUnderTest();
    list();
    for (const [id, isPublic] of [
      ['public', true],
      ['private', false],
    ] as const) {
      change(id);
      await wait(secondsBetweenCalls);
      info(id, { public: isPublic });
    }
    created('private-created');
    await wait(secondsBetweenCalls);
    info('private-created', { public: false });
    expect(registry.counters.roomsStarted).toBe(2);
  });
});

describe('A room that was destroyed', () => {
  it('One urgent call verifies it after 5 s, and not before', async () => {
    const { destroyed, wait, takeCalls, gone, registry } = appWithRooms();
    destroyed('a');
    destroyed('a');
    await wait(4.9);
    expect(takeCalls()).toEqual([]);
    await wait(0.1);
    expect(takeCalls()).toEqual(['room_info a urgent']);
    gone('room_info', 'a');
    expect(registry.get('a')?.lifecycle.phase).toBe('ended');
    await wait(60);
    expect(takeCalls()).toEqual([]);
  });

  it('If the event was forged, the room lives on', async () => {
    const { destroyed, wait, info, registry, takeCalls } = appWithRooms();
    destroyed('a');
    await wait(5);
    info('a');
    expect(registry.get('a')).toMatchObject({ reportedEnd: undefined, lifecycle: { phase: 'alive' } });
    await wait(60);
    expect(takeCalls()).toHaveLength(1);
  });

  it('A storm of forged events leaves 95 % of the rate to polling, and the end of an unknown room is ignored', async () => {
    const ids = Array.from({ length: 2000 }, (_, room) => `room-${room}`);
    const { list, destroyed, wait, takeCalls, info, dropped } = eventsUnderTest({ selection: { limit: 2000 } });
    list(...ids);
    for (const id of [...ids, 'unknown']) destroyed(id);
    expect(dropped()).toEqual({ unknown_room: 1000, not_exported: 1 });
    let calls = 0;
    for (let second = 0; second < 105; second += 1) {
      for (const call of takeCalls()) {
        calls += 1;
        info(call.split(' ')[1] ?? '');
      }
      await wait(1);
    }
    expect(calls).toBe(100 / secondsBetweenCalls);
  });

  it('Ends and unknown rooms take turns', async () => {
    const { destroyed, created, wait, takeCalls, gone, info } = appWithRooms();
    destroyed('a');
    destroyed('g');
    await wait(5);
    takeCalls();
    info('a');
    created('x');
    created('y');
    await wait(secondsBetweenCalls);
    gone('room_info', 'x');
    await wait(secondsBetweenCalls);
    expect(takeCalls()).toEqual(['room_info x urgent', 'online_members g urgent']);
  });

  it('Later events are a reason to ask again, and older ones are late', async () => {
    const { clock, destroyed, wait, gone, info, change, takeCalls, dropped, counted } = appWithRooms();
    destroyed('a');
    await wait(5);
    gone('room_info', 'a');
    change('a', { atMs: clock.now() - 1000, change: 'leave' });
    expect(dropped()).toEqual({ late: 1 });
    takeCalls();
    await wait(secondsBetweenCalls);
    change('a');
    await wait(0);
    expect(takeCalls()).toEqual(['room_info a']);
    info('a', { createTimeSeconds: Math.floor(clock.now() / 1000) });
    expect(counted('a')).toEqual({ enter: 1 });
  });
});

describe('Events in the next process', () => {
  it('What waits for a response, and what was reported, goes on', async () => {
    const before = appWithRooms();
    before.change('new');
    before.change('g', { source: 'chat_state' });
    const after = appWithRooms();
    await after.events.restore(JSON.parse(JSON.stringify(before.events.savedState)), { isLast: true });
    after.change('g', { source: 'chat_membership' });
    expect(after.dropped()).toEqual({ other_source: 1 });
    await after.wait(0);
    after.events.open();
    await after.wait(0);
    after.info('new');
    expect(after.counted('new')).toEqual({ enter: 1 });
  });
});
