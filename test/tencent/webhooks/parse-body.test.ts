import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { webhookCommands } from '../../../src/tencent/webhooks/commands.ts';
import { type ParsedBody, parseWebhookBody } from '../../../src/tencent/webhooks/parse-body.ts';

const memberState = 'Live.CallbackAfterMemberStateChanged';
const atMs = 1767225600123;

function parse(body: unknown, queryCommand?: string): ParsedBody & { readonly odd: readonly string[] } {
  const odd: string[] = [];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const parsed = parseWebhookBody(text, { queryCommand, onOddity: ({ field }) => odd.push(field) });
  return { ...parsed, odd };
}

/** The event, or the result if there is none. */
function eventOf(body: unknown, queryCommand?: string) {
  const { event, result } = parse(body, queryCommand);
  return event ?? result;
}

const live = (fields: object) => ({
  CallbackCommand: memberState,
  RoomId: 'room-7',
  EventType: 'Offline',
  EventCause: 'HeartbeatInterrupt',
  MemberList: [{ Member_Account: 'ann' }, { Member_Account: 'bo' }],
  EventTime: atMs,
  ...fields,
});

describe('Members of a live room', () => {
  it('The documented body says who lost the connection, in which room and when', () => {
    const body =
      '{"CallbackCommand":"Live.CallbackAfterMemberStateChanged","RoomId":"room-7","EventType":"Offline","EventCause":"HeartbeatInterrupt","MemberList":[{"Member_Account":"ann"},{"Member_Account":"bo"}],"EventTime":1767225600123}';
    expect(parse(body)).toEqual({
      command: memberState,
      result: 'accepted',
      odd: [],
      event: {
        type: 'members_changed',
        source: 'live',
        roomId: 'room-7',
        change: 'disconnect',
        accounts: ['ann', 'bo'],
        atMs,
      },
    });
  });

  it.each([
    ['Online', 'Enter', 'enter'],
    ['Online', 'HeartbeatRecover', 'reconnect'],
    ['Offline', 'Leave', 'leave'],
    ['Offline', 'HeartbeatInterrupt', 'disconnect'],
    ['Offline', 'Kicked', 'kicked'],
    ['Offline', 'SomethingNew', 'other'],
    ['Offline', undefined, 'other'],
    ['Online', 'SomethingNew', 'enter'],
    [undefined, 'Leave', 'leave'],
    [7, 'Leave', 'leave'],
  ])('%s with the cause %s counts as %s', (EventType, EventCause, change) => {
    expect(eventOf(live({ EventType, EventCause }))).toMatchObject({ change });
  });

  it.each(['Live.CallbackMemberStateChanged', memberState])('The URL may say %s, and the body either', (inQuery) => {
    const results = ['Live.CallbackMemberStateChanged', memberState, undefined].map((CallbackCommand) =>
      parse(live({ CallbackCommand }), inQuery),
    );
    expect(results.map(({ command, result }) => [command, result])).toEqual(
      results.map(() => [memberState, 'accepted']),
    );
  });

  it.each([
    [{ EventTime: 'soon' }, { atMs: undefined }, ['EventTime']],
    [{ EventTime: -1 }, { atMs: undefined }, ['EventTime']],
    [{ EventTime: undefined }, { atMs: undefined }, []],
    [{ EventTime: '1767225600123' }, { atMs }, []],
    [{ EventTime: 1767225600 }, { atMs: 1767225600000 }, []],
    [{ EventCause: ['Leave'] }, { change: 'other' }, ['EventCause']],
    [{ MemberList: [{ Member_Account: 'ann' }, 7, {}] }, { accounts: ['ann'] }, ['MemberList', 'Member_Account']],
    [{ RoomId: 17 }, { roomId: '17' }, []],
    [{ Unknown: { deep: [null] } }, { change: 'disconnect' }, []],
  ])('An odd field costs itself only, and is reported: %j', (fields, expected, odd) => {
    const parsed = parse(live(fields));
    expect(parsed.event).toMatchObject(expected);
    expect(parsed.odd).toEqual(odd);
  });

  it('An account that is a bare integer keeps all of its digits', () => {
    const body =
      '{"CallbackCommand":"Live.CallbackAfterMemberStateChanged","RoomId":"r","EventCause":"Enter","MemberList":[{"Member_Account":144115233775727695}]}';
    expect(eventOf(body)).toMatchObject({ accounts: ['144115233775727695'] });
  });

  it.each([
    { RoomId: undefined },
    { RoomId: '' },
    { RoomId: { id: 'room-7' } },
    { RoomId: 'x'.repeat(257) },
    { MemberList: undefined },
    { MemberList: 'ann' },
    { EventType: undefined, EventCause: undefined },
  ])('Without a room, members or a cause it cannot be understood: %j', (fields) => {
    expect(eventOf(live(fields))).toBe('malformed');
  });
});

