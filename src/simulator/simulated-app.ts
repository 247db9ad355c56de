import type { ServedCommandName } from './api/commands.ts';

/** One SDKAppID of the simulator, with rooms and quotas of its own. */
export interface SimulatedApp {
  readonly sdkAppId: number;
  readonly secretKey: string;
  /** The only App administrator. */
  readonly identifier: string;
  /** Replaces the `rooms` of the options for this app. */
  readonly rooms?: number;
  /** Calls per second that replace a command's documented quota. */
  readonly callsPerSecond?: Readonly<Partial<Record<ServedCommandName, number>>>;
  /** Calls per second of all commands together; beyond it, 60011. Default: no limit. */
  readonly totalCallsPerSecond?: number;
  /** Commands that the app's plan or region lacks, with the code that they answer: 100007, 10007, 60020… */
  readonly lacks?: Readonly<Partial<Record<ServedCommandName, number>>>;
  /** Members that get_members and get_member_list give at most: 1,000, or 30 on lower plans. Default 1000. */
  readonly memberListCap?: number;
  /** Members of a page of get_members: 500 by the English page (default), 250 by the Chinese one. */
  readonly groupMembersPageSize?: number;
}
