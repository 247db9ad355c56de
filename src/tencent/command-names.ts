/** The commands that the exporter calls, with where they live and their documented quota. */
export const commandSpecs = {
  get_room_list: { service: 'live_engine_http_srv', callsPerSecond: 10, payload: 'Response' },
  get_room_info: { service: 'live_engine_http_srv', callsPerSecond: 200, payload: 'Response' },
  get_member_list: { service: 'live_engine_http_srv', callsPerSecond: 200, payload: 'Response' },
  get_room_stats: { service: 'live_engine_http_srv', callsPerSecond: 100, payload: 'Response' },
  get_appid_group_list: { service: 'group_open_http_svc', callsPerSecond: 1, payload: 'top level' },
  get_online_member_num: { service: 'group_open_http_svc', callsPerSecond: 200, payload: 'top level' },
  get_members: { service: 'group_open_avchatroom_http_svc', callsPerSecond: 200, payload: 'top level' },
} as const satisfies Record<string, CommandSpec>;

export interface CommandSpec {
  readonly service: string;
  /** Documented quota, per SDKAppID. */
  readonly callsPerSecond: number;
  /** Where the answer holds what was asked for: Live's commands wrap it, Chat's do not. */
  readonly payload: 'Response' | 'top level';
}

/** A command's name: also the `endpoint` label of the exporter's own metrics. */
export type CommandName = keyof typeof commandSpecs;

export const commandNames = Object.keys(commandSpecs) as readonly CommandName[];

/** The path of a command's URL, before the query. */
export function commandPath(command: CommandName): string {
  return `/v4/${commandSpecs[command].service}/${command}`;
}
