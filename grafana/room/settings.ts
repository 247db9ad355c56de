import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { table } from '../panels/table.ts';
import { namedStates, timeline } from '../panels/timeline.ts';
import { ofRoom, roomGauge } from '../queries/room.ts';

export const settings: Row = {
  title: 'Room settings',
  panels: [
    timeline({
      width: 12,
      height: 7,
      title: 'Switches',
      description: 'Whether the room is public, has messages disabled, and has microphone seats enabled.',
      unit: 'none',
      noValue: 'No room info in this time range',
      mappings: namedStates({ 1: ['Yes', 'green'], 0: ['No', 'gray'] }),
      queries: [
        { expr: roomGauge('tencent_live_room_public'), legend: 'Public' },
        { expr: roomGauge('tencent_live_room_muted'), legend: 'Muted' },
        { expr: roomGauge('tencent_live_room_seats_enabled'), legend: 'Seats' },
      ],
    }),
    graph({
      width: 4,
      height: 7,
      title: 'Activity status',
      description: 'A number that the app defines.',
      unit: 'none',
      noValue: 'Not reported by the API',
      queries: [{ expr: roomGauge('tencent_live_room_activity_status'), legend: 'Status' }],
    }),
    table({
      width: 8,
      height: 7,
      title: 'Labels',
      description: 'The present values of the configured labels of tencent_live_room_info (info_labels).',
      unit: 'none',
      noValue: 'The room is not known at present',
      queries: [
        {
          expr: `group by (room_id, room_name, owner_account, room_type, categories, take_seat_mode) (${ofRoom('tencent_live_room_info')})`,
        },
      ],
      columns: [
        { field: 'room_id', heading: 'Room' },
        { field: 'room_name', heading: 'Name' },
        { field: 'owner_account', heading: 'Owner' },
        { field: 'room_type', heading: 'Type' },
        { field: 'categories', heading: 'Categories' },
        { field: 'take_seat_mode', heading: 'Seat mode' },
      ],
      sortBy: 'Room',
    }),
  ],
};
