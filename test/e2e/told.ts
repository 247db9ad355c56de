import type { Labels, Notification } from './webhook.ts';

/** What an operator was told of one group, from its first message to its last. */
export interface GroupTold {
  readonly group: Labels;
  /** Alerts that ever fired in it, as text, sorted. */
  readonly alerts: readonly string[];
  /** Whether the last message says that none fires any more. */
  readonly isOver: boolean;
}

/** The groups that were told of, by the app that they concern. */
export function groupsTold(notifications: readonly Notification[]): readonly GroupTold[] {
  const groups = new Map(notifications.map(({ groupLabels }) => [JSON.stringify(groupLabels), groupLabels]));
  return [...groups]
    .toSorted(([, a], [, b]) => appOf(a).localeCompare(appOf(b)))
    .map(([key, group]) => {
      const messages = notifications.filter(({ groupLabels }) => JSON.stringify(groupLabels) === key);
      return {
        group,
        alerts: alertTexts(messages.flatMap(({ alerts }) => alerts.map(({ labels }) => labels))),
        isOver: messages.at(-1)?.status === 'resolved',
      };
    });
}

/** Alerts as text, by SDKAppID. */
export function alertsByApp(alerts: readonly Labels[]): Readonly<Record<string, readonly string[]>> {
  const ids = [...new Set(alerts.map(appOf))];
  return Object.fromEntries(ids.map((id) => [id, alertTexts(alerts.filter((alert) => appOf(alert) === id))]));
}

/** Alerts on the exporter have no app. */
function appOf({ sdk_app_id }: Labels): string {
  return sdk_app_id ?? 'none';
}

/** Name of each alert with what it is about, where that is not the whole app; sorted, each once. */
export function alertTexts(alerts: readonly Labels[]): readonly string[] {
  const texts = alerts.map(({ alertname, room_id, task }) =>
    [alertname, room_id, task].filter((label) => label !== undefined).join(' '),
  );
  return [...new Set(texts)].toSorted();
}

/** The messages about an app. */
export function messagesOf(notifications: readonly Notification[], sdkAppId: number): readonly Notification[] {
  return notifications.filter(({ groupLabels }) => appOf(groupLabels) === String(sdkAppId));
}
