import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReplicaEvents } from '../../cluster/replica-options.ts';
import type { ClusterStatus } from '../../status/cluster-status.ts';

interface ClusterMetrics {
  readonly events: ReplicaEvents;
  /** Sets the gauges before they are rendered. */
  readonly update: (status: ClusterStatus) => void;
}

/** The metrics of the cluster. They appear with the first status: without a cluster there is none. */
export function createClusterMetrics(registry: Registry): ClusterMetrics {
  const options = (name: string, help: string) => ({
    name: `tencent_live_exporter_cluster_${name}`,
    help,
    registers: [],
  });
  const ownedApps = new Gauge(options('owned_apps', 'Apps that this replica polls.'));
  const replicas = new Gauge(options('replicas', 'Replicas that are alive, as this replica sees it.'));
  const redisUp = new Gauge(
    options('redis_up', 'Whether this replica could reach Redis at its last try (1) or not (0).'),
  );
  const isolated = new Gauge(
    options(
      'isolated',
      'Whether the lease of this replica is over because Redis cannot be reached (1) or not (0): it polls at half the rate.',
    ),
  );
  const acquisitions = new Counter(options('lease_acquisitions_total', 'Apps that this replica has begun to poll.'));
  const losses = new Counter(
    options('lease_losses_total', 'Apps that another replica has taken over from this one without a handover.'),
  );
  const metrics = [ownedApps, replicas, redisUp, isolated, acquisitions, losses];
  let isRegistered = false;
  return {
    events: { acquired: () => acquisitions.inc(), lost: () => losses.inc() },
    update: (status) => {
      if (!isRegistered) metrics.forEach((metric) => registry.registerMetric(metric));
      isRegistered = true;
      ownedApps.set(status.ownedApps);
      replicas.set(status.replicas.filter(({ state }) => state !== 'gone').length);
      redisUp.set(Number(status.isRedisUp));
      isolated.set(Number(status.isIsolated));
    },
  };
}