const roomInfo =
  '"RoomInfo":{"RoomId":"room-7","RoomName":"Seven","RoomType":"Live","Owner_Account":"host1","MaxMemberCount":300,"IsMessageDisabled":false,"CustomInfo":"","IsSeatEnabled":true,"TakeSeatMode":"ApplyToTake","MaxSeatCount":16,"CreateTime":1767225600,"IsPublicVisible":true,"CoverURL":"","Category":[1,2]';

describe('A live room that was created', () => {
  it.each([
    ['next to RoomInfo', `${roomInfo}},"EventTime":1767225600123`, atMs],
    ['inside RoomInfo', `${roomInfo},"EventTime":1767225600123}`, atMs],
    ['missing', `${roomInfo}}`, undefined],
  ])('Its time is %s', (_where, fields, expected) => {
    const body = `{"CallbackCommand":"Live.CallbackAfterCreateRoom","Operator_Account":"host1",${fields}}`;
    expect(parse(body)).toEqual({
      command: 'Live.CallbackAfterCreateRoom',
      result: 'accepted',
      odd: [],
      event: { type: 'room_created', source: 'live', roomId: 'room-7', atMs: expected },
    });
  });

  it('Without its id it is malformed', () => {
    expect(eventOf({ CallbackCommand: 'Live.CallbackAfterCreateRoom', RoomId: 'room-7' })).toBe('malformed');
  });
});

describe('A live room that was destroyed', () => {
  const command = 'Live.CallbackAfterDestroyRoom';

  it('The documented body has its totals', () => {
    const body =
      '{"CallbackCommand":"Live.CallbackAfterDestroyRoom","Operator_Account":"host1","RoomId":"room-7","EventType":"DestroyByUser","EventTime":1767229200123,"RoomInfo":{"RoomName":"Seven","RoomType":"Live","Owner_Account":144115216631667826,"MaxMemberCount":300,"Category":[1],"ActivityStatus":0,"IsPublicVisible":true,"ViewCount":42,"IsUnlimitedRoomEnabled":true},"Statistic":{"TotalViewers":42,"TotalGiftsSent":3,"TotalGiftCoins":900,"TotalUniqueGiftSenders":2,"TotalLikesReceived":77}}';
    expect(parse(body)).toEqual({
      command,
      result: 'accepted',
      odd: [],
      event: {
        type: 'room_destroyed',
        source: 'live',
        roomId: 'room-7',
        atMs: 1767229200123,
        statistic: { viewers: 42, giftsSent: 3, giftCoins: 900, giftSenders: 2, likes: 77 },
      },
    });
  });

  it('The totals of a body without Statistic are not known, and are not 0', () => {
    const body =
      '{"CallbackCommand":"Live.CallbackAfterDestroyRoom","Operator_Account":"@TIM#SYSTEM","RoomId":"room-7","EventType":"DestroyBySystem","EventTime":1767229200123,"RoomInfo":{"RoomId":"room-7","Owner_Account":"host1"}}';
    expect(eventOf(body)).toMatchObject({ type: 'room_destroyed', statistic: undefined });
  });

  it.each([
    [{ TotalViewers: '42', TotalGiftCoins: -1 }, { viewers: 42 }, ['TotalGiftCoins']],
    [{ TotalViewers: 2 ** 64 }, {}, ['TotalViewers']],
    [{}, {}, []],
    [[42], undefined, ['Statistic']],
    ['42', undefined, ['Statistic']],
  ])('An odd total costs itself only: %j', (Statistic, statistic, odd) => {
    const parsed = parse({ CallbackCommand: command, RoomId: 'room-7', Statistic });
    expect(parsed.event).toEqual({ type: 'room_destroyed', source: 'live', roomId: 'room-7', statistic });
    expect(parsed.odd).toEqual(odd);
  });
});

