import { escaped } from './room-series.ts';
import { pastSeriesOf, seriesOf } from './series.ts';
import type { Template } from './template.ts';
import { endSeconds, recordedMinutes, type Series, type World } from './world.ts';

const minutesOfNewExporter = 25;
/** Of the days before, some series are recorded: enough for the dashboards that compare days and shows. */
const past = {
  /** A week before the start of the recording. */
  minutes: recordedMinutes + 7 * 1440,
  /** Shorter than the 5 minutes for which Prometheus keeps a value. */
  step: 4,
} as const;

/** The texts of dashboards. Only series whose names occur in them are recorded, because a backfill takes a minute for all. */
export interface Queries {
  readonly ofAllRooms: string;
  readonly ofShownRoom: string;
}

/** OpenMetrics texts of the worlds, with a sample a minute. */
export function* textsOf(worlds: readonly World[], template: Template, queries: Queries): Generator<string> {
  for (const world of worlds) {
    const drawn = (series: readonly Series[]) => series.filter((each) => isDrawn(each, world, queries));
    const first = world.isNew ? minutesOfNewExporter : recordedMinutes;
    yield textOf(drawn(seriesOf(world, template)), { first, last: 0, step: 1 });
    if (world.isNew) continue;
    const { minutes, step } = past;
    yield textOf(drawn(pastSeriesOf(world, template)), { first: minutes, last: recordedMinutes + 1, step });
  }
}

function isDrawn({ metric, labels }: Series, { shownRoom }: World, { ofAllRooms, ofShownRoom }: Queries): boolean {
  const isShown = !labels.includes('room_id="') || labels.includes(`room_id="${escaped(shownRoom.roomId)}"`);
  return ofAllRooms.includes(metric) || (isShown && ofShownRoom.includes(metric));
}

interface Minutes {
  /** Before the end of the recording. */
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

function textOf(series: readonly Series[], { first, last, step }: Minutes): string {
  const starts = series.map(({ metric, labels, valueAt }) => ({ start: `${metric}{${labels}} `, valueAt }));
  const lines: string[] = [];
  for (let ago = first; ago >= last; ago -= step) {
    const now = endSeconds - ago * 60;
    const time = ` ${String(now)}`;
    for (const { start, valueAt } of starts) {
      const value = valueAt(ago, now);
      if (value !== undefined) lines.push(start + String(value) + time);
    }
  }
  return [...lines, '# EOF\n'].join('\n');
}
