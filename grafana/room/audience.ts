import type { Row } from '../dashboard.ts';
import { colored, dashed, graph, points } from '../panels/graph.ts';
import { roomGauge } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';

/** Why did an alert fire, or why not? */
export const audience: Row = {
  title: 'Audience',
  panels: [
    graph({
      width: 24,
      height: 11,
      title: 'Viewers compared with the drop alert',
      description:
        'Members online, and what the drop alert calculates from them once a minute: the level, the baseline to which it is compared, and the threshold below which a sudden drop fires the alert. Points mark sudden drops without another explanation. Small rooms have no threshold and never fire the alert.',
      unit: 'short',
      noValue: 'The room has no audience in this time range',
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
