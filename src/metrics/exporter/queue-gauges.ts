import type { QueueState } from '../../status/app-state.ts';
import type { StateGauge } from './state-gauge.ts';

/** The gauges of the queue and the pace of each command of an app. */
export const queueGauges: readonly StateGauge[] = [
  queueGauge('api_requests_in_flight', 'Calls sent and not yet answered.', (queue) => queue.inFlight),
  queueGauge('api_queue_length', 'Rooms that wait for their call.', (queue) => queue.queueLength),
  queueGauge(
    'api_queue_oldest_seconds',
    'How long the room that waits longest has waited; 0 where none waits.',
    (queue) => queue.queueOldestSeconds,
  ),
  queueGauge(
    'api_rate_limit_requests_per_second',
    'Calls per second that the exporter allows itself at present.',
    (queue) => queue.rateLimit,
  ),
];

function queueGauge(name: string, help: string, value: (queue: QueueState) => number): StateGauge {
  return {
    name: `tencent_live_exporter_${name}`,
    help,
    labelNames: ['endpoint'],
    samples: ({ app }) => app.queues.map((queue) => [{ endpoint: queue.command }, value(queue)]),
  };
}
