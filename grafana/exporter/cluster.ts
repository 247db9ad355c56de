import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { namedStates, timeline } from '../panels/timeline.ts';
import { byInstance, ofProcess } from '../queries/exporter.ts';

const size = { width: 8, height: 8 } as const;
const noValue = 'No cluster is configured';
const ofCluster = (metric: string): string => ofProcess(`tencent_live_exporter_cluster_${metric}`);

/** Collapsed, because most exporters have no cluster. */
export const cluster: Row = {
  title: 'Cluster',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Owned apps',
      description: 'Apps that each replica owns. While a replica is isolated, another one may own its apps as well.',
      unit: 'short',
      noValue,
      min: 0,
      queries: [{ expr: ofCluster('owned_apps'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Replicas',
      description: 'Replicas that live, as each replica sees it. If they disagree, one of them cannot use Redis.',
      unit: 'short',
      noValue,
      min: 0,
      queries: [{ expr: ofCluster('replicas'), legend: byInstance }],
    }),
    timeline({
      ...size,
      title: 'Redis',
      description:
        'Whether each replica can reach Redis. It is isolated if its lease is over: it then polls its apps at half the rate, and stops after cluster.isolation.',
      unit: 'none',
      noValue,
      mappings: namedStates({
        1: ['Reachable', 'green'],
        0: ['Out of reach', 'orange'],
        2: ['Isolated', 'red'],
        3: ['Isolated', 'red'],
      }),
      queries: [{ expr: `${ofCluster('redis_up')} + 2 * ${ofCluster('isolated')}`, legend: byInstance }],
    }),
  ],
};
