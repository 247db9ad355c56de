import type { RoomTotals } from '../../src/metrics/rooms/totals.ts';
import { createExporterMetrics } from '../../src/metrics/self/exporter-metrics.ts';
import { noAppCounters } from '../../src/rooms/session.ts';
import type { AppStatus } from '../../src/status/app-status.ts';
import type { ClusterStatus } from '../../src/status/cluster-status.ts';
import { webhookResults, type WebhookStatus } from '../../src/status/webhook-status.ts';
import { taskNames } from '../../src/tasks/tasks.ts';

const app: AppStatus = {
  sdkAppId: 1_400_000_000,
  name: 'main-site',
  region: 'china',
  up: true,
  refusal: undefined,
  knownRooms: 1,
  firstListing: undefined,
  droppedRooms: { limit: 0, filter: 0 },
  counters: noAppCounters,
  massEndSuspected: false,
  roomFiles: [{ path: '/etc/tencent-live-exporter/rooms.d/a.yml', failed: false }],
  queues: [{ command: 'get_room_list', inFlight: 0, queueLength: 0, queueOldestSeconds: 0, rateLimit: 5 }],
  tasks: [
    { task: 'room_list', intervalSeconds: 15, available: true, firstRound: { progress: 1, remainingSeconds: 0 } },
  ],
  scheduleMisfits: [],
  userSigExpirySeconds: 1_800_000_000,
};

const totals: RoomTotals = {
  exported: 1,
  fresh: Object.fromEntries(taskNames.map((task) => [task, 1])) as RoomTotals['fresh'],
  onlineMembers: { sum: 1, rooms: 1 },
  droppedBySeries: 0,
};

const cluster: ClusterStatus = {
  replica: 'exporter-0',
  isRedisUp: true,
  isIsolated: false,
  leaseSeconds: 15,
  ownedApps: 1,
  replicas: [{ name: 'exporter-0', isThisOne: true, state: 'alive', apps: 1, rooms: 1, lastBeatSeconds: 1 }],
  apps: [{ sdkAppId: app.sdkAppId, owner: 'exporter-0', share: 1, reservedForSeconds: 0 }],
};

const webhooks: WebhookStatus = {
  address: '[::]:19125',
  queueLength: 0,
  requests: Object.fromEntries(webhookResults.map((result) => [result, 1])) as WebhookStatus['requests'],
  lastAcceptedAtMs: undefined,
};

/** The exposition of an exporter that knows everything about one app, and in which each event has happened once. */
export async function knownAppExposition(): Promise<string> {
  const atMs = Date.UTC(2026, 0, 1);
  const collection = { succeeded: true, finishedAtMs: atMs, durationSeconds: 1, lastSuccessAtMs: atMs };
  const metrics = createExporterMetrics({ version: '0.0.0', lastCollection: () => collection });
  metrics.configLoaded({ succeeded: true, atMs });
  metrics.observer.fieldIgnored({ sdkAppId: app.sdkAppId, command: 'get_room_list', field: 'ViewCount' });
  metrics.stateEvents.restored({ sdkAppId: app.sdkAppId, rooms: 1 });
  metrics.stateEvents.written({ sdkAppId: app.sdkAppId, bytes: 1, atMs });
  metrics.stateEvents.failed({ sdkAppId: app.sdkAppId, operation: 'read' });
  metrics.sessionEvents.written(1);
  metrics.webhooks.fieldIgnored({ command: 'Live.CallbackAfterMemberStateChanged', field: 'EventTime' });
  metrics.httpClientRefused('connections');
  metrics.httpRequestFinished({ handler: '/metrics', code: 200 });
  const rooms = { series: 1, totals: new Map([[app.sdkAppId, totals]]) };
  return metrics.render({ apps: [app], cluster, webhooks, rooms, format: 'text' });
}
