import { createHash } from 'node:crypto';
import { createTimeSecondsOf } from '../world/ground-truth.ts';
import type { Broadcast } from '../world/broadcast.ts';
import { memberAccount } from '../world/names.ts';
import { hash, hashText, pick } from '../world/random.ts';
import { type MemberChange, type Movement, tickMs } from './movements.ts';
import { commandsOf, type WebhookSettings } from './settings.ts';

/** One call, before it is signed. */
export interface WebhookCall {
  /** As documented, and as in the body. */
  readonly command: string;
  readonly roomId: string;
  /** JSON. */
  readonly body: string;
  /** When it happened, in Unix milliseconds of world time. */
  readonly atMs: number;
}

/** The calls that Tencent makes for a movement, with each of the app's commands. */
export function callsOf(movement: Movement, settings: WebhookSettings): readonly WebhookCall[] {
  const { broadcast } = movement;
  const { roomId } = broadcast;
  const happenings = movement.type === 'members' ? memberLists(movement, settings) : [{ ...movement, accounts: [] }];
  return commandsOf(settings).flatMap((command) => {
    const body = bodies[command];
    if (body === undefined || (command.startsWith('Live.') && broadcast.kind === 'group')) return [];
    return happenings.flatMap(({ atMs, accounts }) => {
      const fields = body({ movement, accounts, atMs });
      if (fields === undefined) return [];
      return [{ command, roomId, atMs, body: JSON.stringify({ CallbackCommand: command, ...fields }) }];
    });
  });
}

interface Happening {
  readonly movement: Movement;
  readonly accounts: readonly string[];
  readonly atMs: number;
}

/** The lists of the members of a movement, at times that are spread over its tick. */
function memberLists(
  { broadcast, members, atMs, change }: Extract<Movement, { type: 'members' }>,
  { membersPerCall = 20 }: WebhookSettings,
): readonly Pick<Happening, 'accounts' | 'atMs'>[] {
  const roomKey = hash(hashText(broadcast.roomId), broadcast.number);
  const lists = Math.ceil(members.length / membersPerCall);
  const shiftMs = hash(hash(roomKey, Math.floor(atMs / tickMs)), hashText(change)) % tickMs;
  return Array.from({ length: lists }, (_, index) => ({
    accounts: members
      .slice(index * membersPerCall, (index + 1) * membersPerCall)
      .map((entry) => memberAccount({ letter: 'w', key: hash(roomKey, entry), entry })),
    atMs: atMs - ((shiftMs + Math.floor((index * tickMs) / lists)) % tickMs),
  }));
}

type Fields = Readonly<Record<string, unknown>>;

/** The bodies by command, as in Tencent's samples; undefined if a command does not report the movement. */
const bodies: Readonly<Record<string, (happening: Happening) => Fields | undefined>> = {
  'Live.CallbackAfterCreateRoom': ({ movement, atMs }) => {
    if (movement.type !== 'created') return undefined;
    const { broadcast } = movement;
    const { profile } = broadcast;
    const createTimeSeconds = createTimeSecondsOf(broadcast);
    return {
      Operator_Account: profile.ownerAccount,
      RoomInfo: {
        RoomId: broadcast.roomId,
        RoomName: profile.roomName,
        RoomType: 'Live',
        Owner_Account: profile.ownerAccount,
        MaxMemberCount: profile.maxMembers,
        IsMessageDisabled: profile.muted,
        CustomInfo: '',
        IsSeatEnabled: profile.seatsEnabled,
        TakeSeatMode: profile.takeSeatMode === 'free' ? 'FreeToTake' : 'ApplyToTake',
        MaxSeatCount: profile.maxSeats,
        ...(createTimeSeconds === undefined ? {} : { CreateTime: createTimeSeconds }),
        IsPublicVisible: profile.public,
        CoverURL: profile.coverUrl,
        Category: profile.categories ?? [],
        // Two pages disagree about the place of this time.
        ...(isOdd(broadcast) ? { EventTime: atMs } : {}),
      },
      ...(isOdd(broadcast) ? {} : { EventTime: atMs }),
    };
  },
  'Live.CallbackAfterDestroyRoom': ({ movement, atMs }) => {
    if (movement.type !== 'destroyed') return undefined;
    const { broadcast } = movement;
    const { profile } = broadcast;
    const endsBySystem = broadcast.random > 0.9;
    return {
      Operator_Account: endsBySystem ? '@TIM#SYSTEM' : profile.ownerAccount,
      RoomId: broadcast.roomId,
      EventType: endsBySystem ? 'DestroyBySystem' : 'DestroyByUser',
      EventTime: atMs,
      RoomInfo: {
        RoomId: broadcast.roomId,
        RoomName: profile.roomName,
        RoomType: 'Live',
        Owner_Account: profile.ownerAccount,
        MaxMemberCount: profile.maxMembers,
        Category: profile.categories ?? [],
        ActivityStatus: profile.activityStatus,
        IsPublicVisible: profile.public,
        ViewCount: broadcast.viewsAt(atMs),
        IsUnlimitedRoomEnabled: true,
      },
      // Real calls of this kind were seen without it.
      ...(endsBySystem ? {} : { Statistic: statisticOf(broadcast, atMs) }),
    };
  },
  'Live.CallbackAfterMemberStateChanged': ({ movement, accounts, atMs }) => {
    if (movement.type !== 'members') return undefined;
    return {
      RoomId: movement.broadcast.roomId,
      ...stateOf(liveStates[movement.change], accounts),
      EventTime: atMs,
    };
  },
  'Group.CallbackAfterCreateGroup': ({ movement, atMs }) => {
    if (movement.type !== 'created') return undefined;
    const { roomName, ownerAccount } = movement.broadcast.profile;
    return {
      ...groupOf(movement),
      Operator_Account: ownerAccount,
      Owner_Account: ownerAccount,
      Name: roomName,
      MemberList: [],
      EventTime: `${atMs}`,
    };
  },
  'Group.CallbackAfterGroupDestroyed': ({ movement, atMs }) => {
    if (movement.type !== 'destroyed') return undefined;
    const { roomName, ownerAccount } = movement.broadcast.profile;
    return {
      ...groupOf(movement),
      Owner_Account: ownerAccount,
      Name: roomName,
      MemberList: [],
      EventTime: `${atMs}`,
    };
  },
  'Group.CallbackOnMemberStateChange': ({ movement, accounts, atMs }) => {
    if (movement.type !== 'members') return undefined;
    return {
      GroupId: movement.broadcast.roomId,
      ...stateOf(chatStates[movement.change], accounts),
      EventTime: `${atMs}`,
    };
  },
  'Group.CallbackAfterNewMemberJoin': ({ movement, accounts, atMs }) => {
    if (movement.type !== 'members' || movement.change !== 'enter') return undefined;
    return {
      ...groupOf(movement),
      JoinType: 'Apply',
      Operator_Account: accounts[0],
      NewMemberList: listOf(accounts),
      EventTime: `${atMs}`,
    };
  },
  'Group.CallbackAfterMemberExit': ({ movement, accounts, atMs }) => {
    // A lost connection is no exit.
    if (movement.type !== 'members' || (movement.change !== 'leave' && movement.change !== 'kicked')) return undefined;
    return {
      ...groupOf(movement),
      ExitType: movement.change === 'leave' ? 'Quit' : 'Kicked',
      Operator_Account: accounts[0],
      ExitMemberList: listOf(accounts),
      EventTime: `${atMs}`,
    };
  },
};

