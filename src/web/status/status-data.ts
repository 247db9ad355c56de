import type { AppStatus } from '../../status/app-status.ts';
import type { ClusterStatus } from '../../status/cluster-status.ts';
import type { PollingHistory } from '../../status/polling-history.ts';
import type { RoomSources } from '../../status/room-status.ts';
import { type StatusReport, statusReport } from '../../status/status-report.ts';
import type { WebhookStatus } from '../../status/webhook-status.ts';
import type { AppSectionContext } from './app-section.ts';

/** What the status page and the API have to say at one moment. */
export interface StatusData extends AppSectionContext {
  /** The version of the exporter. */
  readonly version: string;
  readonly telemetryPath: string;
  /** Why the exporter is not ready; undefined when it is ready. */
  readonly readiness: string | undefined;
  readonly apps: readonly AppStatus[];
  /** Undefined without a cluster. */
  readonly cluster?: ClusterStatus | undefined;
  /** Undefined without a receiver of webhooks. */
  readonly webhooks?: WebhookStatus | undefined;
  readonly history: Pick<PollingHistory, 'lastCollection' | 'callsPerSecond' | 'failures'>;
  readonly rooms: RoomSources;
}

export function reportOf({ apps, rooms, history, nowMs }: StatusData): StatusReport {
  return statusReport({ apps, rooms: rooms.rooms, memory: rooms.memory, clock: rooms.clock, history, nowMs });
}
