import { exporterMetricsTables } from './exporter-metrics.ts';
import { roomMetricsTable } from './room-metrics.ts';

/** The generated part of docs/metrics.md: a table for the rooms, the apps and the exporter. */
export async function metricsReference(): Promise<string> {
  const { apps, exporter } = await exporterMetricsTables();
  return `## Rooms

Every metric has the labels \`sdk_app_id\` and \`room_id\`. The column "task" names the tasks that read the value; the newest
response wins. \`tencent_live_room_info\` has those of its labels that \`exposition.info_labels\` names.

${roomMetricsTable()}
## Apps

${apps}
## The exporter

The exporter also exposes the \`process_*\` and \`nodejs_*\` metrics of prom-client.

${exporter}`;
}
