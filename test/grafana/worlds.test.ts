import { expect, it } from '@jest/globals';
import { changeSince } from '../../grafana/queries/apps.ts';
import { requireProgram } from '../support/require-program.ts';
import { dashboards, panelsOf, queriesOf } from './dashboard-json.ts';
import { interpolate, type VariableValues } from './interpolation.ts';
import { type ExprTest, promtoolTest } from './promtool.ts';
import { seriesOf, type World, worlds } from './worlds.ts';

const moments = ['5m', '18m', '25m', '35m'];

/** What a reader selects by default, and the first room of the last app. */
function valuesOf({ apps }: World, app?: string): VariableValues {
  const ids = apps.flatMap(({ rooms }) => rooms.map(({ id }) => id));
  return {
    job: ['j'],
    instance: ['i:19123'],
    sdk_app_id: app ?? apps.map(({ id }) => id),
    room_id: ids[0] ?? '',
    top_rooms: [...new Set(ids)],
  };
}

/** The queries of a panel of the overview, by their legends or letters. */
function queriesOfPanel(title: string): readonly string[] {
  const panel = [...dashboards.values()].flatMap(panelsOf).find((candidate) => candidate.title === title);
  return panel?.targets?.map(({ expr }) => expr) ?? [];
}

async function check(world: World, tests: readonly ExprTest[]): Promise<void> {
  await promtoolTest({ interval: '1m', input_series: seriesOf(world), promql_expr_test: tests });
}

function worldNamed(name: string): World {
  const world = worlds[name];
  if (world === undefined) throw new Error(`found no world ${name}`);
  return world;
}

/** A test of one number; undefined if there must be no value. */
function at(expr: string, time: string, value: number | undefined, labels = '{}'): ExprTest {
  return { expr, eval_time: time, exp_samples: value === undefined ? [] : [{ labels, value }] };
}