describe('Webhooks of Chat', () => {
  it.each([
    [
      '{"CallbackCommand":"Group.CallbackOnMemberStateChange","GroupId":"room-7","EventType":"Online","EventCause":"Join","MemberList":[{"Member_Account":"ann"}],"EventTime":"1767225600123"}',
      { type: 'members_changed', source: 'chat_state', roomId: 'room-7', change: 'enter', accounts: ['ann'], atMs },
    ],
    [
      '{"CallbackCommand":"Group.CallbackAfterNewMemberJoin","GroupId":"room-7","Type":"AVChatRoom","JoinType":"Apply","Operator_Account":"ann","NewMemberList":[{"Member_Account":"ann"}],"EventTime":"1767225600123"}',
      {
        type: 'members_changed',
        source: 'chat_membership',
        roomId: 'room-7',
        change: 'enter',
        accounts: ['ann'],
        atMs,
      },
    ],
    [
      '{"CallbackCommand":"Group.CallbackAfterMemberExit","GroupId":"room-7","Type":"AVChatRoom","ExitType":"Quit","Operator_Account":"ann","ExitMemberList":[{"Member_Account":"ann"}],"EventTime":"1767225660123"}',
      {
        type: 'members_changed',
        source: 'chat_membership',
        roomId: 'room-7',
        change: 'leave',
        accounts: ['ann'],
        atMs: atMs + 60_000,
      },
    ],
    [
      '{"CallbackCommand":"Group.CallbackAfterCreateGroup","GroupId":"room-7","Operator_Account":"host1","Owner_Account":"host1","Type":"AVChatRoom","Name":"Seven","MemberList":[],"EventTime":"1767225600123"}',
      { type: 'room_created', source: 'chat_membership', roomId: 'room-7', atMs },
    ],
    [
      '{"CallbackCommand":"Group.CallbackAfterGroupDestroyed","GroupId":"room-7","Type":"AVChatRoom","Owner_Account":"host1","Name":"Seven","MemberList":[],"EventTime":"1767229200123"}',
      {
        type: 'room_destroyed',
        source: 'chat_membership',
        roomId: 'room-7',
        atMs: 1767229200123,
        statistic: undefined,
      },
    ],
  ])('The documented body is understood: %s', (body, event) => {
    expect(eventOf(body)).toEqual(event);
  });

  it.each([
    ['Quit', 'leave'],
    ['HeartbeatInterrupt', 'disconnect'],
    ['HeartbeatRecover', 'reconnect'],
  ])('The cause %s of a member state counts as %s', (EventCause, change) => {
    const fields = { CallbackCommand: 'Group.CallbackOnMemberStateChange', GroupId: 'g', MemberList: [] };
    expect(eventOf({ ...fields, EventType: 'Offline', EventCause })).toMatchObject({ change });
  });

  it.each([
    ['Kicked', 'kicked'],
    ['Banned', 'other'],
    [undefined, 'other'],
  ])('The exit %s counts as %s', (ExitType, change) => {
    const fields = { CallbackCommand: 'Group.CallbackAfterMemberExit', GroupId: 'g', Type: 'Live', ExitMemberList: [] };
    expect(eventOf({ ...fields, ExitType })).toMatchObject({ change });
  });

  it.each([
    'Group.CallbackAfterNewMemberJoin',
    'Group.CallbackAfterMemberExit',
    'Group.CallbackAfterCreateGroup',
    'Group.CallbackAfterGroupDestroyed',
  ])('%s of a group that is not a room is ignored', (CallbackCommand) => {
    expect(eventOf({ CallbackCommand, GroupId: 'g', Type: 'Public' })).toBe('ignored');
  });
});

