/** The cluster as this replica sees it. */
export interface ClusterStatus {
  /** The name of this replica. */
  readonly replica: string;
  readonly isRedisUp: boolean;
  /** Whether the lease is over because Redis cannot be reached. */
  readonly isIsolated: boolean;
  /** Seconds for which the lease of this replica is still valid; 0 if it is over. */
  readonly leaseSeconds: number;
  /** Apps that this replica polls. */
  readonly ownedApps: number;
  /** By name. Empty until Redis was reached once. */
  readonly replicas: readonly ReplicaStatus[];
  /** All configured apps. */
  readonly apps: readonly AppOwner[];
}

export interface ReplicaStatus {
  readonly name: string;
  readonly isThisOne: boolean;
  /** `gone`: no sign of life for longer than the lease. */
  readonly state: 'alive' | 'stopping' | 'gone';
  readonly apps: number;
  /** Rooms of these apps; undefined until all of them are known in Redis. */
  readonly rooms: number | undefined;
  /** Seconds since this replica has seen it beat. */
  readonly lastBeatSeconds: number;
}

export interface AppOwner {
  readonly sdkAppId: number;
  /** The name of a replica; undefined if no replica polls the app. */
  readonly owner: string | undefined;
  /** The part of the rate that the owner uses, from 0 to 1: the rest is reserved for an earlier owner. */
  readonly share: number;
  /** Seconds until the whole rate is used; 0 if it is. */
  readonly reservedForSeconds: number;
}
