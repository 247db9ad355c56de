import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { requireProgram } from '../support/require-program.ts';
import { type DashboardJson, dashboards, type PlacedQuery, queriesOf, type VariableJson } from './dashboard-json.ts';
import { interpolate, type VariableValues } from './interpolation.ts';
import { type RecordedPrometheus, type Series, startRecordedPrometheus } from './prometheus.ts';
import { scrapeDemo } from './recording/demo.ts';
import { jobs, moves, record, type Recording } from './recording/recording.ts';
import { type Option, optionsOf } from './variable-options.ts';

/** The largest number of series that is readable in a panel. */
const mostSeries: Readonly<Record<string, number>> = {
  stat: 1,
  timeseries: 20,
  'state-timeline': 12,
  table: 100,
  annotation: 20,
};

/**
 * By how much a value may differ because an app has moved. Without the marks that Prometheus stores when a series ends, the one of
 * the previous replica is seen for 5 more minutes, and a rate does not see the rise between two series.
 */
const tolerance = 0.25;

const files = [...dashboards.values()];

/** A series of which no point is known only says so. */
function hasValue({ value, values = value ? [value] : [] }: Series): boolean {
  return values.some(([, text]) => text !== 'NaN');
}

/** The values of series by their labels and times, without the job and the name of the app, which contains it. */
function pointsOf(series: readonly Series[]): ReadonlyMap<string, number> {
  return new Map(
    series.flatMap(({ metric, value, values = value ? [value] : [] }) => {
      const { job: _, name: __, app: ___, ...labels } = metric;
      return values.map(
        ([seconds, text]) => [`${JSON.stringify(labels)} at ${String(seconds)}`, Number(text)] as const,
      );
    }),
  );
}

