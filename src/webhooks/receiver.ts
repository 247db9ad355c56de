import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { ListenAddress } from '../config-file/formats.ts';
import type { WebhookMetrics } from '../metrics/self/webhook-metrics.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { type WebhookResult, webhookResults, type WebhookStatus } from '../status/webhook-status.ts';
import { webhookCommandOf } from '../tencent/webhooks/commands.ts';
import type { WebhookEvent } from '../tencent/webhooks/event.ts';
import { parseWebhookQuery } from '../tencent/webhooks/parse-query.ts';
import { createRefusalNotes, type RefusalReason } from '../web/clients.ts';
import { openHttpPort } from '../web/http-port.ts';
import { requestPath } from '../web/router.ts';
import type { WebSecurity } from '../web/toolkit/load.ts';
import { readBody, type ReceivedBody } from './read-body.ts';
import { ReceivedQueue } from './received-queue.ts';
import { createRejectionLog } from './rejections.ts';
import { createVerifier, type ReceivedWebhook, type VerifiedWebhook, type WebhookTokens } from './verify.ts';

/** What can change while the receiver listens. */
export interface WebhookSettings {
  /** Requests are accepted at this path and below it; with a secret only at `<path>/<secret>`. */
  readonly path: string;
  /** Empty for none. */
  readonly secret: string;
  readonly apps: WebhookTokens;
  readonly security: Pick<WebSecurity, 'tls' | 'headers'>;
}

export interface WebhookReceiverOptions extends WebhookSettings {
  readonly listenAddress: ListenAddress;
  /** Gets the verified events of an app, in the order of their arrival. */
  readonly deliver: (sdkAppId: number, events: readonly WebhookEvent[]) => void;
  readonly metrics: Pick<WebhookMetrics, 'requestFinished' | 'fieldIgnored' | 'eventsDropped'>;
  /** Called when a client was refused or disconnected because of a limit. */
  readonly onRefusal: (reason: RefusalReason) => void;
  /** Called after each response. */
  readonly onResponse: (code: number) => void;
  readonly logger: Pick<Logger, 'debug' | 'warn' | 'error'>;
  /** Default: the system clock. */
  readonly clock?: Pick<Clock, 'now' | 'monotonic' | 'after'>;
}

export interface WebhookReceiver {
  readonly address: string;
  readonly port: number;
  status(): WebhookStatus;
  /** Takes effect with the next request; TLS settings take effect with the next connection. Never fails. */
  configure(settings: WebhookSettings): void;
  /** Stops listening, and delivers what has been received. Within a second, unless the queue is full; idempotent. */
  stop(): Promise<void>;
}

/** A gateway may open a connection for each request that it mirrors. Each has one request in flight at most. */
export const maxWebhookConnections = 1024;

/** A documented body has a few hundred bytes; a list of members may be long. */
export const maxWebhookBytes = 1_048_576;

/** Five seconds of 10,000 requests each, which take about 50 MB. */
const maxQueuedRequests = 50_000;
const maxQueuedBytes = 32 * 1_048_576;

/** Tencent gives up after 2 s, and requests that are complete need no time. */
const stopTimeoutMs = 500;

const okBody = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}';

/**
 * Starts the receiver of Tencent's webhooks. Each request gets the same response as soon as its body has been read: whatever
 * it says and whether it is signed, since any other response to a "Before" command would block what a user does.
 * @throws {ListenError} if it cannot listen on the address.
 */
