import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Row } from '../dashboard.ts';
import { linkToRoom } from '../links.ts';
import { type Column, table, unit } from '../panels/table.ts';
import { withAppName } from '../queries/apps.ts';
import { among, audience, change, largestRooms, namesOf, perRoom } from '../queries/rooms.ts';

const topRooms = 50;
const moverCount = 10;
const moverWindow = '10m';

const roomColumns: readonly Column[] = [
  { field: 'name', heading: 'App' },
  { field: 'sdk_app_id', heading: 'SDKAppID', properties: [unit('none')] },
  { field: 'room_name', heading: 'Name' },
  { field: 'room_id', heading: 'Room', properties: [linkToRoom] },
];

const largest = largestRooms(topRooms);

export const rooms: Row = {
  title: 'Rooms',
  panels: [
    table({
      width: 24,
      height: 12,
      title: 'Top rooms',
      description: `The ${String(topRooms)} rooms with the most members online now. Views are visits since the room was created; members are those in its member list. The id of a room links to its dashboard.`,
      unit: 'short',
      noValue: 'No room has an audience',
      queries: [
        { expr: withAppName(largest) },
        { expr: namesOf(largest) },
        { expr: among(largest, change(moverWindow)) },
        { expr: among(largest, perRoom('tencent_live_room_member_count')) },
        { expr: among(largest, perRoom('tencent_live_room_view_count')) },
      ],
      columns: [
        ...roomColumns,
        { field: 'Value #A', heading: 'Viewers' },
        { field: 'Value #C', heading: `Change in ${moverWindow}` },
        { field: 'Value #D', heading: 'Members' },
        { field: 'Value #E', heading: 'Views' },
      ],
      sortBy: 'Viewers',
    }),
    movers({
      title: 'Gaining viewers',
      description: `The ${String(moverCount)} rooms that gained the most viewers in ${moverWindow}.`,
      noValue: `No room has gained viewers in ${moverWindow}`,
      moved: `topk(${String(moverCount)}, ${change(moverWindow)} > 0)`,
      ascending: false,
    }),
    movers({
      title: 'Losing viewers',
      description: `The ${String(moverCount)} rooms that lost the most viewers in ${moverWindow}. Rooms that have ended are not included.`,
      noValue: `No room has lost viewers in ${moverWindow}`,
      moved: `bottomk(${String(moverCount)}, ${change(moverWindow)} < 0)`,
      ascending: true,
    }),
  ],
};

interface Movers {
  readonly title: string;
  readonly description: string;
  readonly noValue: string;
  /** Rooms and how much their audience changed. */
  readonly moved: string;
  readonly ascending: boolean;
}

function movers({ moved, ...texts }: Movers): PanelBuilder {
  return table({
    width: 12,
    height: 10,
    unit: 'short',
    ...texts,
    queries: [
      { expr: withAppName(`(${moved})`) },
      { expr: namesOf(`(${moved})`) },
      { expr: among(`(${moved})`, perRoom(audience)) },
    ],
    columns: [...roomColumns, { field: 'Value #A', heading: 'Change' }, { field: 'Value #C', heading: 'Viewers' }],
    sortBy: 'Change',
  });
}
