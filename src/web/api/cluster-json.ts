import { z } from 'zod';
import type { ClusterStatus } from '../../status/cluster-status.ts';
import { count, rounded, seconds } from './fields.ts';

export const clusterSchema = z.object({
  replica: z.string().describe('Name of this replica.'),
  is_redis_up: z.boolean(),
  is_isolated: z.boolean().describe('Whether the lease is over because Redis cannot be reached.'),
  lease_seconds: seconds().describe('For how long the lease is still valid.'),
  replicas: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['alive', 'stopping', 'gone']),
      apps: count(),
      rooms: count().nullable(),
      last_beat_seconds: seconds(),
    }),
  ),
  apps: z.array(
    z.object({
      sdk_app_id: count(),
      owner: z.string().nullable().describe('The replica that polls the app. Null if there is no such replica.'),
      share: z.number().min(0).max(1).describe('The part of the rate that the owner uses.'),
      reserved_for_seconds: seconds().describe('Until the whole rate is used.'),
    }),
  ),
});

export function clusterJson(cluster: ClusterStatus | undefined): z.input<typeof clusterSchema> | null {
  if (cluster === undefined) return null;
  const { replica, isRedisUp, isIsolated, leaseSeconds, replicas, apps } = cluster;
  return {
    replica,
    is_redis_up: isRedisUp,
    is_isolated: isIsolated,
    lease_seconds: rounded(leaseSeconds),
    replicas: replicas.map(({ name, state, apps: owned, rooms, lastBeatSeconds }) => ({
      name,
      state,
      apps: owned,
      rooms: rooms ?? null,
      last_beat_seconds: rounded(lastBeatSeconds),
    })),
    apps: apps.map(({ sdkAppId, owner, share, reservedForSeconds }) => ({
      sdk_app_id: sdkAppId,
      owner: owner ?? null,
      share,
      reserved_for_seconds: rounded(reservedForSeconds),
    })),
  };
}