export async function startWebhookReceiver(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
  const { deliver, metrics, onRefusal, onResponse, logger, clock = systemClock } = options;
  let settings: WebhookSettings = options;
  let isOurs = pathMatcher(settings);
  const counts = Object.fromEntries(webhookResults.map((result) => [result, 0])) as Record<WebhookResult, number>;
  let lastAcceptedAtMs: number | undefined;
  const logRejection = createRejectionLog({ logger, clock });
  const note = (webhook: VerifiedWebhook): void => {
    counts[webhook.result] += 1;
    metrics.requestFinished(webhook);
    logRejection(webhook);
  };

  let verified = new Map<number, WebhookEvent[]>();
  const verify = createVerifier((command, { field }) => metrics.fieldIgnored({ command, field }));
  const queue = new ReceivedQueue<ReceivedWebhook>({
    maxEntries: maxQueuedRequests,
    maxBytes: maxQueuedBytes,
    clock,
    work: (received) => {
      const webhook = verify(received, settings.apps);
      note(webhook);
      const { sdkAppId, event } = webhook;
      if (sdkAppId === undefined || event === undefined) return;
      lastAcceptedAtMs = received.atMs;
      const events = verified.get(sdkAppId);
      if (events === undefined) verified.set(sdkAppId, [event]);
      else events.push(event);
    },
    onSlice: () => {
      const apps = verified;
      verified = new Map();
      for (const [sdkAppId, events] of apps) {
        try {
          deliver(sdkAppId, events);
        } catch (err) {
          logger.error({ err, sdk_app_id: sdkAppId, events: events.length }, 'events of webhooks could not be counted');
        }
      }
    },
    onError: (err) => logger.error({ err }, 'a webhook could not be verified'),
  });

  const respond = (response: ServerResponse, code: number, body: string, headers: Headers = {}): void => {
    onResponse(code);
    const type = code === 200 ? 'application/json' : 'text/plain; charset=utf-8';
    const { headers: configured } = settings.security;
    response.writeHead(code, { ...configured, ...headers, 'Content-Type': type, 'Content-Length': body.length });
    response.end(body);
  };
  const received = (query: string, body: ReceivedBody): void => {
    if (body.kind === 'complete') {
      if (queue.push({ query, body: body.text, atMs: clock.now() }, body.bytes)) return;
      queue.release(body.bytes);
    }
    metrics.eventsDropped('queue_full', 1);
    note({ command: webhookCommandOf(parseWebhookQuery(query).command), result: 'dropped' });
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '', method, headers } = request;
    const refuse = (code: number, text: string, more: Headers = {}): void => {
      // A small body is read and discarded, so that the client reads the response before its connection is closed.
      const isLarge = headers['transfer-encoding'] !== undefined || lengthOf(headers) > maxWebhookBytes;
      respond(response, code, `${text}\n`, { ...more, ...(isLarge || code === 413 ? { Connection: 'close' } : {}) });
    };
    const tooLarge = (): void => refuse(413, `request body too large: at most ${maxWebhookBytes} bytes are accepted`);
    if (!isOurs(requestPath(url))) refuse(404, 'not found');
    else if (method !== 'POST') refuse(405, 'method not allowed: use POST', { Allow: 'POST' });
    else if (lengthOf(headers) > maxWebhookBytes) tooLarge();
    else {
      const query = queryOf(url);
      readBody(request, {
        maxBytes: maxWebhookBytes,
        otherBytes: query.length,
        queue,
        onBody: (body) => {
          if (body.kind === 'too large') {
            tooLarge();
            return;
          }
          respond(response, 200, okBody);
          received(query, body);
        },
      });
    }
  };

  const { useTls, stop, ...address } = await openHttpPort({
    listenAddress: options.listenAddress,
    tls: settings.security.tls,
    limits: { maxConnections: maxWebhookConnections, maxResponses: maxWebhookConnections },
    onRequest,
    noteRefusal: createRefusalNotes({ logger, clock, onRefusal }),
    stopTimeoutMs,
    logger,
    clock,
  });
  return {
    ...address,
    status: () => ({
      address: address.address,
      queueLength: queue.length,
      requests: { ...counts },
      lastAcceptedAtMs,
    }),
    configure: (changed) => {
      const before = settings;
      settings = changed;
      isOurs = pathMatcher(changed);
      if (!isDeepStrictEqual(before.security.tls, changed.security.tls)) useTls(changed.security.tls);
    },
    stop: async () => {
      await stop();
      await queue.drained();
    },
  };
}

type Headers = Readonly<Record<string, string>>;

/** NaN, which is not above any limit, if the length is not declared. */
function lengthOf(headers: IncomingMessage['headers']): number {
  return Number(headers['content-length']);
}

function queryOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

/** Compares a secret path in constant time. */
function pathMatcher({ path, secret }: Pick<WebhookSettings, 'path' | 'secret'>): (requested: string) => boolean {
  if (secret === '') return (requested) => requested === path || requested.startsWith(path === '/' ? path : `${path}/`);
  const expected = Buffer.from(`${path === '/' ? '' : path}/${secret}`);
  return (requested) => {
    const found = Buffer.from(requested);
    return found.length === expected.length && timingSafeEqual(found, expected);
  };
}
