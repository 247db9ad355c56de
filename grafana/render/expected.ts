import type { Expected } from './checks.ts';

interface ExpectedDashboard {
  /** Titles of the panels that say at a glance whether all is well. */
  readonly verdict: readonly string[];
  /** By world, the titles of the panels that show no value there. */
  readonly empty: Readonly<Record<string, readonly string[] | 'all'>>;
}

const noAlert = ['Incidents', 'Firing alerts', 'Incidents over time'];
const noFailure = ['Failed calls by reason', 'Unavailable'];
/** Of a room that is on the air. */
const notEnded = ['Ended', 'Show: viewer-hours'];
/** Of a room that is not, or of which nothing is known. */
const notLive = ['Viewers', 'vs baseline', 'Share of app', 'Age of the value', 'Seats', 'Capacity', 'Capacity used'];

const dashboards: Readonly<Record<string, ExpectedDashboard>> = {
  overview: {
    verdict: ['Viewers now', 'Apps known', 'vs yesterday', 'vs last week', 'Incidents', 'Firing alerts'],
    empty: {
      calm: noAlert,
      outage: ['Viewers now', 'vs yesterday', 'vs last week'],
      'no rooms': [
        ...noAlert,
        'vs yesterday',
        'vs last week',
        'Where the change of 10 minutes came from',
        'Rooms',
        'Largest rooms',
        'Rooms by size',
        'Share of the largest rooms',
        'Fresh audiences',
        'Fresh rooms by task',
      ],
    },
  },
  room: {
    verdict: ['State', 'Viewers', 'vs baseline', 'Viewers compared with the drop alert'],
    empty: {
      calm: notEnded,
      drop: notEnded,
      outage: [...notEnded, ...notLive, 'State', 'On the air for', 'Mean stay', 'Show: peak', 'Show: views'],
      // Of a room that has ended.
      'one app down': notLive,
      'no rooms': 'all',
      'colliding ids': notEnded,
    },
  },
  exporter: {
    verdict: ['Scraped', 'Configuration', 'Apps collected', 'Failed calls', 'Key accepted', 'Tasks'],
    empty: {
      calm: noFailure,
      drop: noFailure,
      outage: ['Unavailable'],
      'one app down': ['Unavailable'],
      'no rooms': noFailure,
      'colliding ids': noFailure,
    },
  },
  sessions: {
    verdict: ['Shows compared', 'Audience by hour and weekday'],
    empty: { 'no rooms': ['Shows compared', 'Viewer-hours by hour', 'Mean stay', 'Audience known by hour'] },
  },
};

/** What a dashboard must show in a world. */
export function expectedOf(dashboard: string, world: string): Expected {
  const expected = dashboards[dashboard];
  if (expected === undefined) throw new Error(`found no dashboard ${dashboard} in expected.ts`);
  return { verdict: expected.verdict, empty: expected.empty[world] ?? [] };
}