type State = readonly [type: string, cause: string];

const liveStates: Readonly<Record<MemberChange, State>> = {
  enter: ['Online', 'Enter'],
  reconnect: ['Online', 'HeartbeatRecover'],
  leave: ['Offline', 'Leave'],
  disconnect: ['Offline', 'HeartbeatInterrupt'],
  kicked: ['Offline', 'Kicked'],
};

const chatStates: Readonly<Record<MemberChange, State>> = {
  enter: ['Online', 'Join'],
  reconnect: ['Online', 'HeartbeatRecover'],
  leave: ['Offline', 'Quit'],
  disconnect: ['Offline', 'HeartbeatInterrupt'],
  kicked: ['Offline', 'Quit'],
};

function stateOf([type, cause]: State, accounts: readonly string[]): Fields {
  return { EventType: type, EventCause: cause, MemberList: listOf(accounts) };
}

function groupOf({ broadcast }: Movement): Fields {
  return { GroupId: broadcast.roomId, Type: broadcast.kind === 'live' ? 'Live' : 'AVChatRoom' };
}

function listOf(accounts: readonly string[]): readonly Fields[] {
  return accounts.map((account) => ({ Member_Account: account }));
}

function isOdd(broadcast: Broadcast): boolean {
  return hashText(broadcast.roomId) % 2 === 1;
}

function statisticOf(broadcast: Broadcast, ms: number): Fields {
  const totals = broadcast.totalsAt(ms);
  return {
    TotalViewers: totals.viewers,
    TotalGiftsSent: totals.gifts,
    TotalGiftCoins: totals.giftCoins,
    TotalUniqueGiftSenders: totals.giftSenders,
    TotalLikesReceived: totals.likes,
  };
}

/** `Sign` of Tencent's authentication. It covers neither the body nor the app. */
export function signatureOf(token: string, requestTime: string): string {
  return createHash('sha256').update(`${token}${requestTime}`).digest('hex');
}

const platforms = ['Android', 'iOS', 'Web', 'Windows', 'Mac', 'RESTAPI', 'iPad', 'Unknown'] as const;

/**
 * The query of a call. `serial` chooses among the spellings of Tencent's pages: most have `CallbackCommand` and the name of
 * the member state without "After"; the English overview has `WebhookCommand`.
 */
export function queryOf(
  { command }: Pick<WebhookCall, 'command'>,
  call: {
    readonly sdkAppId: number;
    readonly serial: number;
    readonly token: string | undefined;
    readonly requestTime: string;
  },
): string {
  const { sdkAppId, serial, token, requestTime } = call;
  const isSlip = serial % 7 === 3;
  const hasShortName = command === 'Live.CallbackAfterMemberStateChanged' && serial % 2 === 0;
  const query = new URLSearchParams({
    [isSlip ? 'SdkAppId' : 'SdkAppid']: `${sdkAppId}`,
    [isSlip ? 'WebhookCommand' : 'CallbackCommand']: hasShortName ? 'Live.CallbackMemberStateChanged' : command,
    contenttype: serial % 5 === 0 ? 'JSON' : 'json',
    // The sample URL of this command has neither.
    ...(command === 'Group.CallbackOnMemberStateChange'
      ? {}
      : { ClientIP: `203.0.113.${serial % 255}`, OptPlatform: pick(platforms, hash(serial, 5)) }),
    ...(token === undefined ? {} : { Sign: signatureOf(token, requestTime), RequestTime: requestTime }),
  });
  return query.toString();
}