requireProgram(
  { program: 'prometheus', from: 'prometheus' },
  'The queries of the dashboards, on Prometheus with recorded rooms',
  () => {
    let recording: Recording;
    let prometheus: RecordedPrometheus;
    const started: RecordedPrometheus[] = [];

    beforeAll(async () => {
      recording = record(await scrapeDemo(), Math.floor(Date.now() / 1000) * 1000);
      prometheus = await startRecordedPrometheus(recording.texts);
      started.push(prometheus);
    }, 60_000);

    afterAll(async () => {
      for (const each of started) await each.stop();
    });

    const options = (variable: VariableJson, values: VariableValues): Promise<readonly Option[]> =>
      optionsOf(variable, { prometheus, values, ...recording });

    /** The values of all variables as a reader has them who chose a job and everything in it. */
    async function everythingOf(dashboard: DashboardJson, job: string): Promise<VariableValues> {
      const values: Record<string, string | readonly string[]> = { job: [job] };
      for (const variable of dashboard.templating.list) {
        if (variable.type !== 'query' || variable.name === 'job') continue;
        const found = (await options(variable, values)).map(({ value }) => value);
        values[variable.name] = variable.multi ? found : (found[0] ?? '');
      }
      return values;
    }

    async function seriesOf({ expr, instant }: PlacedQuery, values: VariableValues): Promise<readonly Series[]> {
      const query = interpolate(expr, values);
      const { startSeconds, endSeconds } = recording;
      const response = instant
        ? await prometheus.get('query', { query, time: String(endSeconds) })
        : await prometheus.get('query_range', {
            query,
            start: String(startSeconds),
            end: String(endSeconds),
            step: '60',
          });
      return (response as { readonly result: readonly Series[] }).result;
    }

    async function counted(
      dashboard: DashboardJson,
      values: VariableValues,
    ): Promise<readonly (PlacedQuery & { series: number })[]> {
      const results = [];
      for (const query of queriesOf(dashboard)) {
        results.push({ ...query, series: (await seriesOf(query, values)).filter(hasValue).length });
      }
      return results;
    }

    it('All queries return data for the demo, for a live room or for one that has ended', async () => {
      const empty: string[] = [];
      for (const dashboard of files) {
        const values = await everythingOf(dashboard, jobs.demo.job);
        const live = await counted(dashboard, { ...values, room_id: recording.liveRoom });
        const ended = await counted(dashboard, { ...values, room_id: recording.endedRoom });
        for (const [index, { panel, series, expr }] of live.entries()) {
          if (series === 0 && ended[index]?.series === 0) empty.push(`${dashboard.uid}: ${panel}: ${expr}`);
        }
      }
      expect(empty).toEqual([]);
    });

    it.each([jobs.demo, jobs.single, jobs.crowd])(
      'No query returns more series than a panel can show, with $rooms rooms',
      async ({ job }) => {
        const tooMany: string[] = [];
        for (const dashboard of files) {
          for (const { type, panel, series } of await counted(dashboard, await everythingOf(dashboard, job))) {
            const most = mostSeries[type] ?? 0;
            if (series > most)
              tooMany.push(`${dashboard.uid}: ${panel}: found ${String(series)}, expected at most ${String(most)}`);
          }
        }
        expect(tooMany).toEqual([]);
      },
    );

    it.each([
      // A replica that is isolated makes calls of its own, which the exporter dashboard counts.
      { move: moves.isolated, names: ['overview.json', 'room.json'] },
      { move: moves.planned, names: [...dashboards.keys()] },
    ])(
      'No panel shows that an app has moved to another replica, or is exported by two: $move.job',
      async ({ move, names }) => {
        const wrong: string[] = [];
        for (const dashboard of names.flatMap((name) => dashboards.get(name) ?? [])) {
          const [moved, still] = await Promise.all(
            [move, moves.never].map(async ({ job, sdkAppId }) => {
              const values: VariableValues = { ...(await everythingOf(dashboard, job)), room_id: recording.liveRoom };
              return typeof values['sdk_app_id'] === 'string' ? { ...values, sdk_app_id: sdkAppId } : values;
            }),
          );
          for (const query of queriesOf(dashboard)) {
            const found = pointsOf(await seriesOf(query, moved ?? {}));
            const expected = pointsOf(await seriesOf(query, still ?? {}));
            for (const point of new Set([...found.keys(), ...expected.keys()])) {
              const [value = Number.NaN, other = Number.NaN] = [found.get(point), expected.get(point)];
              if (!(Math.abs(value - other) <= tolerance * Math.abs(other)))
                wrong.push(
                  `${query.dashboard}: ${query.panel}: ${point}: found ${String(value)}, expected about ${String(other)}`,
                );
            }
          }
        }
        expect(wrong).toEqual([]);
      },
    );

    it('The queries return nothing and do not fail before the first scrape of the exporter', async () => {
      const found = [];
      for (const dashboard of files) {
        const results = await counted(dashboard, await everythingOf(dashboard, jobs.nobody.job));
        found.push(...results.filter(({ series }) => series > 0));
      }
      expect(found).toEqual([]);
    });

    const variableNamed = (dashboard: DashboardJson, name: string): VariableJson => {
      const variable = dashboard.templating.list.find((candidate) => candidate.name === name);
      if (variable === undefined) throw new Error(`found no variable ${name} in ${dashboard.uid}`);
      return variable;
    };

    it.each(files)('The app variable shows names, or ids for apps without a name: $uid', async (dashboard) => {
      const variable = variableNamed(dashboard, 'sdk_app_id');
      expect([
        await options(variable, { job: [jobs.demo.job], instance: ['.+'] }),
        await options(variable, { job: [jobs.single.job], instance: ['.+'] }),
      ]).toEqual([[{ text: 'the "demo"', value: '1400000001' }], [{ text: '1400000002', value: '1400000002' }]]);
    });

    it('The variable for the room offers the largest rooms with their names, and rooms that have ended', async () => {
      const room = dashboards.get('room.json');
      if (room === undefined) throw new Error('found no room.json');
      const offered = await options(variableNamed(room, 'room_id'), { job: [jobs.demo.job], sdk_app_id: '1400000001' });
      expect(offered.length).toBe(jobs.demo.rooms);
      expect(offered[0]?.value).toBe(recording.liveRoom);
      expect(offered[0]?.text).not.toBe(recording.liveRoom);
      expect(offered).toContainEqual({ text: recording.endedRoom, value: recording.endedRoom });
    });

    it('The variable for the room offers at most 1,000 of 10,000 rooms', async () => {
      const room = dashboards.get('room.json');
      if (room === undefined) throw new Error('found no room.json');
      const offered = await options(variableNamed(room, 'room_id'), {
        job: [jobs.crowd.job],
        sdk_app_id: jobs.crowd.sdkAppId,
      });
      expect(new Set(offered.map(({ value }) => value)).size).toBe(1000);
    });
  },
);
