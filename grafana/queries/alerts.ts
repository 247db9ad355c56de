import { withRoomId } from './room.ts';

/** The alerts of the rules that come with the exporter all begin so. */
const ours = 'alertname=~"TencentLive.+", job=~"$job"';
/** Also alerts of the exporter as a whole, which name no app. */
const ofAppsOrNone = 'sdk_app_id=~"$sdk_app_id|"';

/** Alerts that fire for the chosen apps or for the exporter as a whole. */
export const firingAlerts = firing(ofAppsOrNone);

/** The same without those of single rooms. */
export const firingAlertsOfApps = firing(ofAppsOrNone, 'room_id=""');

/** Alerts that fire for the chosen room or for its app as a whole. */
export const firingAlertsOfRoom =
  `${firing('sdk_app_id="$sdk_app_id"', withRoomId)} or ` + firing('sdk_app_id="$sdk_app_id"', 'room_id=""');

/** The times, in Unix seconds, since which the conditions of the firing alerts hold. */
export const firingSince = `ALERTS_FOR_STATE{${ours}, ${ofAppsOrNone}} and ignoring (alertstate) ${firingAlerts}`;

function firing(...matchers: readonly string[]): string {
  return `ALERTS{${[ours, 'alertstate="firing"', ...matchers].join(', ')}}`;
}
