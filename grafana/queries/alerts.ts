import { withRoomId } from './room.ts';

/** The common prefix of the alerts in config/rules. */
const ours = 'alertname=~"TencentLive.+", job=~"$job"';
/** Includes alerts of the exporter as a whole, which have no app label. */
const ofAppsOrNone = 'sdk_app_id=~"$sdk_app_id|"';

/** Alerts that fire for the selected apps or for the exporter as a whole. */
export const firingAlerts = firing(ofAppsOrNone);

/** The same without alerts of single rooms. */
export const firingAlertsOfApps = firing(ofAppsOrNone, 'room_id=""');

/** Alerts that fire for the selected room or for its app as a whole. */
export const firingAlertsOfRoom =
  `${firing('sdk_app_id="$sdk_app_id"', withRoomId)} or ` + firing('sdk_app_id="$sdk_app_id"', 'room_id=""');

/** The times, in Unix seconds, since which the conditions of the firing alerts hold. */
export const firingSince = `ALERTS_FOR_STATE{${ours}, ${ofAppsOrNone}} and ignoring (alertstate) ${firingAlerts}`;

function firing(...matchers: readonly string[]): string {
  return `ALERTS{${[ours, 'alertstate="firing"', ...matchers].join(', ')}}`;
}
