import type { Firing, Labels, Series, Timeline } from './scenario.ts';
import { steady } from './timelines.ts';

export const job = 'tencent-live';
const defaultInstance = 'a:19123';

export interface RoomHistory {
  readonly app: string;
  readonly id?: string;
  readonly audience: Timeline;
  readonly instance?: string;
  /** Unix seconds, minute by minute. */
  readonly endedAt?: Timeline;
  readonly createdAt?: Timeline;
  /** How old the API's answer is, in seconds. */
  readonly ageSeconds?: Timeline;
}

/** The series of one room; `id` is `r` unless told. */
export function room(history: RoomHistory): readonly Series[] {
  const { id = 'r', audience, instance, endedAt, createdAt, ageSeconds } = history;
  const labels = { job, instance: instance ?? defaultInstance, sdk_app_id: history.app, room_id: id };
  const updated: Timeline = (minute) =>
    audience(minute) === undefined ? undefined : minute * 60 - (ageSeconds?.(minute) ?? 5);
  return [
    { metric: 'tencent_live_room_online_members', labels, at: audience },
    { metric: 'tencent_live_room_online_members_updated_timestamp_seconds', labels, at: updated },
    ...(endedAt === undefined ? [] : [{ metric: 'tencent_live_room_ended_timestamp_seconds', labels, at: endedAt }]),
    { metric: 'tencent_live_room_creation_timestamp_seconds', labels, at: createdAt ?? steady(-7200) },
  ];
}

/** What differs from an exporter that works; each is a timeline of that metric. */
export interface ExporterHistory {
  readonly instance?: string;
  readonly up?: Timeline;
  readonly startedAt?: Timeline;
  readonly reloadSuccessful?: Timeline;
  readonly reloadedAt?: Timeline;
}

export function exporter(history: ExporterHistory = {}): readonly Series[] {
  const labels = { job, instance: history.instance ?? defaultInstance };
  const up = history.up ?? steady(1);
  const whileUp =
    (at: Timeline): Timeline =>
    (minute) =>
      up(minute) === 1 ? at(minute) : undefined;
  return [
    { metric: 'up', labels, at: up },
    { metric: 'process_start_time_seconds', labels, at: whileUp(history.startedAt ?? steady(-86_400)) },
    {
      metric: 'tencent_live_exporter_config_last_reload_successful',
      labels,
      at: whileUp(history.reloadSuccessful ?? steady(1)),
    },
    {
      metric: 'tencent_live_exporter_config_last_reload_success_timestamp_seconds',
      labels,
      at: whileUp(history.reloadedAt ?? steady(-86_400)),
    },
  ];
}

export interface AppHistory {
  readonly app: string;
  readonly instance?: string;
  /** tencent_live_up. */
  readonly healthy?: Timeline;
  /** Rooms left out because of rooms.limit. */
  readonly droppedByLimit?: Timeline;
  /** Unix seconds of the last success of online_members. */
  readonly lastSuccessAt?: Timeline;
  readonly intervalSeconds?: Timeline;
  readonly durationSeconds?: Timeline;
  /** Of the task online_members. */
  readonly available?: Timeline;
  readonly userSigExpiresAt?: Timeline;
}

/** The series of one app, of which only online_members is a task. */
export function app(history: AppHistory): readonly Series[] {
  const labels = { job, instance: history.instance ?? defaultInstance, sdk_app_id: history.app };
  const ofTask = { ...labels, task: 'online_members' };
  const prefix = 'tencent_live_exporter';
  return [
    { metric: 'tencent_live_up', labels, at: history.healthy ?? steady(1) },
    {
      metric: 'tencent_live_rooms_dropped',
      labels: { ...labels, reason: 'limit' },
      at: history.droppedByLimit ?? steady(0),
    },
    {
      metric: `${prefix}_last_collection_success_timestamp_seconds`,
      labels: ofTask,
      at: history.lastSuccessAt ?? ((minute) => minute * 60 - 5),
    },
    { metric: `${prefix}_collection_interval_seconds`, labels: ofTask, at: history.intervalSeconds ?? steady(10) },
    { metric: `${prefix}_last_collection_duration_seconds`, labels: ofTask, at: history.durationSeconds ?? steady(2) },
    { metric: `${prefix}_task_available`, labels: ofTask, at: history.available ?? steady(1) },
    {
      metric: `${prefix}_user_sig_expiry_timestamp_seconds`,
      labels,
      at: history.userSigExpiresAt ?? ((minute) => minute * 60 + 86_400),
    },
  ];
}

/** An exporter that works, with these apps and rooms. */
export function healthy(...rooms: readonly (readonly Series[])[]): readonly Series[] {
  const apps = new Set(rooms.flat().flatMap(({ labels }) => labels['sdk_app_id'] ?? []));
  return [...exporter(), ...[...apps].flatMap((id) => app({ app: id })), ...rooms.flat()];
}

export function roomFiring(
  alert: string,
  sdkAppId: string,
  when: Omit<Firing, 'alert' | 'labels'> = {},
  id = 'r',
): Firing {
  return { alert, labels: { job, sdk_app_id: sdkAppId, room_id: id }, ...when };
}

export function appFiring(
  alert: string,
  { labels, ...when }: Omit<Firing, 'alert' | 'labels'> & { readonly labels: Labels },
): Firing {
  return { alert, labels: { job, ...labels }, ...when };
}
