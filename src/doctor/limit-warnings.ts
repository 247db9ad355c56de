import type { Config } from '../config/config.ts';
import type { ProcessLimits } from '../platform/process-limits.ts';
import { taskNames } from '../tasks/tasks.ts';
import { maxWebhookConnections } from '../webhooks/receiver.ts';
import type { ConfigWarning } from './config-warnings.ts';

/** Connections of scrapers and people (512), the log, the libraries, files that are read. */
const otherFiles = 600;

/** Of an exporter without rooms, and of each room with all of its values and its text: docs/operations.md, "Sizing". */
const baseBytes = 64 * 1024 * 1024;
const bytesPerRoom = 4096;

/** Limits of the process that the configuration can exceed: better named at the start than found in the middle of the night. */
export function limitWarnings(
  { apps, tasks, http, webhooks }: Pick<Config, 'apps' | 'tasks' | 'http' | 'webhooks'>,
  { openFiles, heapBytes }: ProcessLimits,
): readonly ConfigWarning[] {
  const commands = taskNames.filter((task) => tasks[task].enabled).length;
  const webhookFiles = webhooks.listenAddress === '' ? 0 : maxWebhookConnections;
  const neededFiles = otherFiles + webhookFiles + apps.length * commands * http.concurrency;
  const rooms = apps.reduce((sum, app) => sum + app.rooms.limit, 0);
  const neededHeap = baseBytes + rooms * bytesPerRoom;
  const mebibytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
  return [
    ...(openFiles === undefined || openFiles >= neededFiles
      ? []
      : [
          {
            key: 'ulimit -n',
            found: `${openFiles} open files are allowed, and ${neededFiles} may be needed: ${otherFiles + webhookFiles}, and http.concurrency for each app and task`,
            advice: 'raise the limit (LimitNOFILE of systemd, --ulimit of Docker), or lower http.concurrency',
          },
        ]),
    ...(heapBytes >= neededHeap
      ? []
      : [
          {
            key: 'rooms.limit',
            found: `Node may use ${mebibytes(heapBytes)} MiB, and ${rooms} rooms may need ${mebibytes(neededHeap)} MiB`,
            advice: 'give it more with NODE_OPTIONS=--max-old-space-size, or lower rooms.limit',
          },
        ]),
  ];
}
