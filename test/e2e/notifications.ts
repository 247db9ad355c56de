import type { Labels, Notification } from './webhook.ts';

/** What operators were notified of about one app. */
export interface Notified {
  /** Alerts, as text, sorted. */
  readonly alerts: readonly string[];
  /** Those of which no message said yet that they are resolved. */
  readonly open: readonly string[];
}

/** What operators were notified of, by SDKAppID. */
export function notifiedByApp(notifications: readonly Notification[]): Readonly<Record<string, Notified>> {
  const ids = [...new Set(notifications.flatMap(({ alerts }) => alerts.map(({ labels }) => appOf(labels))))];
  return Object.fromEntries(
    ids.map((id) => {
      const last = new Map<string, 'firing' | 'resolved'>();
      for (const { status, labels } of notifications.flatMap(({ alerts }) => alerts)) {
        if (appOf(labels) === id) last.set(alertText(labels), status);
      }
      const alerts = [...last.keys()].toSorted();
      return [id, { alerts, open: alerts.filter((alert) => last.get(alert) === 'firing') }];
    }),
  );
}

/** Alerts as text, by SDKAppID. */
export function alertsByApp(alerts: readonly Labels[]): Readonly<Record<string, readonly string[]>> {
  const ids = [...new Set(alerts.map(appOf))];
  return Object.fromEntries(
    ids.map((id) => [id, [...new Set(alerts.filter((alert) => appOf(alert) === id).map(alertText))].toSorted()]),
  );
}

/** Alerts on the exporter itself have no app. */
function appOf({ sdk_app_id }: Labels): string {
  return sdk_app_id ?? 'none';
}

/** An alert's name and severity, with its room or task, if it has one. */
export function alertText({ alertname, severity, room_id, task }: Labels): string {
  return [alertname, severity, room_id, task].filter((label) => label !== undefined).join(' ');
}

/** The messages whose group is one of an app, oldest first. */
export function messagesAbout(sdkAppId: number, notifications: readonly Notification[]): readonly Notification[] {
  return notifications.filter(({ groupLabels }) => appOf(groupLabels) === String(sdkAppId));
}
