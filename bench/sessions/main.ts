import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RoomView } from '../../src/rooms/room.ts';
import type { Session } from '../../src/rooms/session.ts';
import { viewerSecondsTotal } from '../../src/rooms/watch-time.ts';
import { sessionRecord } from '../../src/sessions/session-record.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { fastClock } from '../../test/support/fast-clock.ts';
import { BenchExporter } from './exporter.ts';
import { type SessionTruth, type Span, truthOf } from './truth.ts';

/**
 * `npm run bench -- sessions [--hours=24] [--speed=150] [--rooms=6]`: compares the sessions of a simulated day with the truth of the
 * simulator. The exporter is restarted every three hours, and killed in between; the API has outages.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    hours: { type: 'string', default: '24' },
    speed: { type: 'string', default: '150' },
    rooms: { type: 'string', default: '6' },
  },
});
const hours = Number(values.hours);
const speed = Number(values.speed);
const rooms = Number(values.rooms);

const worlds = [
  { name: 'mixed stays', staySeconds: undefined, perSecond: undefined },
  { name: 'stays of 90 s', staySeconds: 90, perSecond: undefined },
  { name: 'stays of 15 min', staySeconds: 900, perSecond: undefined },
  { name: 'stays of 75 min', staySeconds: 4500, perSecond: undefined },
  // Each room is called once a minute.
  { name: 'mixed stays, short quota', staySeconds: undefined, perSecond: rooms / 60 },
].map((world, index) => ({ ...world, sdkAppId: 1_400_000_001 + index }));

const clock = fastClock(speed);
const simulator = await startSimulator({
  rooms,
  seed: 14,
  zipfExponent: 1,
  now: clock.now,
  wallNow: clock.now,
  monotonicNow: clock.monotonic,
  apps: worlds.map(({ sdkAppId, staySeconds }) => ({
    sdkAppId,
    secretKey: 'bench',
    identifier: 'administrator',
    ...(staySeconds === undefined ? {} : { staySeconds }),
  })),
});
const startedMs = clock.now();

interface Ended {
  readonly sdkAppId: number;
  readonly session: Session;
  readonly spans: readonly Span[];
  /** What Prometheus would add up from the exported counter. */
  readonly increase: number;
}

interface Watched {
  spans: Span[];
  lastAtMs: number;
  observed: number;
  exported: number;
  increase: number;
}

const ended: Ended[] = [];
const watched = new Map<string, Watched>();
const newlyWatched = (): Watched => ({ spans: [], lastAtMs: 0, observed: 0, exported: 0, increase: 0 });

function published(sdkAppId: number, room: RoomView): void {
  const atMs = room.latest.online_members?.atMs;
  if (atMs === undefined) return;
  const key = `${sdkAppId} ${room.id}`;
  const known = watched.get(key) ?? newlyWatched();
  watched.set(key, known);
  const { observedSeconds = 0 } = room;
  // After a kill, the session goes on from what was saved.
  if (atMs < known.lastAtMs) known.spans = known.spans.filter(({ toMs }) => toMs <= atMs);
  if (observedSeconds > known.observed) known.spans.push({ fromMs: known.lastAtMs, toMs: atMs });
  known.observed = observedSeconds;
  known.lastAtMs = atMs;
  const exported = viewerSecondsTotal(room) ?? 0;
  known.increase += exported >= known.exported ? exported - known.exported : exported;
  known.exported = exported;
}

const exporter = new BenchExporter({
  simulator,
  apps: worlds.map(({ sdkAppId, perSecond }) => ({ sdkAppId, onlineMembersPerSecond: perSecond })),
  clock,
  stateFolder: mkdtempSync(join(tmpdir(), 'bench-')),
  onPublished: published,
  onWithdrawn: (sdkAppId, roomId) => watched.delete(`${sdkAppId} ${roomId}`),
  onSessionEnd: (sdkAppId, session) => {
    const key = `${sdkAppId} ${session.roomId}`;
    const { spans, increase } = watched.get(key) ?? newlyWatched();
    ended.push({ sdkAppId, session, spans, increase });
    watched.delete(key);
  },
});

const untilHour = (hour: number) => sleep(Math.max(0, (startedMs + hour * 3_600_000 - clock.now()) / speed));
let restarts = 0;
let kills = 0;
let outageMinutes = 0;
await exporter.start();
for (let half = 1; half <= hours * 2; half += 1) {
  await untilHour(half / 2);
  if (half % 6 === 0) {
    await exporter.stop();
    await sleep(30_000 / speed);
    await exporter.start();
    restarts += 1;
  } else if (half % 6 === 3) {
    await exporter.kill();
    await sleep(30_000 / speed);
    await exporter.start();
    kills += 1;
  } else if (half % 8 === 1) {
    const minutes = half % 24 === 17 ? 20 : 4;
    simulator.inject({ kind: 'outage', how: 'html', for: `${minutes}m` });
    outageMinutes += minutes;
  }
}
await exporter.stop();
await simulator.stop();

const print = (line: string) => process.stdout.write(`${line}\n`);
const percent = (ratio: number) => `${(100 * ratio).toFixed(2)} %`;
const worst = (errors: readonly number[]) =>
  errors.length === 0
    ? 'none'
    : percent(errors.reduce((max, error) => (Math.abs(error) > Math.abs(max) ? error : max)));
const row = (...cells: readonly string[]) => print(`| ${cells.join(' | ')} |`);

print(
  `${hours} simulated hours, ${worlds.length} apps with ${rooms} rooms each, ${ended.length} sessions, ${restarts} restarts, ` +
    `${kills} kills, ${outageMinutes} minutes of outages`,
);
row(
  'app',
  'sessions',
  'of them ≥ 95 % observed',
  'viewer-seconds in the observed time, largest error',
  'in all, most above the truth',
  'the same as Prometheus adds them up',
  'peak, largest error',
  'most above the truth',
  'mean stay, largest error',
  'median error',
);
for (const { name, sdkAppId } of worlds) {
  const world = simulator.worldOf(sdkAppId);
  const compared = ended
    .filter((each) => each.sdkAppId === sdkAppId)
    .flatMap(({ session, spans, increase }) => {
      const truth = truthOf(world, session, spans);
      return truth === undefined
        ? []
        : [{ session, truth, increase, record: sessionRecord(session, { sdkAppId, withOwner: false }) }];
    });
  const good = compared.filter(({ record }) => (record.observed_share ?? 0) >= 0.95);
  const errorOf = (measured: number | null | undefined, truth: number) => (measured ?? 0) / truth - 1;
  const above = (pick: (each: (typeof compared)[number]) => number) => percent(Math.max(...compared.map(pick)));
  const stays = good.map(({ record, truth }) => errorOf(record.mean_stay_seconds, truth.meanStaySeconds));
  const peakError = ({ session, truth }: { readonly session: Session; readonly truth: SessionTruth }) =>
    errorOf(session.peakOnlineMembers, truth.peak);
  row(
    name,
    `${compared.length}`,
    `${good.length}`,
    worst(good.map(({ session, truth }) => errorOf(session.viewerSeconds, truth.observedViewerSeconds))),
    above(({ session, truth }) => errorOf(session.viewerSeconds, truth.viewerSeconds)),
    above(({ increase, truth }) => errorOf(increase, truth.viewerSeconds)),
    worst(good.map(peakError)),
    above(peakError),
    worst(stays),
    percent(stays.toSorted((a, b) => a - b)[Math.floor(stays.length / 2)] ?? NaN),
  );
}
process.exit(0);
