import { exporterMetricsTables } from './exporter-metrics.ts';
import { roomMetricsTable } from './room-metrics.ts';

/** The generated part of docs/metrics.md: a table for the rooms, the apps and the exporter. */
export async function metricsReference(): Promise<string> {
  const { apps, exporter } = await exporterMetricsTables();
  return `## Rooms

Each has the labels \`sdk_app_id\` and \`room_id\`. The task is the one of the configuration that asks for the value; of several,
the newest answer wins. \`tencent_live_room_info\` carries those of its labels that \`exposition.info_labels\` names.

${roomMetricsTable()}
## Apps

${apps}
## The exporter

Beside these there are the \`process_*\` and \`nodejs_*\` metrics of prom-client.

${exporter}`;
}
