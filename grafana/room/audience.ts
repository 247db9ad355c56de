import { roomGauge } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';
import { colored, dashed, graph, points } from '../panels/graph.ts';
import type { Row } from '../dashboard.ts';

/** Why did an alert fire, or why not? */
export const audience: Row = {
  title: 'Audience',
  panels: [
    graph({
      width: 24,
      height: 11,
      title: 'Viewers, with what the drop alert expects',
      description:
        'Members online, and what the drop alert makes of them once a minute: their level, the baseline that it is compared with, and the threshold below which a sudden drop alerts. Points mark where the drop is sudden and nothing else explains it. Small rooms have no threshold: they never alert.',
      unit: 'short',
      noValue: 'The room has no audience in this time',
      min: 0,
      queries: [
        { expr: roomGauge('tencent_live_room_online_members'), legend: 'Viewers' },
        { expr: roomGauge(recorded.level), legend: 'Level' },
        { expr: roomGauge(recorded.baseline), legend: 'Baseline' },
        { expr: roomGauge(recorded.threshold), legend: 'Threshold' },
        { expr: roomGauge(recorded.suddenDrop), legend: 'Sudden drop' },
      ],
      looks: {
        Viewers: [colored('blue')],
        Level: [colored('light-blue')],
        Baseline: dashed('gray'),
        Threshold: dashed('red'),
        'Sudden drop': points('red'),
      },
    }),
  ],
};
