import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { startRecordedPrometheus } from '../../test/grafana/prometheus.ts';
import { scrapeDemo } from '../../test/grafana/recording/demo.ts';
import type { DashboardData, RenderedDashboard } from './dashboard-data.ts';
import { loadDashboard, type Source } from './data-source.ts';
import { type Queries, textsOf } from './worlds/recording.ts';
import { templateOf } from './worlds/template.ts';
import { endSeconds, type World } from './worlds/world.ts';

/** A dashboard in a world, or of a running Prometheus. */
export interface Scene {
  readonly world: string;
  /** The name of its file without `.json`. */
  readonly dashboard: string;
  readonly data: DashboardData;
}

export interface NamedDashboard {
  readonly name: string;
  readonly json: RenderedDashboard;
}

/** The widest drawing decides on the distance of points, because it has the most. */
const width = 1720;
/** The worlds have a sample a minute. */
const recordedSeconds = 60;

/** The committed dashboards, or one of them. */
export async function readDashboards(only?: string): Promise<readonly NamedDashboard[]> {
  const folder = new URL('../dashboards/', import.meta.url);
  const files = (await readdir(folder)).filter((file) => file === `${only ?? parse(file).name}.json`);
  if (files.length === 0) throw new Error(`found no dashboard ${String(only)}`);
  return Promise.all(
    files.map(async (file) => ({
      name: parse(file).name,
      json: JSON.parse(await readFile(new URL(file, folder), 'utf8')) as RenderedDashboard,
    })),
  );
}

/** The dashboards in worlds, from a Prometheus that holds them while the scenes are read. */
export async function* scenesOf(
  worlds: readonly World[],
  dashboards: readonly NamedDashboard[],
): AsyncGenerator<Scene> {
  const template = templateOf(await scrapeDemo({ deadlineMs: 120_000 }));
  const prometheus = await startRecordedPrometheus(textsOf(worlds, template, queriesOf(dashboards)));
  try {
    for (const world of worlds) {
      for (const { name, json } of dashboards) {
        const source = { prometheus, toSeconds: endSeconds, scrapeSeconds: recordedSeconds, width };
        const data = await loadDashboard(json, { ...source, chosen: chosenIn(world, json) });
        yield { world: world.name, dashboard: name, data };
      }
    }
  } finally {
    await prometheus.stop();
  }
}

function queriesOf(dashboards: readonly NamedDashboard[]): Queries {
  const ofOneRoom = dashboards.filter(({ json }) => json.templating.list.some(({ name }) => name === 'room_id'));
  const others = dashboards.filter((dashboard) => !ofOneRoom.includes(dashboard));
  return { ofAllRooms: JSON.stringify(others), ofShownRoom: JSON.stringify(ofOneRoom) };
}

/** The job of the world; variables that can have all values have all. */
function chosenIn({ name, shownRoom }: World, { templating }: RenderedDashboard): Source['chosen'] {
  const room = { sdk_app_id: shownRoom.sdkAppId, room_id: shownRoom.roomId };
  const single = templating.list.filter(({ multi }) => !multi).map((variable) => variable.name);
  return { job: name, ...Object.fromEntries(Object.entries(room).filter(([variable]) => single.includes(variable))) };
}

/** The dashboards as they are now with a running Prometheus. */
export async function* scenesNow(
  source: Omit<Source, 'toSeconds' | 'width'>,
  dashboards: readonly NamedDashboard[],
): AsyncGenerator<Scene> {
  const toSeconds = Math.floor(Date.now() / 1000);
  for (const { name, json } of dashboards) {
    yield { world: 'now', dashboard: name, data: await loadDashboard(json, { ...source, toSeconds, width }) };
  }
}
