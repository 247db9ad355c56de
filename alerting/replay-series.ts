import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultParameters } from './parameters.ts';
import { type Audience, readAudiences } from './replay/audience-data.ts';
import { type Detector, detectors } from './replay/detectors.ts';
import { openMetricsLines, openMetricsText, replayStart } from './replay/openmetrics.ts';
import { importOpenMetrics, type Prometheus, startPrometheus } from './replay/prometheus.ts';
import { outcomeOf, type Outcome, precisionOf, recallOf } from './replay/score.ts';
import { minutesAfter, minutesBefore, scaled, windowsOf } from './replay/windows.ts';

/** Viewers at the moment of the drop. */
const sizes = [100, 200, 1000, 20_000];

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, windows: { type: 'string', default: '1000' } },
});
const audiences = readAudiences(values.data);
if (audiences.size === 0) console.log(`No series in ${values.data}: the replay is skipped.`);
else await replay([...audiences.values()], Number(values.windows));

async function replay(real: readonly Audience[], count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rule-replay-'));
  try {
    const whole = new Map<string, readonly Audience[]>([
      ['real', real],
      ...[200, 1000].map((size): [string, readonly Audience[]] => [
        `scaled ${String(size)}`,
        real.map((audience, index) => scaled(audience, size, index + 1)),
      ]),
    ]);
    const windows = new Map<string, readonly Audience[]>(
      sizes.flatMap((size) =>
        [0.5, 1].map((share): [string, readonly Audience[]] => [
          `${String(size)} ${String(share)}`,
          windowsOf({ audiences: real, count, size, share }),
        ]),
      ),
    );
    const files = [whole, windows].map((sets, index) => {
      const path = join(folder, `${String(index)}.txt`);
      writeFileSync(path, openMetricsText([...sets].flatMap(([set, series]) => openMetricsLines(set, series))));
      return path;
    });
    const database = join(folder, 'database');
    await importOpenMetrics(files, database);
    const prometheus = await startPrometheus(folder, database);
    try {
      await report(prometheus, { whole, windows });
    } finally {
      await prometheus.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Sets {
  readonly whole: ReadonlyMap<string, readonly Audience[]>;
  readonly windows: ReadonlyMap<string, readonly Audience[]>;
}

async function report(prometheus: Prometheus, { whole, windows }: Sets): Promise<void> {
  const days = [...(whole.get('real') ?? [])].reduce((sum, audience) => sum + audience.length / 1440, 0);
  console.log(
    `${days.toFixed(1)} room-days; alerts per room-day on the series as they are, scaled to 1,000 and to 200`,
  );
  console.log(
    `viewers; recall within 3 min / precision / median delay of a sudden 50 % drop, by viewers (${String(windows.get('200 1')?.length ?? 0)} drops each)\n`,
  );
  console.log(`| detector | as is | 1,000 | 200 | ${sizes.map((size) => `50 % of ${String(size)}`).join(' | ')} |`);
  console.log(`|${'---|'.repeat(4 + sizes.length)}`);
  for (const detector of detectors(defaultParameters)) {
    const natural: string[] = [];
    for (const set of ['real', 'scaled 1000', 'scaled 200']) {
      const outcomes = await outcomesOf(prometheus, { detector, set, series: whole.get(set) ?? [] });
      natural.push((outcomes.flatMap(({ episodes }) => episodes).length / days).toFixed(2));
    }
    const injected: string[] = [];
    for (const size of sizes) {
      const run = (share: number): Promise<readonly Outcome[]> => {
        const set = `${String(size)} ${String(share)}`;
        return outcomesOf(prometheus, { detector, set, series: windows.get(set) ?? [] });
      };
      injected.push(score(await run(0.5), await run(1)));
    }
    console.log(`| ${[detector.name, ...natural, ...injected].join(' | ')} |`);
  }
}

function score(injected: readonly Outcome[], controls: readonly Outcome[]): string {
  const recall = recallOf(injected, { dropMinute: minutesBefore, withinMinutes: 3 });
  const detected = recall.share * injected.length;
  const precision = precisionOf({ detected, injected, controls, dropMinute: minutesBefore });
  const delay = recall.delayMinutes === undefined ? 'never' : `${String(recall.delayMinutes)} min`;
  return `${recall.share.toFixed(3)} / ${precision.toFixed(3)} / ${delay}`;
}

async function outcomesOf(
  prometheus: Prometheus,
  {
    detector,
    set,
    series,
  }: { readonly detector: Detector; readonly set: string; readonly series: readonly Audience[] },
): Promise<readonly Outcome[]> {
  const minutes = Math.max(...series.map((audience) => audience.length), minutesBefore + minutesAfter);
  const matrix = await prometheus.queryRange({
    expr: detector.expr.replaceAll(/:fresh\b/g, `:fresh{sdk_app_id="${set}"}`),
    start: replayStart,
    end: replayStart + (minutes - 1) * 60,
  });
  const holds = new Map(
    matrix.map(({ metric, values: points }) => [
      metric['room_id'],
      points.map(([unixSeconds]) => Math.round((unixSeconds - replayStart) / 60)),
    ]),
  );
  return series.map((_, index) => outcomeOf(holds.get(String(index)) ?? [], detector.forMinutes));
}
