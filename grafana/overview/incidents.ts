import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from '../dashboard.ts';
import { linkToDashboard, linkToRunbook, uids } from '../links.ts';
import { colored, dashed, graph } from '../panels/graph.ts';
import { cell, hidden, table, unit } from '../panels/table.ts';
import { namedStates, timeline } from '../panels/timeline.ts';
import { incidentLevels, incidents as firing, incidentsSince } from '../queries/alerts.ts';
import { totalAudience, withApp } from '../queries/apps.ts';
import { changeParts, withRoom } from '../queries/rooms.ts';

const shownAlerts = 100;
const left = 13;
const right = 24 - left;

const labels = 'alertname, severity, sdk_app_id, room_id';
const since = withRoom(`topk(${String(shownAlerts)}, max by (${labels}) (${incidentsSince}))`, labels);
/** The dashboard that shows more of an alert. */
const whereToLook =
  `1000 * label_replace(label_replace(label_replace(${since}, "dashboard", "${uids.exporter}", "", ""), ` +
  `"dashboard", "${uids.overview}", "alertname", "TencentLivePlatform.+"), "dashboard", "${uids.room}", "room_id", ".+")`;

/** Sorted as text, critical comes first. */
const severities: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    critical: { text: 'critical', color: 'red', index: 0 },
    warning: { text: 'warning', color: 'orange', index: 1 },
  },
};
/** The column is narrow, and all names begin in the same way. */
const withoutPrefix: ValueMapping = {
  type: MappingType.RegexToText,
  options: { pattern: 'TencentLive(.+)', result: { text: '$1', index: 0 } },
};

const parts = changeParts('10m');

/** What happened, and why? */
export const incidents: Row = {
  title: 'What happened?',
  panels: [
    graph({
      width: left,
      height: 8,
      title: 'Viewers compared with yesterday and last week',
      description:
        'Members online in the apps whose total is known at the end of the time range, or in all apps if none is known, now, one day before and one week before. A gap means that a total was not known.',
      unit: 'short',
      noValue: 'No total is known in this time range',
      min: 0,
      queries: [
        { expr: totalAudience(), legend: 'Now' },
        { expr: totalAudience('1d'), legend: 'Yesterday' },
        { expr: totalAudience('7d'), legend: 'Last week' },
      ],
      looks: { Now: [colored('blue')], Yesterday: dashed('purple'), 'Last week': dashed('gray') },
    }),
    table({
      width: right,
      height: 8,
      title: 'Firing alerts',
      description: `Up to ${String(shownAlerts)} incidents, the critical ones first, and since when their condition holds. Alerts that only inform, and those that another one explains, are in Alertmanager. The name of an alert links to what to do, the app and the room to their dashboards.`,
      unit: 'short',
      noValue: 'No incidents',
      queries: [{ expr: whereToLook }, { expr: withApp(`max by (sdk_app_id) (${firing()})`) }],
      columns: [
        {
          field: 'severity',
          heading: 'Severity',
          width: 72,
          mappings: [severities],
          properties: [cell({ type: 'color-text' })],
        },
        { field: 'alertname', heading: 'Alert', width: 160, mappings: [withoutPrefix], properties: [linkToRunbook] },
        { field: 'app', heading: 'App', properties: [linkToDashboard, { id: 'custom.minWidth', value: 80 }] },
        { field: 'room', heading: 'Room', properties: [linkToDashboard, { id: 'custom.minWidth', value: 80 }] },
        { field: 'Value #A', heading: 'Since', width: 118, properties: [unit('dateTimeFromNow')] },
        { field: 'sdk_app_id', heading: 'SDKAppID', properties: hidden },
        { field: 'room_id', heading: 'Room id', properties: hidden },
        { field: 'dashboard', heading: 'Dashboard', properties: hidden },
      ],
      sortBy: 'Severity',
      ascending: true,
    }),
    graph({
      width: left,
      height: 7,
      title: 'Where the change of 10 minutes came from',
      description:
        'Viewers who were lost with rooms that ended, won with rooms that began, and lost or won by rooms that were on the air at both times: only rooms that shrink are a sign of trouble. For the apps whose total is known at both times. A room whose value is missing for a moment counts as ended, at most 1 % of the rooms of an app.',
      unit: 'short',
      noValue: 'No room had an audience, or no total is known',
      stacked: 'bars',
      // Each point compares all rooms.
      interval: '5m',
      queries: [
        { expr: parts.grew, legend: 'Rooms that grew' },
        { expr: parts.shrank, legend: 'Rooms that shrank' },
        { expr: parts.began, legend: 'Rooms that began' },
        { expr: parts.ended, legend: 'Rooms that ended' },
      ],
      looks: {
        'Rooms that grew': [colored('semi-dark-green')],
        'Rooms that shrank': [colored('semi-dark-red')],
        'Rooms that began': [colored('light-blue')],
        'Rooms that ended': [colored('semi-dark-orange')],
      },
    }),
    timeline({
      width: right,
      height: 7,
      title: 'Incidents over time',
      description:
        'When each alert fired for an app or for some of its rooms, without those that only inform and those that another one explains.',
      unit: 'none',
      noValue: 'No incidents in this time range',
      mappings: namedStates({ 1: ['warning', 'orange'], 2: ['critical', 'red'] }),
      queries: [{ expr: incidentLevels, legend: '{{alert}} {{sdk_app_id}}' }],
    }),
  ],
};
