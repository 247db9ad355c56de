import { z } from 'zod';
import { type AppProblem, taskHealth } from '../../status/app-problems.ts';
import type { QueueStatus, TaskStatus } from '../../status/app-status.ts';
import type { EndedRoom } from '../../status/room-memory.ts';
import type { AppReport } from '../../status/status-report.ts';
import { webhookResults, type WebhookStatus } from '../../status/webhook-status.ts';
import { taskNames } from '../../tasks/tasks.ts';
import { failureReasons } from '../../tencent/failures.ts';
import { reportOf, type StatusData } from '../status/status-data.ts';
import { clusterJson, clusterSchema } from './cluster-json.ts';
import { count, rounded, seconds, time, timeOrNull, timeText } from './fields.ts';
import { audienceJson, audienceSchema } from './rooms-json.ts';

const errorFields = {
  reason: z.enum(failureReasons).describe('Class of the error.'),
  code: z.int().nullable().describe('ErrorCode of the API.'),
  command: z.string().describe('Command of the API.'),
  request_id: z.string().nullable().describe('RequestId of the API, for which Tencent asks.'),
};

const problemSchema = z.object({
  found: z.string().describe('What is wrong, in words.'),
  remedy: z.string().describe('What to do, as doctor advises.'),
  error: z.object(errorFields).nullable().describe('The error behind it. Null if it is not about calls.'),
});

const taskSchema = z.object({
  task: z.enum(taskNames),
  state: z.enum(['ok', 'late', 'failed', 'waiting', 'unavailable']).describe('As on the status page.'),
  last_success_at: time().nullable().describe('End of the last successful collection.'),
  last_duration_seconds: seconds().nullable().describe('Duration of the last collection.'),
  interval_seconds: seconds().describe('Between the next two triggers.'),
  next_trigger_at: time().nullable(),
});

const queueSchema = z.object({
  command: z.string(),
  calls_per_second: seconds().describe('Calls that ended in the last 10 s.'),
  limit_per_second: seconds().describe('The rate limit at present.'),
  in_flight: count(),
  waiting: count().describe('Rooms in the queue.'),
  longest_wait_seconds: seconds(),
});

const appSchema = z.object({
  sdk_app_id: count(),
  name: z.string().describe('Name in the configuration; empty without one.'),
  region: z.string(),
  state: z.enum(['failing', 'warning', 'starting', 'up']).describe('warning: it is up or starts, and has problems.'),
  problems: z.array(problemSchema).describe('The worst first.'),
  viewers: audienceSchema.nullable().describe('Online members of all exported rooms, if 99 % of them are known.'),
  known_rooms: count().nullable().describe('Rooms that have not ended. Null until all of them are known.'),
  rooms_over_limit: count().describe('Known rooms that are not exported because of rooms.limit.'),
  rooms_filtered_out: count().describe('Known rooms that are not exported because of rooms.include and rooms.exclude.'),
  first_listing: z
    .object({ rooms: count(), pages: count(), running_seconds: seconds() })
    .nullable()
    .describe('How far the first listing is. Null after it, and without a list.'),
  user_sig_expires_at: time().nullable(),
  tasks: z.array(taskSchema),
  queues: z.array(queueSchema),
});

const endedRoomSchema = z.object({
  sdk_app_id: count(),
  room_id: z.string(),
  room_name: z.string().nullable(),
  ended_at: time(),
  duration_seconds: seconds().nullable(),
  peak_online_members: count().nullable(),
  viewer_seconds: seconds().nullable(),
  views: count().nullable(),
});

const webhooksSchema = z.object({
  address: z.string().describe('Where the receiver listens.'),
  waiting: count().describe('Requests that wait for their verification.'),
  requests: z.record(z.enum(webhookResults), count()).describe('Requests since the start, by what became of them.'),
  last_accepted_at: time().nullable(),
});

/** The response of `/api/v1/status`. */
export const statusSchema = z.object({
  as_of: time().describe('The time of the response.'),
  version: z.string().describe('Version of the exporter.'),
  not_ready_because: z.string().nullable().describe('Why /-/ready fails. Null if it succeeds.'),
  apps_up: count().describe('Apps that are up, of those that this process polls.'),
  viewers: count().nullable().describe('Sum over the apps whose audience is known. Null if there is no such app.'),
  apps_with_viewers: count().describe('How many apps are in that sum.'),
  last_known_viewers: z
    .object({ value: count(), at: time() })
    .nullable()
    .describe('Sum of the last known audiences of the other apps, with the oldest of their times.'),
  known_rooms: count().nullable().describe('Sum over the apps whose rooms are known.'),
  apps: z.array(appSchema).describe('Failing ones first. In a cluster those of this replica.'),
  cluster: clusterSchema.nullable().describe('Replicas, and which of them polls which app. Null without a cluster.'),
  webhooks: webhooksSchema.nullable().describe('The receiver of webhooks. Null without one.'),
  errors: z
    .array(
      z.object({ sdk_app_id: count(), ...errorFields, calls: count().describe('Since the start.'), last_at: time() }),
    )
    .describe('Failed calls by app and class, the most recent first.'),
  ended_rooms: z.array(endedRoomSchema).describe('Up to 100 rooms, the one that has ended last first.'),
});

