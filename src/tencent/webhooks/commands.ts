/**
 * Commands that ask whether a user may do something. Tencent blocks the user if the response is late or is not OK, so an
 * exporter should never be their receiver.
 */
export const beforeCommands = [
  'Live.CallbackBeforeSendGift',
  'Group.CallbackBeforeInviteJoinGroup',
  'Group.CallbackBeforeSendMsg',
] as const;

/** The documented commands of Live and Chat that may concern rooms. They are the values of a metric's label. */
export const webhookCommands = [
  ...beforeCommands,
  'Live.CallbackAfterCreateRoom',
  'Live.CallbackAfterDestroyRoom',
  'Live.CallbackAfterUpdateRoomInfo',
  'Live.CallbackAfterMemberStateChanged',
  'Live.CallbackAfterChangeOwner',
  'Live.CallbackAfterModifyAdmin',
  'Live.CallbackAfterCreateBattle',
  'Live.CallbackAfterStartBattle',
  'Live.CallbackAfterEndBattle',
  'Live.CallbackAfterSetMetadata',
  'Live.CallbackAfterDelMetadata',
  'Live.CallbackAfterCreateRoomReachingThreshold',
  'Live.CallbackAfterCloudRecordingChanged',
  'Mic.CallbackAfterSeatInfoChanged',
  'Follow.CallbackAfterFollowAdd',
  'Follow.CallbackAfterFollowDelete',
  'Group.CallbackOnMemberStateChange',
  'Group.CallbackAfterNewMemberJoin',
  'Group.CallbackAfterMemberExit',
  'Group.CallbackAfterCreateGroup',
  'Group.CallbackAfterGroupDestroyed',
  'Group.CallbackAfterGroupFull',
  'Group.CallbackAfterSendMsg',
  'State.StateChange',
  'Alert.RequestOverLimit',
] as const;
export type WebhookCommand = (typeof webhookCommands)[number];

/** Most pages write this name in the URL, and the other one in the body. */
const otherNames: ReadonlyMap<string, WebhookCommand> = new Map([
  ['Live.CallbackMemberStateChanged', 'Live.CallbackAfterMemberStateChanged'],
]);

const byName: ReadonlyMap<string, WebhookCommand> = new Map([
  ...otherNames,
  ...webhookCommands.map((command) => [command, command] as const),
]);

/** The command with this name; `other` for a name that is not documented. */
export function webhookCommandOf(name: string | undefined): WebhookCommand | 'other' {
  return byName.get(name ?? '') ?? 'other';
}

/** Tencent's page of deleted metadata has the command of set metadata in the URL. */
const samePage: ReadonlySet<string> = new Set(['Live.CallbackAfterSetMetadata', 'Live.CallbackAfterDelMetadata']);

/** Whether the names in the URL and in the body may be those of one request. */
export function isSameCommand(inQuery: string, inBody: string): boolean {
  if (inQuery === inBody || (samePage.has(inQuery) && samePage.has(inBody))) return true;
  const command = webhookCommandOf(inBody);
  return command !== 'other' && webhookCommandOf(inQuery) === command;
}
