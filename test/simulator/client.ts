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
};

export interface SigParts {
  readonly identifier: string;
  readonly sdkAppId: number;
  readonly timeSeconds: number;
  readonly expireSeconds: number;
  readonly secretKey: string;
}

/** A UserSig made as the client side does, by the format's description. */
export function signed(parts: SigParts): string {
  const { identifier, sdkAppId, timeSeconds, expireSeconds, secretKey } = parts;
  const content = `TLS.identifier:${identifier}\nTLS.sdkappid:${String(sdkAppId)}\nTLS.time:${String(timeSeconds)}\nTLS.expire:${String(expireSeconds)}\n`;
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
  return signed({ identifier, sdkAppId, secretKey, timeSeconds, expireSeconds: 86_400, ...changed });
}

/** Path and query of a well-signed call. */
export function targetOf(app: SimulatedApp, command: string, userSig: string = userSigOf(app)): string {
  const query = new URLSearchParams({
    sdkappid: String(app.sdkAppId),
    identifier: app.identifier,
    usersig: userSig,
    random: '1',
    contenttype: 'json',
  });
  return `/v4/${String(services[command])}/${command}?${query.toString()}`;
}

export type Answer = Readonly<Record<string, unknown>>;

/** Calls a command of the simulator's first app, or of another; gives the raw text. */
export async function callText(
  simulator: Simulator,
  command: string,
  body: object,
  app = simulator.apps[0] as SimulatedApp,
): Promise<string> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(simulator.origin + targetOf(app, command), init);
  return response.text();
}

/** Calls a command; gives the whole answer. */
export async function call(simulator: Simulator, command: string, body: object, app?: SimulatedApp): Promise<Answer> {
  return JSON.parse(await callText(simulator, command, body, app)) as Answer;
}

/** Calls a Live command; gives its payload, with integers as they are in JSON. */
export async function payload<T>(simulator: Simulator, command: string, body: object): Promise<T> {
  return (await call(simulator, command, body))['Response'] as T;
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

/** Walks the room list to its end. */
export async function walk(simulator: Simulator): Promise<ListedRow[]> {
  const rows: ListedRow[] = [];
  let next = '';
  do {
    const page = await payload<{ Next: string; RoomList: ListedRow[] }>(simulator, 'get_room_list', {
      Next: next,
      Count: 20,
    });
    rows.push(...page.RoomList);
    next = page.Next;
  } while (next !== '');
  return rows;
}
