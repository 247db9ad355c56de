const chosenProcesses = 'job=~"$job", instance=~"$instance"';

/** A series of the chosen processes, such as those of Node or of the scrape itself. */
export function ofProcess(metric: string): string {
  return `${metric}{${chosenProcesses}}`;
}

/** A series of the chosen processes about the chosen apps. */
export function ofExporter(metric: string, matchers = ''): string {
  return `tencent_live_exporter_${ofReportedApps(metric, matchers)}`;
}

/** What the chosen processes report of the selected apps. */
export function ofReportedApps(metric: string, matchers = ''): string {
  return `${metric}{${chosenProcesses}, sdk_app_id=~"$sdk_app_id"${matchers === '' ? '' : `, ${matchers}`}}`;
}

/** How fast a counter about the chosen apps rises in a second, in sum over `labels`. */
export function rateBy(labels: string, metric: string): string {
  return `sum by (${labels}) (rate(${ofExporter(metric)}[$__rate_interval]))`;
}

/** Every call of the API is one of six commands, so a series for each can be told apart. */
export const byCommand = '{{command}}';
export const byTask = '{{task}}';
export const byInstance = '{{instance}}';

/** Calls of each command as a share of what the exporter allows itself. */
export const quotaUsed =
  `max by (command) (sum by (sdk_app_id, instance, command) (rate(${ofExporter('api_requests_total')}[$__rate_interval])) ` +
  `/ (max by (sdk_app_id, instance, command) (${ofExporter('api_rate_limit_requests_per_second')}) > 0))`;
