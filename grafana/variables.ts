import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
  type VariableOption,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenDatasource } from './panels/facts.ts';

/** `PromVariableQueryType` of Grafana's Prometheus data source. */
const queryTypes = { labelValues: 1, queryResult: 3 } as const;

const all: VariableOption = { selected: true, text: ['All'], value: ['$__all'] };

/** The Prometheus. */
export function datasourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('The Prometheus that scrapes the exporter.')
    .type('prometheus');
}

/** The scrape jobs; all of them by default. */
export function jobVariable(): QueryVariableBuilder {
  return any(
    variable('job', {
      label: 'Job',
      description: 'The scrape job of the exporter.',
      query: 'label_values(tencent_live_exporter_build_info, job)',
    }),
  );
}

/** The replicas of the exporter; all of them by default. */
export function instanceVariable(): QueryVariableBuilder {
  return any(
    variable('instance', {
      label: 'Instance',
      description: 'One process of the exporter.',
      query: 'label_values(tencent_live_exporter_build_info{job=~"$job"}, instance)',
    }),
  );
}

/** The apps with their names; all of them by default. */
export function appsVariable(): QueryVariableBuilder {
  return any(appVariable());
}

/** One app with its name. */
export function appVariable(): QueryVariableBuilder {
  return variable('sdk_app_id', {
    label: 'App',
    description: 'The SDKAppID, displayed with its configured name.',
    query: 'query_result(max by (name, sdk_app_id) (tencent_live_app_info{job=~"$job"}))',
  }).regex(String.raw`/(?:name="(?<text>[^]+?)",\s*)?sdk_app_id="(?<value>\d+)"/`);
}

/** The number of rooms in the list: a longer list would be slow and unreadable. */
const offeredRooms = 1000;

/**
 * Which room, shown by its name where it has one; the largest audiences first, then rooms whose audience is not known,
 * then those that ended lately. It is read when the dashboard loads and not again: a room that ends, or a small one that
 * a link leads to, must not be swapped for another while somebody looks at it.
 */
export function roomVariable(): QueryVariableBuilder {
  const ofApp = '{job=~"$job", sdk_app_id="$sdk_app_id"}';
  const rooms =
    `tencent_live_room_info${ofApp} * on (job, instance, sdk_app_id, room_id) group_left () ` +
    `tencent_live_room_online_members${ofApp} ` +
    `or tencent_live_room_info${ofApp} - 1 or tencent_live_room_ended_timestamp_seconds${ofApp} * 0 - 1`;
  return variable('room_id', {
    label: 'Room',
    description: `The ${String(offeredRooms)} largest rooms of the app. To select another room, type its id.`,
    query: `query_result(topk(${String(offeredRooms)}, max by (room_id, room_name) (${rooms})))`,
    ordered: true,
  })
    .regex(String.raw`/room_id="(?<value>[^]+?)"(?:,\s*room_name="(?<text>[^]+?)")?}/`)
    .refresh(VariableRefresh.OnDashboardLoad);
}

/** Rows of a table of the largest rooms, and lines in a graph of them. */
export const topRooms = { rows: 50, lines: 10 } as const;

/**
 * The ids of the largest rooms, by their last audience within the hour and by their mean over the time range. Chosen once for
 * all panels: each of them would otherwise read all rooms, and a topk at each step shows many more rooms. Hidden, and always all of its
 * values. An id with a backquote is left out: it would end the string that the ids stand in.
 */
export function topRoomsVariable(): QueryVariableBuilder {
  const audiences = 'tencent_live_room_online_members{job=~"$job", sdk_app_id=~"$sdk_app_id"}';
  const perRoom = (expr: string): string => `max by (sdk_app_id, room_id) (${expr})`;
  const rooms =
    `topk(${String(topRooms.rows)}, ${perRoom(`last_over_time(${audiences}[1h])`)}) ` +
    `or topk(${String(topRooms.lines)}, ${perRoom(`avg_over_time(${audiences}[$__range])`)})`;
  return variable('top_rooms', {
    label: 'Largest rooms',
    description: 'The rooms with the largest audiences in the time range and at its end.',
    query: `query_result(max by (room_id) (${rooms}))`,
    ordered: true,
  })
    .regex('/room_id="(?<value>[^`]+)"}/')
    .multi(true)
    .includeAll(true)
    .current(all)
    .hide(VariableHide.HideVariable);
}

interface Variable {
  readonly label: string;
  readonly description: string;
  readonly query: string;
  /** In the order of the query result. */
  readonly ordered?: boolean;
}

function variable(name: string, { label, description, query, ordered = false }: Variable): QueryVariableBuilder {
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(chosenDatasource)
    .query({
      qryType: query.startsWith('query_result') ? queryTypes.queryResult : queryTypes.labelValues,
      query,
      refId: 'PrometheusVariableQueryEditor-VariableQuery',
    })
    .definition(query)
    .multi(false)
    .includeAll(false)
    .refresh(VariableRefresh.OnTimeRangeChanged);
  builder.sort(ordered ? VariableSort.Disabled : VariableSort.NaturalAsc);
  return builder;
}

/** Allows several values, or all of them as `.+`, which is shorter than listing them. */
function any(builder: QueryVariableBuilder): QueryVariableBuilder {
  return builder.multi(true).includeAll(true).allValue('.+').current(all);
}
