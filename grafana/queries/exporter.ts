const chosenProcesses = 'job=~"$job", instance=~"$instance"';

/** A series of the selected processes, for example of Node.js or of the scrape itself. */
export function ofProcess(metric: string): string {
  return `${metric}{${chosenProcesses}}`;
}

/** A series of the selected processes for the selected apps. */
export function ofExporter(metric: string, matchers = ''): string {
  return `tencent_live_exporter_${ofReportedApps(metric, matchers)}`;
}

/** A metric that the selected processes export for the selected apps. */
export function ofReportedApps(metric: string, matchers = ''): string {
  return `${metric}{${chosenProcesses}, sdk_app_id=~"$sdk_app_id"${matchers === '' ? '' : `, ${matchers}`}}`;
}

/** The rate per second of a counter for the selected apps, summed by `labels`. */
export function rateBy(labels: string, metric: string): string {
  return `sum by (${labels}) (rate(${ofExporter(metric)}[$__rate_interval]))`;
}

/** There are only a few commands, so a series for each of them is readable. */
export const byCommand = '{{command}}';
export const byTask = '{{task}}';
export const byInstance = '{{instance}}';

/** One value for each task of an app, the largest that a replica reports. */
export function perTask(metric: string): string {
  return `max by (sdk_app_id, task) (${ofExporter(metric)})`;
}

/** The step of graphs of calls: they come in bursts, and a rate over less than a few of them would show a comb. */
export const steady = '5m';

/**
 * The state of each task in the app in which it is worst: 3 if its last success is longer ago than three intervals, 2 if it has had none,
 * 1 if it is not available, otherwise 0.
 */
export const taskStates =
  `max by (task) ((3 * ((time() - ${perTask('last_collection_success_timestamp_seconds')}) > bool ` +
  `3 * ${perTask('collection_interval_seconds')}) unless (${perTask('task_available')} == 0)) ` +
  `or (${perTask('task_available')} == 0) + 1 or 0 * ${perTask('collection_interval_seconds')} + 2)`;

/** Calls of each command as a share of the rate limits of all replicas that poll an app: usually one. */
export const quotaUsed =
  `max by (command) (sum by (sdk_app_id, command) (rate(${ofExporter('api_requests_total')}[$__rate_interval])) ` +
  `/ (sum by (sdk_app_id, command) (${ofExporter('api_rate_limit_requests_per_second')}) > 0))`;
