import type { AppConfig, Config } from '../config/config.ts';
import type { RoomLister } from '../tasks/task.ts';
import { roomList, type TaskName } from '../tasks/tasks.ts';
import type { ClientOptions } from '../tencent/client.ts';
import type { Signer } from '../tencent/signer.ts';

/** What a reload may change of an app's polling. A signer that is the same object signs as before. */
export interface PollerConfig {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota' | 'http' | 'exposition' | 'web'>;
  readonly signer: Signer;
}

/** The configuration in force, shared by the parts of one app's polling. Only the AppPoller replaces it. */
export interface CurrentConfig {
  current: PollerConfig;
}

/** Whether a task is collected. Without a room list to read, room_list is not. */
export function isTaskEnabled({ app, config }: PollerConfig, task: TaskName): boolean {
  return config.tasks[task].enabled && (task !== 'room_list' || app.rooms.discover !== 'none');
}

/** Whether rooms are discovered by reading a list. */
export function hasList(poller: PollerConfig): boolean {
  return isTaskEnabled(poller, 'room_list');
}

export function listerOf({ app }: PollerConfig): RoomLister {
  return roomList.listers[app.rooms.discover];
}

export function clientOptions({ app, config, signer }: PollerConfig): ClientOptions {
  const { sdkAppId, identifier, baseUrl, backupUrl } = app;
  const { timeoutMs, proxyUrl } = config.http;
  return { baseUrl, backupUrl, sdkAppId, identifier, signer, timeoutMs, proxyUrl };
}
