import { count, type Fields, type FieldType, largeCount, odd, roomId, text, textOrEmpty, time } from '../fields.ts';
import type { WebhookCommand } from './commands.ts';
import type { EventSource, MemberChange, MembersChanged, RoomStatistic, WebhookEvent } from './event.ts';

/** Undefined if it cannot be said what has happened in which room; `ignored` if it was in a group that is not a room. */
type EventParser = (body: Fields) => WebhookEvent | 'ignored' | undefined;

/** The documented commands that say who came or went, and which rooms there are. */
export const eventParsers: Readonly<Partial<Record<WebhookCommand | 'other', EventParser>>> = {
  'Live.CallbackAfterMemberStateChanged': (body) =>
    membersChanged(body, { source: 'live', id: 'RoomId', change: stateChange(body), members: 'MemberList' }),
  'Live.CallbackAfterCreateRoom': (body) => {
    // The id is only here; the time is here, next to it, or missing.
    const room = body.object('RoomInfo');
    const id = room?.required('RoomId', roomId);
    const atMs = body.optional('EventTime', timeMs) ?? room?.optional('EventTime', timeMs);
    return id === undefined ? undefined : { type: 'room_created', source: 'live', roomId: id, atMs };
  },
  'Live.CallbackAfterDestroyRoom': (body) => {
    const id = body.required('RoomId', roomId);
    const totals = body.optionalObject('Statistic');
    const statistic = totals && roomStatistic(totals);
    if (id === undefined) return undefined;
    return { type: 'room_destroyed', source: 'live', roomId: id, atMs: eventTime(body), statistic };
  },
  'Group.CallbackOnMemberStateChange': (body) =>
    membersChanged(body, { source: 'chat_state', id: 'GroupId', change: stateChange(body), members: 'MemberList' }),
  'Group.CallbackAfterNewMemberJoin': ofRoom((body) =>
    membersChanged(body, { source: 'chat_membership', id: 'GroupId', change: 'enter', members: 'NewMemberList' }),
  ),
  'Group.CallbackAfterMemberExit': ofRoom((body) => {
    const change = exits.get(body.optional('ExitType', text) ?? '') ?? 'other';
    return membersChanged(body, { source: 'chat_membership', id: 'GroupId', change, members: 'ExitMemberList' });
  }),
  'Group.CallbackAfterCreateGroup': ofRoom((body) => {
    const id = body.required('GroupId', roomId);
    if (id === undefined) return undefined;
    return { type: 'room_created', source: 'chat_membership', roomId: id, atMs: eventTime(body) };
  }),
  'Group.CallbackAfterGroupDestroyed': ofRoom((body) => {
    const id = body.required('GroupId', roomId);
    if (id === undefined) return undefined;
    const source = 'chat_membership';
    return { type: 'room_destroyed', source, roomId: id, atMs: eventTime(body), statistic: undefined };
  }),
};

/** `EventCause` of Live and of Chat. Kicked is missing on some pages. */
const causes: ReadonlyMap<string, MemberChange> = new Map([
  ['Enter', 'enter'],
  ['Join', 'enter'],
  ['HeartbeatRecover', 'reconnect'],
  ['Leave', 'leave'],
  ['Quit', 'leave'],
  ['HeartbeatInterrupt', 'disconnect'],
  ['Kicked', 'kicked'],
]);

/** For a cause that is missing or new. */
const changesByType: ReadonlyMap<string, MemberChange> = new Map([
  ['Online', 'enter'],
  ['Offline', 'other'],
]);

const exits: ReadonlyMap<string, MemberChange> = new Map([
  ['Quit', 'leave'],
  ['Kicked', 'kicked'],
]);

function stateChange(body: Fields): MemberChange | undefined {
  const cause = causes.get(body.optional('EventCause', text) ?? '');
  return cause ?? changesByType.get(body.optional('EventType', text) ?? '');
}

function membersChanged(
  body: Fields,
  from: {
    readonly source: EventSource;
    readonly id: 'RoomId' | 'GroupId';
    readonly change: MemberChange | undefined;
    readonly members: string;
  },
): MembersChanged | undefined {
  const id = body.required(from.id, roomId);
  const members = body.rows(from.members);
  if (id === undefined || from.change === undefined || members === undefined || members === odd) return undefined;
  const accounts = members.flatMap((member) => member?.required('Member_Account', text) ?? []);
  const { source, change } = from;
  return { type: 'members_changed', source, roomId: id, change, accounts, atMs: eventTime(body) };
}

/** Other groups of the app, such as those of chats between friends, are not rooms. A Live room has the type Live. */
function ofRoom(parse: EventParser): EventParser {
  return (body) => {
    const type = body.optional('Type', textOrEmpty);
    return type === undefined || type === 'AVChatRoom' || type === 'Live' ? parse(body) : 'ignored';
  };
}

function roomStatistic(totals: Fields): RoomStatistic {
  const known = Object.entries({
    viewers: totals.optional('TotalViewers', count),
    giftsSent: totals.optional('TotalGiftsSent', count),
    giftCoins: totals.optional('TotalGiftCoins', largeCount),
    giftSenders: totals.optional('TotalUniqueGiftSenders', count),
    likes: totals.optional('TotalLikesReceived', largeCount),
  }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known);
}

/** Unix milliseconds; a time in seconds is recognised by its size. A number in Live, mostly a text in Chat. */
const timeMs: FieldType<number> = {
  expected: time.expected,
  read: (value) => {
    const seconds = time.read(value);
    if (seconds === undefined || seconds === odd) return seconds;
    const number = Number(value);
    return number >= 1e11 ? Math.floor(number) : seconds * 1000;
  },
};

function eventTime(body: Fields): number | undefined {
  return body.optional('EventTime', timeMs);
}