requireProgram({ program: 'promtool', from: 'prometheus' }, 'The queries of the dashboards in six worlds', () => {
  it.each(Object.entries(worlds))(
    'No query fails, or returns a value that is not a number: %s',
    async (_name, world) => {
      const tests = [...dashboards.values()].flatMap((dashboard) => {
        const isOfOneApp = dashboard.uid === 'tencent-live-room';
        return queriesOf(dashboard).flatMap(({ expr: template }) => {
          const values = valuesOf(world, isOfOneApp ? '1' : undefined);
          // A number with the time range behind it is NaN where it is missing, which the panel shows as a text.
          const expr = interpolate(template, values).replace(/ or on \(\) vector\(NaN\)$/, '');
          // NaN is the only value that differs from itself.
          return moments.flatMap((time) => [
            at(`(${expr}) != (${expr})`, time, undefined),
            at(`abs(${expr}) == Inf`, time, undefined),
          ]);
        });
      });
      expect(tests.length).toBeGreaterThan(500);
      await expect(check(world, tests)).resolves.toBeUndefined();
    },
  );

  const parts = (world: World): readonly string[] =>
    queriesOfPanel('Where the change of 10 minutes came from').map((expr) => interpolate(expr, valuesOf(world)));

  it.each(['calm', 'drop', 'colliding ids'])(
    'Rooms that grew, shrank, began and ended add up to the change of the total: %s',
    async (name) => {
      const world = worldNamed(name);
      const sum = parts(world)
        .map((expr) => `(${expr} or on () vector(0))`)
        .join(' + ');
      const difference = `${sum} - (sum(tencent_live_online_members) - sum(tencent_live_online_members offset 10m))`;
      await expect(
        check(
          world,
          ['11m', '15m', '18m', '19m', '20m', '22m', '25m', '29m', '30m'].map((time) => at(difference, time, 0)),
        ),
      ).resolves.toBeUndefined();
    },
  );

  it('A loss is explained by the rooms that shrank, and not by one that ended or began meanwhile', async () => {
    const world = worldNamed('drop');
    const [grew = '', shrank = '', began = '', ended = ''] = parts(world);
    await expect(
      check(world, [at(shrank, '24m', -70), at(ended, '24m', -40), at(began, '24m', 25), at(grew, '24m', undefined)]),
    ).resolves.toBeUndefined();
  });

  it('Rooms whose values are missing have not ended', async () => {
    const outage = worldNamed('outage');
    await expect(
      check(
        outage,
        parts(outage).map((expr) => at(expr, '25m', undefined)),
      ),
    ).resolves.toBeUndefined();
    const down = worldNamed('one app down');
    const [grew = '', ...others] = parts(down);
    await expect(
      check(down, [at(grew, '25m', 10), ...others.map((expr) => at(expr, '25m', undefined))]),
    ).resolves.toBeUndefined();
  });

  it('The number of viewers says of how many apps it is', async () => {
    const [viewers = ''] = queriesOfPanel('Viewers now');
    const [known = ''] = queriesOfPanel('Apps known');
    const down = worldNamed('one app down');
    const expr = interpolate(known, valuesOf(down));
    await expect(
      check(down, [
        at(interpolate(viewers, valuesOf(down)), '18m', 268),
        at(expr, '18m', 1, '{apps="3", known="3"}'),
        at(interpolate(viewers, valuesOf(down)), '30m', 210),
        at(expr, '30m', 2 / 3, '{apps="3", known="2"}'),
      ]),
    ).resolves.toBeUndefined();
    const outage = worldNamed('outage');
    await expect(
      check(outage, [
        at(interpolate(viewers, valuesOf(outage)), '30m', undefined),
        at(interpolate(known, valuesOf(outage)), '30m', 0, '{apps="1", known="0"}'),
      ]),
    ).resolves.toBeUndefined();
  });

  it('A comparison with the past has the same apps on both sides', async () => {
    const down = worldNamed('one app down');
    const expr = interpolate(changeSince('15m'), valuesOf(down));
    await expect(check(down, [at(expr, '30m', 210 / 195 - 1)])).resolves.toBeUndefined();
    const none = worldNamed('no rooms');
    await expect(
      check(none, [at(interpolate(changeSince('15m'), valuesOf(none)), '30m', undefined)]),
    ).resolves.toBeUndefined();
  });

  it('An app that is down does not hide the viewers of the others in the graph', async () => {
    const down = worldNamed('one app down');
    const [now = ''] = queriesOfPanel('Viewers compared with yesterday and last week');
    const expr = interpolate(now, valuesOf(down));
    // For 5 minutes, the app may only be moving to another replica.
    await expect(
      check(down, [at(expr, '18m', 268), at(expr, '23m', undefined), at(expr, '30m', 210)]),
    ).resolves.toBeUndefined();
  });

  it('Alerts that only inform, and those that another one explains, are no incidents', async () => {
    const [incidents = ''] = queriesOfPanel('Incidents');
    const of = (world: World): string => interpolate(incidents, valuesOf(world));
    const drop = worldNamed('drop');
    await expect(check(drop, [at(of(drop), '30m', 1)])).resolves.toBeUndefined();
    // The platform alert of one app does not explain an alert on a room of another one.
    const colliding = worldNamed('colliding ids');
    await expect(check(colliding, [at(of(colliding), '30m', 2)])).resolves.toBeUndefined();
    // Refused credentials explain all other alerts of their app.
    const down = worldNamed('one app down');
    await expect(check(down, [at(of(down), '30m', 2)])).resolves.toBeUndefined();
    const exporterDown = {
      ...drop,
      alerts: [
        ...(drop.alerts ?? []),
        { alertname: 'TencentLiveExporterDown', severity: 'critical', scope: 'exporter' },
      ],
    };
    await expect(check(exporterDown, [at(of(exporterDown), '30m', 1)])).resolves.toBeUndefined();
    const calm = worldNamed('calm');
    await expect(check(calm, [at(of(calm), '30m', undefined)])).resolves.toBeUndefined();
  });

  it('Rooms of several apps with one id keep their own values and names', async () => {
    const colliding = worldNamed('colliding ids');
    const of = (expr = ''): string => interpolate(expr, valuesOf(colliding));
    const [lines = ''] = queriesOfPanel('Largest rooms');
    const changes = queriesOfPanel('Rooms').find((expr) => expr.includes('offset 10m')) ?? '';
    const rooms = [
      ['1', 'a', 100],
      ['1', 'b', 10],
      ['2', 'a', 20],
      ['2', 'b', 10],
      ['3', 'a', 300],
      ['3', 'b', 10],
    ] as const;
    await expect(
      check(colliding, [
        {
          expr: of(lines),
          eval_time: '25m',
          exp_samples: rooms.map(([app, id, value]) => ({
            labels:
              `{sdk_app_id="${app}", room_id="${id}", app="app ${app}", name="app ${app}", ` +
              (id === 'a' ? 'room="show a", room_name="show a"}' : 'room="b"}'),
            value,
          })),
        },
        {
          expr: of(changes),
          eval_time: '25m',
          exp_samples: rooms.map(([app, id]) => ({
            labels: `{sdk_app_id="${app}", room_id="${id}"}`,
            value: app === '2' && id === 'a' ? 20 / 200 - 1 : 0,
          })),
        },
      ]),
    ).resolves.toBeUndefined();
  });

  it('The largest rooms are shown during an outage, without a number', async () => {
    const outage = worldNamed('outage');
    const of = (expr = ''): string => interpolate(expr, valuesOf(outage));
    const [viewers, rows] = queriesOfPanel('Rooms');
    await expect(
      check(outage, [
        at(of(viewers), '35m', undefined),
        {
          expr: of(rows),
          eval_time: '35m',
          exp_samples: [
            { labels: '{sdk_app_id="1", room_id="a", app="app 1", name="app 1"}', value: 100 },
            { labels: '{sdk_app_id="1", room_id="b", app="app 1", name="app 1"}', value: 50 },
          ],
        },
      ]),
    ).resolves.toBeUndefined();
  });
});
