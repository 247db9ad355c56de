import type { RoomTaskName, TaskName } from '../rooms/room.ts';
import type { RegionName } from '../tencent/regions.ts';

/** The whole configuration, parsed, checked and with its defaults: what the rest of the program reads. */
export interface Config {
  readonly web: WebConfig;
  readonly log: LogConfig;
  /** IANA name; the cron schedules are in it. */
  readonly timezone: string;
  readonly apps: readonly AppConfig[];
  readonly tasks: TasksConfig;
  readonly quota: { readonly share: number };
  readonly http: HttpConfig;
  readonly exposition: ExpositionConfig;
}

export interface WebConfig {
  /** `host:port` or `:port`; port 0 picks one. */
  readonly listenAddress: string;
  readonly telemetryPath: string;
  /** Absolute path of the file with TLS and basic auth. */
  readonly configFile?: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'logfmt' | 'json';

export interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

export interface AppConfig {
  readonly sdkAppId: number;
  /** For people: a label of `tencent_live_app_info`. Empty if not given. */
  readonly name: string;
  /** An App administrator's account. */
  readonly identifier: string;
  readonly credentials: CredentialsConfig;
  /** Where the app lives; `custom` with `base_url`. */
  readonly region: RegionName | 'custom';
  /** Origin, without a trailing slash. */
  readonly baseUrl: string;
  readonly rooms: RoomsConfig;
}

export type CredentialsConfig =
  | { readonly kind: 'secret_key'; readonly secretKey: string }
  | { readonly kind: 'secret_key_file'; readonly path: string }
  | { readonly kind: 'user_sig_file'; readonly path: string };

export type Discovery = 'live' | 'chat' | 'none';

export interface RoomsConfig {
  readonly discover: Discovery;
  readonly static: readonly string[];
  /** Absolute glob patterns. */
  readonly files: readonly string[];
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  readonly limit: number;
}

export interface TaskConfig {
  /** Cron expression with seconds. */
  readonly schedule: string;
  readonly enabled: boolean;
  /** Replaces share × documented, in calls per second. */
  readonly requestsPerSecond?: number;
}

export interface RoomTaskConfig extends TaskConfig {
  /** No room waits longer than this for its call, quota permitting. */
  readonly maxAgeMs: number;
}

export interface GroupMembersTaskConfig extends RoomTaskConfig {
  /** Only the rooms with the N largest audiences. */
  readonly rooms: number;
  /** `Mark` values whose members are counted, one call each. */
  readonly marks: readonly number[];
}

export type TasksConfig = {
  readonly room_list: TaskConfig;
  readonly group_members: GroupMembersTaskConfig;
} & { readonly [task in Exclude<RoomTaskName, 'group_members'>]: RoomTaskConfig } & {
  readonly [task in TaskName]: TaskConfig;
};

export interface HttpConfig {
  readonly timeoutMs: number;
  /** Calls in flight, per app and command. */
  readonly concurrency: number;
  /** Further tries of a call after a transient fault. */
  readonly retries: number;
  /** Empty: `HTTPS_PROXY` and `NO_PROXY` of the environment apply. */
  readonly proxyUrl: string;
}

/** Labels that `tencent_live_room_info` can carry. */
export const infoLabels = ['room_name', 'owner_account', 'room_type', 'categories', 'take_seat_mode'] as const;
export type InfoLabel = (typeof infoLabels)[number];

export interface ExpositionConfig {
  /** A value disappears after this many of the intervals that its room really gets, and never before 90 s. */
  readonly staleAfter: number;
  readonly endedRetentionMs: number;
  readonly infoLabels: readonly InfoLabel[];
  readonly families: { readonly include: readonly RegExp[]; readonly exclude: readonly RegExp[] };
  readonly maxSeries: number;
}
