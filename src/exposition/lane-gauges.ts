import type { LaneState } from './app-state.ts';
import type { StateGauge } from './state-gauge.ts';

/** The gauges of the queue and the pace of each command of an app. */
export const laneGauges: readonly StateGauge[] = [
  laneGauge('api_requests_in_flight', 'Calls sent and not yet answered.', (lane) => lane.inFlight),
  laneGauge('api_queue_length', 'Rooms that wait for their call.', (lane) => lane.queueLength),
  laneGauge(
    'api_queue_oldest_seconds',
    'How long the room that waits longest has waited; 0 where none waits.',
    (lane) => lane.queueOldestSeconds,
  ),
  laneGauge(
    'api_rate_limit_requests_per_second',
    'Calls per second that the exporter allows itself at present.',
    (lane) => lane.rateLimit,
  ),
];

function laneGauge(name: string, help: string, value: (lane: LaneState) => number): StateGauge {
  return {
    name: `tencent_live_exporter_${name}`,
    help,
    labelNames: ['endpoint'],
    samples: ({ app }) => app.lanes.map((lane) => [{ endpoint: lane.command }, value(lane)]),
  };
}
