import { createHash } from 'node:crypto';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { RefusalReason } from '../../src/web/clients.ts';
import {
  startWebhookReceiver,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from '../../src/webhooks/receiver.ts';
import { FakeClock } from './fake-clock.ts';

export const webhookApp = 1_400_000_000;
export const webhookToken = 'a-token-of-your-own';
export const memberState = 'Live.CallbackAfterMemberStateChanged';

export interface TestReceiver extends WebhookReceiver {
  /** `app: event type room` for each event. */
  readonly delivered: readonly string[];
  /** `command result` of each request, in the order in which they were worked off. */
  readonly results: readonly string[];
  readonly refusals: readonly RefusalReason[];
  readonly codes: readonly number[];
  /** All that was logged, at level debug. */
  readonly log: () => string;
}

/** A real receiver on a free port, for one app with a token; options override the defaults. */
export async function startTestReceiver(options: Partial<WebhookReceiverOptions> = {}): Promise<TestReceiver> {
  const delivered: string[] = [];
  const results: string[] = [];
  const refusals: RefusalReason[] = [];
  const codes: number[] = [];
  let log = '';
  const receiver = await startWebhookReceiver({
    listenAddress: { host: '127.0.0.1', port: 0 },
    path: '/webhooks',
    secret: '',
    apps: new Map([[webhookApp, [webhookToken]]]),
    security: { headers: {} },
    deliver: (sdkAppId, events) =>
      delivered.push(...events.map(({ type, roomId }) => `${sdkAppId}: ${type} ${roomId}`)),
    metrics: {
      requestFinished: ({ command, result }) => results.push(`${command} ${result}`),
      fieldIgnored: () => {},
      eventsDropped: () => {},
    },
    onRefusal: (reason) => refusals.push(reason),
    onResponse: (code) => codes.push(code),
    logger: createLogger({
      level: 'debug',
      format: 'json',
      destination: { write: (line: string) => (log += line) },
    }),
    clock: new FakeClock(),
    ...options,
  });
  return { ...receiver, delivered, results, refusals, codes, log: () => log };
}

/** The query of a request, signed unless the token is empty. */
export function webhookQuery({
  sdkAppId = webhookApp,
  command = memberState,
  token = webhookToken,
  atMs = new FakeClock().now(),
}: {
  readonly sdkAppId?: number | string;
  readonly command?: string;
  readonly token?: string;
  readonly atMs?: number;
} = {}): string {
  const time = String(Math.floor(atMs / 1000));
  const sign = createHash('sha256').update(`${token}${time}`).digest('hex');
  const signed = token === '' ? '' : `&Sign=${sign}&RequestTime=${time}`;
  return `SdkAppid=${sdkAppId}&CallbackCommand=${command}&contenttype=json&ClientIP=203.0.113.7&OptPlatform=Android${signed}`;
}

/** A documented body of a member who has left. */
export function memberBody(roomId = 'room-7', command = memberState): string {
  return JSON.stringify({
    CallbackCommand: command,
    RoomId: roomId,
    EventType: 'Offline',
    EventCause: 'Leave',
    MemberList: [{ Member_Account: 'ann' }],
    EventTime: 1_767_225_600_123,
  });
}
