import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Audience, readAudiences } from './audiences.ts';
import { type Detector, detectors } from './detectors.ts';
import { type MatrixSeries, type Prometheus, startPrometheus } from './prometheus.ts';
import { minutesAfter, minutesBefore, naturalRoom, roomWithDrop, type RoomWithDrop, scenarios } from './scenarios.ts';
import { alertsOf, lasts, realLosses, recallOf, reports } from './score.ts';
import { openMetrics, type RoomSet, spansInLoss, startSeconds } from './series.ts';

const minuteMs = 60_000;
/** Sizes to which whole audiences are scaled, and how often the rooms are polled. */
const naturalSets: readonly { readonly name: string; readonly size?: number; readonly pollMs: number }[] = [
  { name: 'as is', pollMs: 10_000 },
  ...[1000, 200, 80].map((size) => ({ name: size.toLocaleString('en'), size, pollMs: 10_000 })),
  { name: 'as is, polled each 5 min', pollMs: 5 * minuteMs },
];
/** Relative to bench/dist/bench/alerting. */
const shippedRules = fileURLToPath(new URL('../../../../config/rules/audience.yml', import.meta.url));

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    windows: { type: 'string', default: '300' },
    rules: { type: 'string', default: shippedRules },
  },
});
if (values.data === undefined || !existsSync(values.data)) {
  console.error(
    'usage: npm run bench -- alerting --data=FOLDER [--windows=300] [--rules=FILE] (a folder with *.csv.gz: unix_minute_ts,viewers)',
  );
  process.exitCode = 2;
} else {
  await replay(readAudiences(values.data), { count: Number(values.windows), ruleFile: values.rules });
}

interface DropSet extends RoomSet {
  readonly rooms: readonly RoomWithDrop[];
}

async function replay(
  audiences: readonly Audience[],
  { count, ruleFile }: { readonly count: number; readonly ruleFile: string },
): Promise<void> {
  const dropSets = scenarios.map((scenario): DropSet => {
    const before = minutesBefore(scenario);
    return {
      name: scenario.name,
      rooms: Array.from({ length: count }, (_, index) => roomWithDrop(audiences, scenario, index)),
      fromMs: (before - 46) * minuteMs,
      evaluatedFromMs: before * minuteMs,
      endMs: (before + minutesAfter) * minuteMs,
    };
  });
  const sets = naturalSets.map(({ name, size, pollMs }): RoomSet => {
    const rooms = audiences.map((source, index) => naturalRoom(source, { size, pollMs, seed: index + 1 }));
    return { name, rooms, fromMs: 0, evaluatedFromMs: 0, endMs: Math.max(...rooms.map(({ endMs }) => endMs)) };
  });
  const folder = mkdtempSync(join(tmpdir(), 'rule-replay-'));
  try {
    const prometheus = await startPrometheus(folder, texts([...dropSets.map((set) => [set]), sets]));
    try {
      const outcomes = new Map<Detector, Outcomes>();
      for (const detector of detectors(ruleFile)) {
        outcomes.set(detector, await outcomesOf(prometheus, detector, [...dropSets, ...sets]));
      }
      printDrops(outcomes, dropSets);
      printNatural(outcomes, audiences);
    } finally {
      await prometheus.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One at a time, because together they are too long for a string. */
function* texts(groups: readonly (readonly RoomSet[])[]): Generator<string> {
  for (const sets of groups) yield openMetrics(sets);
}

/** When the condition holds, by set and room, in milliseconds from the beginning. */
type Outcomes = ReadonlyMap<string, readonly (readonly number[])[]>;

async function outcomesOf(prometheus: Prometheus, detector: Detector, sets: readonly RoomSet[]): Promise<Outcomes> {
  const outcomes = new Map<string, number[][]>(sets.map(({ name, rooms }) => [name, rooms.map(() => [])]));
  if ('holdsAtMs' in detector) {
    return new Map(sets.map(({ name, rooms }) => [name, rooms.map(({ samples }) => detector.holdsAtMs(samples))]));
  }
  const { expr, stepSeconds, onlyInLoss } = detector;
  const spans = onlyInLoss ? spansInLoss(sets) : [[0, Math.max(...sets.map(({ endMs }) => endMs))] as const];
  const stepMs = stepSeconds * 1000;
  const matrix: MatrixSeries[] = [];
  for (const [fromMs, toMs] of spans) {
    const [start, end] = [fromMs, toMs].map((ms) => startSeconds + (Math.floor(ms / stepMs) * stepMs) / 1000);
    matrix.push(...(await prometheus.queryRange({ expr, start: start ?? 0, end: end ?? 0, stepSeconds })));
  }
  for (const { metric, values: points } of matrix) {
    const room = outcomes.get(metric['sdk_app_id'] ?? '')?.[Number(metric['room_id'])];
    room?.push(...points.map(([unixSeconds]) => (unixSeconds - startSeconds) * 1000));
  }
  return outcomes;
}

function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const cells of [header, header.map(() => '---'), ...rows]) console.log(`| ${cells.join(' | ')} |`);
}

function printDrops(outcomes: ReadonlyMap<Detector, Outcomes>, sets: readonly DropSet[]): void {
  const count = sets[0]?.rooms.length ?? 0;
  console.log(
    `Share of ${String(count)} injected drops after which the condition holds in time, and a minute later.\n`,
  );
  const header = scenarios.map(({ name, withinMs }) => `${name}: within ${String(withinMs / minuteMs)} min`);
  printTable(
    ['detector', ...header],
    [...outcomes].map(([{ name }, times]) => [
      name,
      ...scenarios.map((scenario, at) => {
        const { rooms } = sets[at] as DropSet;
        const drops = rooms.map(({ dropMs }, room) => ({ dropMs, holdsAtMs: times.get(scenario.name)?.[room] ?? [] }));
        return [0, minuteMs].map((later) => recallOf(drops, scenario.withinMs + later).toFixed(3)).join(' / ');
      }),
    ]),
  );
}

function printNatural(outcomes: ReadonlyMap<Detector, Outcomes>, audiences: readonly Audience[]): void {
  const days = audiences.reduce((sum, audience) => sum + audience.length / 1440, 0);
  const losses = audiences.map(realLosses);
  const total = losses.reduce((sum, { length }) => sum + length, 0);
  console.log(`\n${days.toFixed(1)} room-days without an injected drop: alerts a room-day after which the audience`);
  console.log(`stays away / comes back, and how many of the ${String(total)} real sudden losses are reported.\n`);
  printTable(
    ['detector', ...naturalSets.map(({ name }) => name)],
    [...outcomes].map(([{ name }, times]) => [
      name,
      ...naturalSets.map((set) => {
        const alerts = audiences.map((_, room) => alertsOf(times.get(set.name)?.[room] ?? []));
        const all = alerts.flat().length;
        const lasting = alerts.flatMap((room, at) => room.filter((ms) => lasts(audiences[at] as Audience, ms))).length;
        const reported = losses.flatMap((minutes, room) =>
          minutes.filter((minute) => alerts[room]?.some((ms) => reports(ms, minute))),
        ).length;
        return `${(lasting / days).toFixed(3)} / ${((all - lasting) / days).toFixed(3)}, ${String(reported)}`;
      }),
    ]),
  );
}
