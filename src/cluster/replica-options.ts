import type { RedisAddress } from '../config/config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { AppLease } from './lease.ts';

/** What a replica does with its apps. */
export interface ReplicaApps {
  /** All apps of the configuration. */
  readonly configured: () => readonly number[];
  /** Continues to poll an app from its saved state. Never rejects. */
  readonly start: (sdkAppId: number, allowedRate: AppLease['allowedRate']) => Promise<void>;
  /** The allowed rate of an app may have become higher. */
  readonly allowedRateChanged: (sdkAppId: number) => void;
  /** Makes no further call for an app. Resolves when those in flight have ended and the state is saved. Never rejects. */
  readonly finish: (sdkAppId: number) => Promise<void>;
  /** Aborts all calls for an app, and exports it no longer. */
  readonly stop: (sdkAppId: number) => void;
  /** Redis has lost the state of an app that this replica polls. */
  readonly stateLost: (sdkAppId: number) => void;
  /** The rooms of an app that this replica polls; undefined while they are not known. */
  readonly rooms: (sdkAppId: number) => number | undefined;
}

/** What happens to the apps of this replica, to be counted. */
export interface ReplicaEvents {
  readonly acquired: () => void;
  readonly lost: () => void;
}

export interface ReplicaOptions {
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  readonly leaseMs: number;
  readonly isolationMs: number;
  /** The name of this replica. */
  readonly name: string;
  /** Whether no other replica has this name, so that an earlier process with it has stopped. */
  readonly isNameUnique: boolean;
  readonly apps: ReplicaApps;
  readonly events: ReplicaEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Beats in the time of a lease: one that fails is repeated before the lease ends. */
export const beatsPerLease = 5;
