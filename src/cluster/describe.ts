import type { AppOwner, ClusterStatus, ReplicaStatus } from '../status/cluster-status.ts';
import type { ReplicaEntry, Table } from './lease-table.ts';

interface ClusterFacts extends Pick<ClusterStatus, 'isRedisUp' | 'isIsolated' | 'leaseSeconds' | 'ownedApps'> {
  /** Of this replica. */
  readonly id: string;
  readonly name: string;
  readonly table: Table | undefined;
  readonly configured: readonly number[];
  readonly isAlive: (replica: string) => boolean;
  /** Milliseconds since a replica was seen to beat. */
  readonly beatAgeMs: (replica: string) => number;
}

/** The cluster for the status page and the metrics. */
export function clusterStatus({
  id,
  name,
  table,
  configured,
  isAlive,
  beatAgeMs,
  ...rest
}: ClusterFacts): ClusterStatus {
  if (table === undefined) return { ...rest, replica: name, replicas: [], apps: [] };
  const stateOf = (replica: string, { isStopping }: ReplicaEntry): ReplicaStatus['state'] => {
    if (!isAlive(replica)) return 'gone';
    return isStopping ? 'stopping' : 'alive';
  };
  const replicas = [...table.replicas].map(([replica, entry]): ReplicaStatus => {
    const owned = [...table.apps.values()].filter(({ owner }) => owner === replica);
    return {
      name: entry.name,
      isThisOne: replica === id,
      state: stateOf(replica, entry),
      apps: owned.length,
      rooms: owned.reduce<number | undefined>((sum, { weight }) => sumOf(sum, weight), 0),
      lastBeatSeconds: beatAgeMs(replica) / 1000,
    };
  });
  const apps = configured.map((sdkAppId): AppOwner => {
    const { owner, reserved = [] } = table.apps.get(sdkAppId) ?? {};
    const present = reserved.filter(({ until }) => until > table.nowMs);
    return {
      sdkAppId,
      owner: owner !== undefined && isAlive(owner) ? table.replicas.get(owner)?.name : undefined,
      share: present.reduce((left, { share }) => left - share, 1),
      reservedForSeconds: Math.max(0, ...present.map(({ until }) => (until - table.nowMs) / 1000)),
    };
  });
  return { ...rest, replica: name, replicas: replicas.toSorted((a, b) => a.name.localeCompare(b.name)), apps };
}

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
