import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Audience, minutesAfter, minutesBefore, readAudiences, scaled, windowsOf } from './audiences.ts';
import { type Detector, detectors, fresh } from './detectors.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { type Outcome, outcomeOf, scoreOf } from './score.ts';

/** Unix seconds of minute 0 of every replayed series. */
const startSeconds = 1_700_000_040;
/** Viewers at the moment of the drop. */
const sizes = [100, 200, 1000, 20_000];
/** Relative to bench/dist/bench/alerting. */
const ruleFile = fileURLToPath(new URL('../../../../config/rules/audience.yml', import.meta.url));

/** Audiences by the name of their set. */
type Sets = ReadonlyMap<string, readonly Audience[]>;

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: { data: { type: 'string' }, windows: { type: 'string', default: '1000' } },
});
if (values.data === undefined) {
  console.error(
    'usage: npm run bench -- alerting --data=FOLDER [--windows=1000] (a folder with *.csv.gz: unix_minute_ts,viewers)',
  );
  process.exitCode = 2;
} else {
  await replay(readAudiences(values.data), Number(values.windows));
}

async function replay(real: readonly Audience[], count: number): Promise<void> {
  const whole: Sets = new Map([
    ['real', real],
    ...[1000, 200].map((size): [string, readonly Audience[]] => [
      `scaled ${String(size)}`,
      real.map((audience, index) => scaled(audience, size, index + 1)),
    ]),
  ]);
  const windows: Sets = new Map(
    sizes.flatMap((size) =>
      [0.5, 1].map((share): [string, readonly Audience[]] => [
        windowsName(size, share),
        windowsOf({ audiences: real, count, size, share }),
      ]),
    ),
  );
  const folder = mkdtempSync(join(tmpdir(), 'rule-replay-'));
  try {
    const prometheus = await startPrometheus(folder, [openMetrics(whole), openMetrics(windows)]);
    try {
      await report(prometheus, { whole, windows });
    } finally {
      await prometheus.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function windowsName(size: number, share: number): string {
  return `${String(size)} ${String(share)}`;
}

/** The sets as the series that the rules record; a room's id is its index in its set. */
function openMetrics(sets: Sets): string {
  const lines = [...sets].flatMap(([set, audiences]) =>
    audiences.flatMap((audience, room) =>
      audience.flatMap((viewers, minute) =>
        viewers === undefined
          ? []
          : `${fresh}{job="replay",sdk_app_id="${set}",room_id="${String(room)}"} ${String(viewers)} ${String(startSeconds + minute * 60)}`,
      ),
    ),
  );
  return `# TYPE ${fresh} gauge\n${lines.join('\n')}\n# EOF\n`;
}

async function report(
  prometheus: Prometheus,
  { whole, windows }: { readonly whole: Sets; readonly windows: Sets },
): Promise<void> {
  const days = [...(whole.get('real') ?? [])].reduce((sum, audience) => sum + audience.length / 1440, 0);
  console.log(`${days.toFixed(1)} room-days. Left: alerts per room-day without a drop. Right: a sudden drop by 50 %,`);
  console.log('by viewers: recall within 3 min / precision / median delay.\n');
  console.log(`| detector | as is | 1,000 | 200 | ${sizes.map((size) => `50 % of ${String(size)}`).join(' | ')} |`);
  console.log(`|${'---|'.repeat(4 + sizes.length)}`);
  for (const detector of detectors(ruleFile)) {
    const cells: string[] = [detector.name];
    const outcomes = (sets: Sets, set: string) =>
      outcomesOf(prometheus, { detector, set, audiences: sets.get(set) ?? [] });
    for (const set of whole.keys()) {
      const episodes = (await outcomes(whole, set)).flatMap((outcome) => outcome.episodes);
      cells.push((episodes.length / days).toFixed(2));
    }
    for (const size of sizes) {
      const { recall, precision, delayMinutes } = scoreOf({
        drops: await outcomes(windows, windowsName(size, 0.5)),
        controls: await outcomes(windows, windowsName(size, 1)),
        dropMinute: minutesBefore,
        withinMinutes: 3,
      });
      const delay = delayMinutes === undefined ? 'never' : `${String(delayMinutes)} min`;
      cells.push(`${recall.toFixed(3)} / ${precision.toFixed(3)} / ${delay}`);
    }
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function outcomesOf(
  prometheus: Prometheus,
  request: { readonly detector: Detector; readonly set: string; readonly audiences: readonly Audience[] },
): Promise<readonly Outcome[]> {
  const { detector, set, audiences } = request;
  const minutes = Math.max(...audiences.map((audience) => audience.length), minutesBefore + minutesAfter);
  const matrix = await prometheus.queryRange({
    expr: detector.expr.replaceAll(/:fresh\b/g, `:fresh{sdk_app_id="${set}"}`),
    start: startSeconds,
    end: startSeconds + (minutes - 1) * 60,
  });
  const holds = new Map(
    matrix.map(({ metric, values: points }) => [
      metric['room_id'],
      points.map(([unixSeconds]) => Math.round((unixSeconds - startSeconds) / 60)),
    ]),
  );
  return audiences.map((_, index) => outcomeOf(holds.get(String(index)) ?? [], detector.forMinutes));
}
