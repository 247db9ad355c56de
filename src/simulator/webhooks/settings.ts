/** The webhooks that report what happened. Live's are set with the API, Chat's in the console. */
export const afterCommands = [
  'Live.CallbackAfterCreateRoom',
  'Live.CallbackAfterDestroyRoom',
  'Live.CallbackAfterMemberStateChanged',
  'Group.CallbackAfterCreateGroup',
  'Group.CallbackAfterGroupDestroyed',
  'Group.CallbackOnMemberStateChange',
  'Group.CallbackAfterNewMemberJoin',
  'Group.CallbackAfterMemberExit',
] as const;

/** The webhooks that ask for permission. The crowd never sends them: only the incident `before` does. */
export const beforeCommands = ['Live.CallbackBeforeSendGift', 'Group.CallbackBeforeSendMsg'] as const;

export type AfterCommand = (typeof afterCommands)[number];
export type BeforeCommand = (typeof beforeCommands)[number];

export type WebhookFamily = 'live' | 'chat';

/** Without the two that repeat member states, and that Tencent does not document for these groups. */
const defaultCommands = afterCommands.filter((command) => !/NewMemberJoin|MemberExit/.test(command));

/** The webhooks of one app, as its owner has set them. */
export interface WebhookSettings {
  /** Without a query. While it is empty, nothing is sent. */
  readonly url: string;
  /** Signs the calls. Default: authentication is off, and calls have no signature. */
  readonly token?: string;
  /** False switches a token off. Default true. */
  readonly isTokenEnabled?: boolean;
  /** Default: rooms created and destroyed and member states, of Live and of Chat. */
  readonly commands?: readonly (AfterCommand | BeforeCommand)[];
  /** World time that the gateway takes that mirrors the calls. Signatures are older by that. Default 0. */
  readonly mirrorDelayMs?: number;
  /** Time in which a response must come, by the clock of the system. Default 2 s, as Chat documents it. */
  readonly timeoutMs?: number;
  /** The longest `MemberList` of a call. Default 20. */
  readonly membersPerCall?: number;
}

/** The commands of one family that are sent by default. */
export function defaultCommandsOf(family: WebhookFamily): readonly AfterCommand[] {
  return defaultCommands.filter((command) => command.startsWith('Live.') === (family === 'live'));
}

export function commandsOf({ commands = defaultCommands }: WebhookSettings): readonly string[] {
  return commands;
}
