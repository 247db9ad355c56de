import type { Row } from '../dashboard.ts';
import { linkToRoom } from '../links.ts';
import { gauge, hidden, table, unit } from '../panels/table.ts';
import { ofApps, withApp } from '../queries/apps.ts';

const shownShows = 100;

/** What is known of the show that ended last in each room, as long as it ended in the time range. */
const last = (metric: string): string =>
  `max by (sdk_app_id, room_id) (last_over_time(${ofApps(`tencent_live_room_${metric}`)}[$__range]))`;
const viewerSeconds = last('final_viewer_seconds');
const largest = `topk(${String(shownShows)}, ${viewerSeconds})`;
const of = (expr: string): string => `${expr} and on (sdk_app_id, room_id) ${largest}`;

/** Which shows ended, and which were good? */
export const shows: Row = {
  title: 'Shows that ended',
  panels: [
    table({
      width: 24,
      height: 10,
      title: 'Shows compared',
      description: `The last show of each room that ended in the time range, up to ${String(shownShows)} with the most viewer-hours. The mean stay is the time of all viewers divided by the entries. A show counts from when the exporter first knew it.`,
      unit: 'short',
      noValue: 'No show ended in this time range',
      queries: [
        { expr: withApp(`(${largest}) / 3600`) },
        {
          expr: `topk by (sdk_app_id, room_id) (1, max by (sdk_app_id, room_id, room_name) (last_over_time(${ofApps('tencent_live_room_info')}[$__range]))) and on (sdk_app_id, room_id) ${largest}`,
        },
        { expr: of(last('final_peak_online_members')) },
        { expr: of(`${viewerSeconds} / (${last('final_view_count')} > 0)`) },
        { expr: of(last('final_view_count')) },
        { expr: of(last('final_duration_seconds')) },
        { expr: of(`${last('ended_timestamp_seconds')} * 1000`) },
      ],
      columns: [
        { field: 'app', heading: 'App', width: 110 },
        { field: 'room_name', heading: 'Name' },
        { field: 'room_id', heading: 'Room', width: 130, properties: [linkToRoom] },
        { field: 'Value #A', heading: 'Viewer-hours', width: 200, properties: gauge },
        { field: 'Value #C', heading: 'Peak', width: 85 },
        { field: 'Value #D', heading: 'Mean stay', width: 100, properties: [unit('s')] },
        { field: 'Value #E', heading: 'Views', width: 85 },
        { field: 'Value #F', heading: 'Duration', width: 100, properties: [unit('s')] },
        { field: 'Value #G', heading: 'End', width: 165, properties: [unit('dateTimeAsIso')] },
        { field: 'sdk_app_id', heading: 'SDKAppID', properties: hidden },
      ],
      sortBy: 'Viewer-hours',
    }),
  ],
};
