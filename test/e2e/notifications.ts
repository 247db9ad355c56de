import type { Labels, Notification } from './webhook.ts';

/** What operators were notified of for one group, from its first message to its last. */
export interface NotifiedGroup {
  readonly group: Labels;
  /** Alerts that ever fired in it, as text, sorted. */
  readonly alerts: readonly string[];
  /** Whether the last message says that no alert fires any longer. */
  readonly isResolved: boolean;
}

/** The groups that notifications were sent for, sorted by app. */
export function notifiedGroups(notifications: readonly Notification[]): readonly NotifiedGroup[] {
  const groups = new Map(notifications.map(({ groupLabels }) => [JSON.stringify(groupLabels), groupLabels]));
  return [...groups]
    .toSorted(([, a], [, b]) => appOf(a).localeCompare(appOf(b)))
    .map(([key, group]) => {
      const messages = notifications.filter(({ groupLabels }) => JSON.stringify(groupLabels) === key);
      return {
        group,
        alerts: alertTexts(messages.flatMap(({ alerts }) => alerts.map(({ labels }) => labels))),
        isResolved: messages.at(-1)?.status === 'resolved',
      };
    });
}

/** Alerts as text, by SDKAppID. */
export function alertsByApp(alerts: readonly Labels[]): Readonly<Record<string, readonly string[]>> {
  const ids = [...new Set(alerts.map(appOf))];
  return Object.fromEntries(ids.map((id) => [id, alertTexts(alerts.filter((alert) => appOf(alert) === id))]));
}

/** Alerts on the exporter itself have no app. */
function appOf({ sdk_app_id }: Labels): string {
  return sdk_app_id ?? 'none';
}

/** Each alert's name with its room or task, if it has one; sorted, without duplicates. */
export function alertTexts(alerts: readonly Labels[]): readonly string[] {
  const texts = alerts.map(({ alertname, room_id, task }) =>
    [alertname, room_id, task].filter((label) => label !== undefined).join(' '),
  );
  return [...new Set(texts)].toSorted();
}

export function messagesAbout(sdkAppId: number, notifications: readonly Notification[]): readonly Notification[] {
  return notifications.filter(({ groupLabels }) => appOf(groupLabels) === String(sdkAppId));
}
