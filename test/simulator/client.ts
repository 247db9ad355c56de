import { createHmac } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { SimulatedApp, Simulator } from '../../src/simulator/simulator.ts';

const services: Readonly<Record<string, string>> = {
  get_room_list: 'live_engine_http_srv',
  get_room_info: 'live_engine_http_srv',
  get_member_list: 'live_engine_http_srv',
  get_room_stats: 'live_engine_http_srv',
  get_online_member_num: 'group_open_http_svc',
  get_appid_group_list: 'group_open_http_svc',
  get_members: 'group_open_avchatroom_http_svc',
  get_callback: 'live_config',
  get_callback_token: 'live_config',
};

export interface SigParts {
  readonly identifier: string;
  readonly sdkAppId: number;
  readonly timeSeconds: number;
  readonly expireSeconds: number;
  readonly secretKey: string;
}

/** Creates a UserSig independently of src, from the description of the format. */
export function createUserSig(parts: SigParts): string {
  const { identifier, sdkAppId, timeSeconds, expireSeconds, secretKey } = parts;
  const content = `TLS.identifier:${identifier}\nTLS.sdkappid:${sdkAppId}\nTLS.time:${timeSeconds}\nTLS.expire:${expireSeconds}\n`;
  const sig = createHmac('sha256', secretKey).update(content).digest('base64');
  const json = JSON.stringify({
    'TLS.ver': '2.0',
    'TLS.identifier': identifier,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': timeSeconds,
    'TLS.expire': expireSeconds,
    'TLS.sig': sig,
  });
  const base64 = deflateSync(json).toString('base64');
  return base64.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_');
}

export function userSigOf(app: SimulatedApp, changed: Partial<SigParts> = {}): string {
  const timeSeconds = Math.floor(Date.now() / 1000);
  const { identifier, sdkAppId, secretKey } = app;
  return createUserSig({ identifier, sdkAppId, secretKey, timeSeconds, expireSeconds: 86_400, ...changed });
}

/** Path and query of a call with a valid signature. */
export function targetOf(app: SimulatedApp, command: string, userSig: string = userSigOf(app)): string {
  const query = new URLSearchParams({
    sdkappid: String(app.sdkAppId),
    identifier: app.identifier,
    usersig: userSig,
    random: '1',
    contenttype: 'json',
  });
  return `/v4/${services[command] ?? ''}/${command}?${query.toString()}`;
}

export type ApiResponse = Readonly<Record<string, unknown>>;

export interface Call {
  readonly command: string;
  readonly body: object;
  /** Default: the first app of the simulator. */
  readonly app?: SimulatedApp | undefined;
}

/** Returns the response as text. */
export async function callText(simulator: Simulator, { command, body, app }: Call): Promise<string> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const target = targetOf(app ?? (simulator.apps[0] as SimulatedApp), command);
  const response = await fetch(simulator.origin + target, init);
  return response.text();
}

/** Returns the whole response. */
export async function call(simulator: Simulator, options: Call): Promise<ApiResponse> {
  return JSON.parse(await callText(simulator, options)) as ApiResponse;
}

/** Returns the payload of a Live command's response. */
export async function payload<T>(simulator: Simulator, options: Call): Promise<T> {
  return (await call(simulator, options))['Response'] as T;
}

export interface ListedRow {
  readonly RoomId: string;
  readonly RoomName: string;
  readonly Owner_Account: string;
  readonly CoverURL: string;
  readonly Category?: readonly number[];
  readonly CreateTime?: number;
  readonly ActivityStatus: number;
  readonly ViewCount: number;
  readonly MemberCount?: number;
  readonly OnlineCount?: number;
}

/** Reads all pages of the room list. */
export async function listRooms(simulator: Simulator): Promise<ListedRow[]> {
  const rows: ListedRow[] = [];
  let next = '';
  do {
    const page = await payload<{ Next: string; RoomList: ListedRow[] }>(simulator, {
      command: 'get_room_list',
      body: { Next: next, Count: 20 },
    });
    rows.push(...page.RoomList);
    next = page.Next;
  } while (next !== '');
  return rows;
}
