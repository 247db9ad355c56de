import type { AppOwner, ClusterStatus } from '../../status/cluster-status.ts';
import { escapeHtml, formatCount, formatSeconds, table } from './format.ts';

/** The replicas, and which of them polls which app. */
export function clusterSection(cluster: ClusterStatus): string {
  return `<section id="cluster" aria-label="Cluster">
<header><h2>Cluster</h2> ${badge(cluster)}</header>
<p>${escapeHtml(summary(cluster))}</p>
<div class="grid">
${replicasTable(cluster)}${ownersTable(cluster.apps)}</div>
</section>
`;
}

function summary({ replica, ownedApps, leaseSeconds }: ClusterStatus): string {
  const lease = leaseSeconds > 0 ? `valid for ${formatSeconds(leaseSeconds)}` : 'over';
  return `This replica: ${replica} · apps: ${formatCount(ownedApps)} · lease ${lease}`;
}

function badge({ isRedisUp, isIsolated }: ClusterStatus): string {
  if (isIsolated) return '<span class="badge failed">isolated: Redis cannot be reached</span>';
  return isRedisUp
    ? '<span class="badge ok">connected to Redis</span>'
    : '<span class="badge waiting">Redis cannot be reached</span>';
}

function replicasTable({ replicas }: ClusterStatus): string {
  const columns = [
    { title: 'Replica' },
    { title: 'State' },
    { title: 'Last beat', isNumber: true },
    { title: 'Apps', isNumber: true },
    { title: 'Rooms', isNumber: true },
  ];
  const classes = { alive: 'ok', stopping: 'waiting', gone: 'failed' } as const;
  return table(
    'Replicas',
    columns,
    replicas.map(({ name, isThisOne, state, apps, rooms, lastBeatSeconds }) => [
      isThisOne ? `${name} (this one)` : name,
      { html: `<span class="${classes[state]}">${state}</span>` },
      `${formatSeconds(lastBeatSeconds)} ago`,
      formatCount(apps),
      formatCount(rooms),
    ]),
  );
}

function ownersTable(apps: readonly AppOwner[]): string {
  const columns = [{ title: 'App' }, { title: 'Owner' }, { title: 'Rate' }];
  return table(
    'Owners',
    columns,
    apps.map(({ sdkAppId, owner, share, reservedForSeconds }) => [
      String(sdkAppId),
      owner ?? 'none',
      share === 1 ? 'whole' : `${Math.round(share * 100)} % for ${formatSeconds(reservedForSeconds)}`,
    ]),
  );
}