export type StatusJson = z.input<typeof statusSchema>;

export function statusJson(data: StatusData): StatusJson {
  const { version, readiness, history, rooms, nowMs } = data;
  const { apps, appsUp, viewers, appsWithViewers, lastKnownViewers: last, knownRooms } = reportOf(data);
  return {
    as_of: timeText(nowMs),
    version,
    not_ready_because: readiness ?? null,
    apps_up: appsUp,
    viewers: viewers ?? null,
    apps_with_viewers: appsWithViewers,
    last_known_viewers: last === undefined ? null : { value: last.value, at: timeText(last.atMs) },
    known_rooms: knownRooms ?? null,
    apps: apps.map((report) => appJson(report, data)),
    cluster: clusterJson(data.cluster),
    webhooks: webhooksJson(data.webhooks),
    errors: history.failures().map(({ sdkAppId, reason, code, command, requestId, count: calls, atMs }) => ({
      sdk_app_id: sdkAppId,
      reason,
      code: code ?? null,
      command,
      request_id: requestId ?? null,
      calls,
      last_at: timeText(atMs),
    })),
    ended_rooms: rooms.memory.endedRooms.map((room) => endedRoomJson(room, rooms.clock.toWallMs)),
  };
}

function appJson({ app, state, problems, viewers }: AppReport, data: StatusData): z.input<typeof appSchema> {
  const { firstListing, userSigExpirySeconds } = app;
  return {
    sdk_app_id: app.sdkAppId,
    name: app.name,
    region: app.region,
    state,
    problems: problems.map(problemJson),
    viewers: audienceJson(viewers),
    known_rooms: app.knownRooms ?? null,
    rooms_over_limit: app.droppedRooms.limit,
    rooms_filtered_out: app.droppedRooms.filter,
    first_listing:
      firstListing === undefined
        ? null
        : {
            rooms: firstListing.rooms,
            pages: firstListing.pages,
            running_seconds: rounded(firstListing.runningSeconds),
          },
    user_sig_expires_at: timeOrNull(userSigExpirySeconds === undefined ? undefined : userSigExpirySeconds * 1000),
    tasks: app.tasks.map((task) => taskJson(app.sdkAppId, task, data)),
    queues: app.queues.map((queue) => queueJson(app.sdkAppId, queue, data)),
  };
}

function problemJson({ found, remedy, error }: AppProblem): z.input<typeof problemSchema> {
  if (error === undefined) return { found, remedy, error: null };
  const { reason, code = null, command, requestId = null } = error;
  return { found, remedy, error: { reason, code, command, request_id: requestId } };
}

function taskJson(sdkAppId: number, status: TaskStatus, data: StatusData): z.input<typeof taskSchema> {
  const { task, intervalSeconds } = status;
  const last = data.history.lastCollection({ sdkAppId, task });
  return {
    task,
    state: taskHealth(status, last, data.nowMs),
    last_success_at: timeOrNull(last?.lastSuccessAtMs),
    last_duration_seconds: last === undefined ? null : rounded(last.durationSeconds),
    interval_seconds: intervalSeconds,
    next_trigger_at: timeOrNull(data.nextTriggerAtMs(task)),
  };
}

function queueJson(sdkAppId: number, queue: QueueStatus, { history }: StatusData): z.input<typeof queueSchema> {
  const { command, rateLimit, inFlight, queueLength, queueOldestSeconds } = queue;
  return {
    command,
    calls_per_second: history.callsPerSecond({ sdkAppId, command }),
    limit_per_second: rounded(rateLimit),
    in_flight: inFlight,
    waiting: queueLength,
    longest_wait_seconds: rounded(queueOldestSeconds),
  };
}

function webhooksJson(webhooks: WebhookStatus | undefined): z.input<typeof webhooksSchema> | null {
  if (webhooks === undefined) return null;
  const { address, queueLength, requests, lastAcceptedAtMs } = webhooks;
  return { address, waiting: queueLength, requests, last_accepted_at: timeOrNull(lastAcceptedAtMs) };
}

function endedRoomJson(room: EndedRoom, toWallMs: (steadyMs: number) => number): z.input<typeof endedRoomSchema> {
  return {
    sdk_app_id: room.sdkAppId,
    room_id: room.roomId,
    room_name: room.roomName ?? null,
    ended_at: timeText(toWallMs(room.endedAtMs)),
    duration_seconds: room.durationSeconds === undefined ? null : rounded(room.durationSeconds),
    peak_online_members: room.peakOnlineMembers ?? null,
    viewer_seconds: room.viewerSeconds ?? null,
    views: room.views ?? null,
  };
}