describe('Bodies without an event', () => {
  it.each([
    '{"CallbackCommand":"Mic.CallbackAfterSeatInfoChanged","RoomId":"room-7","SeatList":[{"Index":1,"Member_Account":144115233775727695,"IsTakenDisabled":false,"IsVideoDisabled":false,"IsAudioDisabled":false},{"Index":2,"IsTakenDisabled":true,"IsVideoDisabled":false,"IsAudioDisabled":false}],"EventTime":1767225700123}',
    '{"CallbackCommand":"Live.CallbackAfterEndBattle","BattleId":"b64==","Duration":30000,"CreateTime":1767225600,"StartTime":1767225600,"EndTime":1767225630,"OpType":0,"FromRoomInfo":{"RoomId":"room-7","Score":5,"Owner_Account":144115245353757792},"ToRoomList":[{"RoomId":"room-8","Score":9,"Owner_Account":"host2"}],"EventTime":1767225631119}',
    '{"CallbackCommand":"Live.CallbackAfterCreateRoomReachingThreshold","Operator_Account":"host1","EventTime":1767225600123,"CurRoomCount":400,"MaxRoomCount":500}',
    '{"CallbackCommand":"Live.CallbackAfterCloudRecordingChanged","EventGroupId":3,"EventType":305,"CallbackTs":1767225600082,"EventInfo":{"RoomId":"room-7","EventTs":1767225600,"EventMsTs":1767225600081,"UserId":"host1","TaskId":"t","Payload":{"Status":0}}}',
    '{"CallbackCommand":"Live.CallbackAfterModifyAdmin","RoomId":"room-7","EventTime":1767225600123,"Operator_Account":"host1","Admin_Account":["ann"],"opType":"add"}',
    '{"CallbackCommand":"Alert.RequestOverLimit","ServiceName":"live_engine_http_srv","Command":"get_room_list","Request":9,"Limit":10}',
    '{"CallbackCommand":"Live.CallbackBeforeSendGift","RoomId":"room-7"}',
    '{"CallbackCommand":"Group.CallbackBeforeSendMsg","GroupId":"room-7","MsgBody":[{"MsgContent":{"Text":"secret"}}]}',
  ])('A documented command that is of no use is ignored under its name: %s', (body) => {
    const { CallbackCommand } = JSON.parse(body) as { readonly CallbackCommand: string };
    expect(parse(body, CallbackCommand)).toEqual({ command: CallbackCommand, result: 'ignored', odd: [] });
  });

  it.each(['Room.CallbackAfterCreateRoom', 'Call.CallbackAfterCallEnd', '__proto__', 'constructor', 'x'.repeat(9999)])(
    'A command that is not documented is ignored as other: %s',
    (CallbackCommand) => {
      expect(parse({ CallbackCommand, RoomId: 'room-7' }, CallbackCommand)).toMatchObject({
        command: 'other',
        result: 'ignored',
      });
    },
  );

  it("TRTC's own events are ignored as other", () => {
    expect(parse({ EventGroupId: 1, EventType: 103, CallbackTs: atMs, EventInfo: { RoomId: 'room-7' } })).toEqual({
      command: 'other',
      result: 'ignored',
      odd: [],
    });
  });

  it.each(['', ' \n', '{}'])("The console's button sends the body %j, which is ignored", (body) => {
    expect(parse(body, memberState)).toEqual({ command: memberState, result: 'ignored', odd: [] });
  });

  it.each([
    'null',
    '[]',
    '7',
    '"text"',
    '{',
    '<html>',
    '[{"CallbackCommand":"x"}]',
    `${'['.repeat(99)}${']'.repeat(99)}`,
  ])('What is not a JSON object is malformed: %s', (body) => {
    expect(parse(body, memberState)).toEqual({ command: memberState, result: 'malformed', odd: [] });
  });

  it('A body of another command than the URL is malformed, except for deleted metadata', () => {
    expect(eventOf(live({}), 'Live.CallbackAfterCreateRoom')).toBe('malformed');
    expect(eventOf(live({}), 'no such command')).toBe('malformed');
    const deleted = { CallbackCommand: 'Live.CallbackAfterDelMetadata', RoomId: 'room-7', Keys: ['a'] };
    expect(eventOf(deleted, 'Live.CallbackAfterSetMetadata')).toBe('ignored');
  });

  it('A body never throws, whatever its fields are', () => {
    const fields = ['RoomId', 'GroupId', 'EventType', 'EventCause', 'EventTime', 'MemberList', 'NewMemberList'];
    const more = ['ExitMemberList', 'RoomInfo', 'Statistic', 'Type'];
    const record = Object.fromEntries([...fields, ...more].map((name) => [name, fc.jsonValue()]));
    const bodies = fc.record({ ...record, CallbackCommand: fc.constantFrom(...webhookCommands) }, { requiredKeys: [] });
    fc.assert(
      fc.property(bodies, (body) => {
        expect(['accepted', 'ignored', 'malformed']).toContain(parse(body).result);
      }),
    );
  });
});
