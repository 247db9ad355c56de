import { withRoomId } from './room.ts';

/** The common prefix of the alerts in config/rules. */
const ours = 'alertname=~"TencentLive.+", job=~"$job"';
/** Includes alerts of the exporter as a whole, which have no app label. */
const ofAppsOrNone = 'sdk_app_id=~"$sdk_app_id|"';
const ofApp = 'sdk_app_id="$sdk_app_id"';
const notInfo = 'severity!="info"';

/** Alerts of the selected apps, without those of single rooms. */
export function firingAlertsOfApps(severity: 'critical' | 'warning'): string {
  return firing(ofAppsOrNone, 'room_id=""', `severity="${severity}"`);
}

/** Alerts that fire for the selected room or for its app as a whole, without those that only inform. */
export const firingAlertsOfRoom = `${firing(ofApp, withRoomId, notInfo)} or ` + firing(ofApp, 'room_id=""', notInfo);

/** Critical alerts about the exporter or its collections. */
export const firingAlertsOfExporter = firing(ofAppsOrNone, 'scope=~"exporter|app"', 'severity="critical"');

/**
 * What somebody has to look at: firing alerts for the selected apps or for the exporter as a whole, without those that only
 * inform and without those that config/alertmanager.yml inhibits, because they are consequences of others.
 */
export function incidents(severity = 'critical|warning'): string {
  const selected = (...matchers: readonly string[]): string =>
    firing(ofAppsOrNone, `severity=~"${severity}"`, ...matchers);
  const sameApp = 'unless on (job, sdk_app_id)';
  const down = firing('alertname="TencentLiveExporterDown"');
  const refused = firing('alertname="TencentLiveCredentialsRefused"');
  const notCollected = firing(
    'alertname=~"TencentLiveCredentialsRefused|TencentLiveCollectionStale"',
    'task=~"online_members|"',
  );
  const dependsOnKey = 'TencentLiveCollectionStale|TencentLiveUserSigExpiring';
  const dependsOnCalls = 'TencentLiveAudienceNotJudged';
  const ofAudiences = `${selected('scope="platform"')} or ${selected('scope="room"')} ${sameApp} ${firing('scope="platform"')}`;
  const ofApps = [
    selected('scope="app"', `alertname!~"${dependsOnKey}|${dependsOnCalls}"`),
    `${selected('scope="app"', `alertname=~"${dependsOnKey}"`)} ${sameApp} ${refused}`,
    `${selected('scope="app"', `alertname="${dependsOnCalls}"`)} ${sameApp} ${notCollected}`,
    `(${ofAudiences}) ${sameApp} ${notCollected}`,
  ].join(' or ');
  return `(${selected('scope!~"room|platform|app"')} or (${ofApps}) unless on (job) ${down})`;
}

/** The times, in Unix seconds, since which the conditions of the incidents hold. */
export const incidentsSince = `ALERTS_FOR_STATE{${ours}, ${ofAppsOrNone}} and ignoring (alertstate) ${incidents()}`;

/** Each incident over time, once for all rooms of an app: 2 if it is critical, 1 if it is a warning. */
export const incidentLevels =
  `label_replace(max by (alertname, sdk_app_id) (${incidents('critical')} * 2 or ${incidents('warning')}), ` +
  '"alert", "$1", "alertname", "TencentLive(.+)")';

function firing(...matchers: readonly string[]): string {
  return `ALERTS{${[ours, 'alertstate="firing"', ...matchers].join(', ')}}`;
}
