import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Config } from '../../src/config/config.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { readSealedFile, writeSealedFile } from '../../src/platform/sealed-lines.ts';
import { AudienceHistory } from '../../src/rooms/audience-history.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { type TimeLapse, startStack } from '../../test/e2e/stack.ts';
import { until } from '../../test/e2e/until.ts';
import type { Labels } from '../../test/e2e/webhook.ts';
import { simulatedConfig } from '../../test/support/simulated-config.ts';
import { type Crowd, crowdOf } from './crowd.ts';
import { Random } from './random.ts';
import { responsesOf } from './timing.ts';

/**
 * `npm run bench -- alerting-e2e [--minutes=22] [--apps=8] [--seed=1]`: how many seconds pass from the true moment of a loss to the message
 * that Alertmanager sends, in real time and with the shipped configuration.
 */
const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '22' },
    apps: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const random = new Random(Number(values.seed));

const minuteMs = 60_000;
/** What the rooms' audiences were before the start: the exporter finds it in its saved state. */
const historyMs = 40 * minuteMs;
/** For how long the rules get samples before the first loss. */
const settleMs = minuteMs;
/** How long a message may take. */
const patienceMs = 8 * minuteMs;

const roomsPerApp = 8;
/** Too few for an incident of the whole app. */
const lossesPerApp = 3;
const sizes = [200, 500, 1000, 2000, 5000];
/** What remains of an audience. */
const shares = [0.5, 0.4, 0.2];

/** The responses of the API are 5 to 20 s late: its cache makes up 10 s of that, and this slow swing the rest. */
const lateNow = () => Date.now() - 7500 - 2500 * Math.sin(Date.now() / 40_000);

interface Loss {
  /** From the beginning of the crowd. */
  readonly atMs: number;
  readonly share: number;
}

interface BenchRoom {
  readonly sdkAppId: number;
  readonly roomId: string;
  readonly size: number;
  readonly crowd: Crowd;
  /** When the crowd's time begins, after the beginning of the others. */
  readonly phaseMs: number;
  readonly loss: Loss | undefined;
}

const crowdMs = historyMs + settleMs + minutes * minuteMs + patienceMs;
const stepMs = 5000;

function createRooms(): readonly BenchRoom[] {
  return Array.from({ length: Number(values.apps) * roomsPerApp }, (_, index) => {
    const number = index % roomsPerApp;
    const size = sizes[Math.floor(random.uniform() * sizes.length)] ?? 1000;
    const atMs = Math.round((historyMs + settleMs + random.between(0, minutes * minuteMs)) / stepMs) * stepMs;
    const loss =
      number < lossesPerApp ? { atMs, share: shares[Math.floor(random.uniform() * shares.length)] ?? 0.5 } : undefined;
    const audience = Array.from({ length: Math.ceil(crowdMs / minuteMs) + 1 }, () => size);
    const shareAt = (ms: number) => (loss !== undefined && ms >= loss.atMs ? loss.share : 1);
    return {
      sdkAppId: 1_400_000_001 + Math.floor(index / roomsPerApp),
      roomId: `room-${String(number)}`,
      size,
      crowd: crowdOf({ audience, shareAt, random }),
      phaseMs: Math.round(random.between(0, stepMs)),
      loss,
    };
  });
}

/** The crowd of a room from the end of its history on, as the simulator replays it. A loss takes a millisecond. */
function replayOf({ roomId, crowd, phaseMs, loss }: BenchRoom) {
  const samples = [{ atMs: 0, viewers: crowd.membersAt(historyMs) ?? 0 }];
  for (let ms = historyMs + stepMs; ms <= crowd.endMs; ms += stepMs) {
    const atMs = ms - historyMs + phaseMs;
    if (ms === loss?.atMs) samples.push({ atMs: atMs - 1, viewers: samples.at(-1)?.viewers ?? 0 });
    samples.push({ atMs, viewers: crowd.membersAt(ms) ?? 0 });
  }
  return { roomId, samples };
}

/** The shipped schedules and times. */
const timeLapse: TimeLapse = {
  scale: 1,
  scrapeSeconds: 15,
  clock: () => systemClock,
  sections: {
    tasks: {
      room_list: { schedule: '*/15 * * * * *' },
      room_info: { schedule: '0 * * * * *' },
      online_members: { schedule: '*/10 * * * * *' },
    },
    quota: { share: 0.5 },
  },
};

const rooms = createRooms();
const sdkAppIds = [...new Set(rooms.map(({ sdkAppId }) => sdkAppId))];
const stops: (() => Promise<void>)[] = [];
try {
  await measure();
} finally {
  for (const stop of stops.toReversed()) await stop();
}

async function measure(): Promise<void> {
  const simulator = await startSimulator({
    rooms: 0,
    seed: 1,
    now: lateNow,
    apps: sdkAppIds.map((sdkAppId) => ({ sdkAppId, identifier: 'administrator', secretKey: 'k'.repeat(64) })),
  });
  stops.push(() => simulator.stop());
  const startMs = Date.now();
  for (const room of rooms) {
    const world = simulator.worldOf(room.sdkAppId);
    world.addReplay(replayOf(room));
    world.edit(room.roomId, { createTimeSeconds: Math.floor((startMs - historyMs) / 1000) - 3600 });
  }
  // The world's clock is late, so this is when its time is that of the rooms' replays.
  const beginMs = simulator.world.now();
  const lostAtMs = ({ loss, phaseMs }: BenchRoom) =>
    loss === undefined ? Infinity : beginMs + loss.atMs - historyMs + phaseMs;

  const stateFolder = await mkdtemp(join(tmpdir(), 'alerting-e2e-'));
  stops.push(() => rm(stateFolder, { recursive: true }));
  const sections = { ...timeLapse.sections, state: { path: stateFolder } };
  await saveFirstState(await simulatedConfig(simulator, { sections }));
  for (const sdkAppId of sdkAppIds)
    await addHistories(join(stateFolder, `${String(sdkAppId)}.state`), sdkAppId, beginMs);

  const stack = await startStack({
    simulator,
    timeLapse,
    stateFolder,
    deadlineMs: performance.now() + 2 * minuteMs,
    onStarted: (stop) => stops.push(stop),
  });
  await until({
    what: 'a baseline of each room',
    deadlineMs: performance.now() + 2 * minuteMs,
    find: () => stack.query('tencent_live_room_audience_baseline'),
    isEnough: ({ length }) => length === rooms.length,
  });
  const lost = rooms.filter(({ loss }) => loss !== undefined).toSorted((a, b) => lostAtMs(a) - lostAtMs(b));
  const notified = () => {
    const firing = stack
      .notifications()
      .flatMap(({ receivedAtMs, alerts }) => alerts.map((alert) => ({ receivedAtMs, ...alert })))
      .filter(({ status }) => status === 'firing');
    return lost.map((room) => {
      const first = firing.find(
        ({ labels, receivedAtMs }) =>
          labels['sdk_app_id'] === String(room.sdkAppId) &&
          labels['room_id'] === room.roomId &&
          receivedAtMs >= lostAtMs(room),
      );
      return { room, first };
    });
  };
  const endMs = Math.max(...lost.map(lostAtMs)) + patienceMs;
  while (Date.now() < endMs && notified().some(({ first }) => first === undefined)) {
    await sleep(1000);
  }
  report(notified(), lostAtMs);
  const rest = stack.notifications().flatMap(({ alerts }) => alerts.map(({ labels }) => labels));
  const expected = new Set(lost.map(({ sdkAppId, roomId }) => `${String(sdkAppId)} ${roomId}`));
  const others = rest.filter(({ sdk_app_id: app = '', room_id: room = '' }) => !expected.has(`${app} ${room}`));
  console.log(`messages: ${String(stack.notifications().length)}, about something else: ${JSON.stringify(others)}`);
}

/** Polls every room once, so that the saved state has it. */
async function saveFirstState(config: Config): Promise<void> {
  const exporter = await startExporter({ config, version: '0.0.0', logger: createLogger(config.log) });
  const scrape = async () => (await fetch(`http://${exporter.address}/metrics`)).text();
  try {
    await until({
      what: 'a count of each room',
      deadlineMs: performance.now() + 2 * minuteMs,
      find: async () => (await scrape()).match(/^tencent_live_room_online_members\{/gm)?.length ?? 0,
      isEnough: (count) => count === rooms.length,
    });
  } finally {
    await exporter.stop();
  }
}

/** Gives each room of a saved state the history that it would have if the exporter had always polled it. */
async function addHistories(path: string, sdkAppId: number, beginMs: number): Promise<void> {
  const lines: string[] = [];
  for await (const line of readSealedFile(path)) lines.push(line);
  const [header = '', ...roomLines] = lines;
  const withHistory = roomLines.map((line) => {
    const saved = JSON.parse(line) as SavedLine;
    const room = rooms.find((candidate) => candidate.sdkAppId === sdkAppId && candidate.roomId === saved.id);
    const polledAtMs = saved.latest.online_members?.atMs;
    if (room === undefined || polledAtMs === undefined) throw new Error(`found no count of a room in ${path}`);
    const history = new AudienceHistory();
    let slot: number | undefined;
    for (const { members, atMs } of responsesOf(room.crowd, { pollMs: 10_000, random })) {
      const responseMs = beginMs - historyMs + room.phaseMs + atMs;
      if (responseMs < polledAtMs) slot = history.responded(slot, { members, atMs: responseMs });
    }
    return JSON.stringify({ ...saved, audience: slot === undefined ? undefined : history.save(slot) });
  });
  await writeSealedFile(path, Readable.from([header, ...withHistory]));
}

interface SavedLine {
  readonly id: string;
  readonly latest: { readonly online_members?: { readonly atMs: number } };
}

interface Notified {
  readonly room: BenchRoom;
  /** The first message about its loss. */
  readonly first: { readonly receivedAtMs: number; readonly startsAt: string; readonly labels: Labels } | undefined;
}

function report(notified: readonly Notified[], lostAtMs: (room: BenchRoom) => number): void {
  const rows = notified.map(({ room, first }) => ({
    app: room.sdkAppId,
    room: room.roomId,
    size: room.size,
    left: room.loss?.share,
    alert: first === undefined ? undefined : (Date.parse(first.startsAt) - lostAtMs(room)) / 1000,
    message: first === undefined ? undefined : (first.receivedAtMs - lostAtMs(room)) / 1000,
    severity: first?.labels['severity'],
  }));
  console.table(rows);
  const seconds = (name: 'alert' | 'message') => rows.flatMap((row) => row[name] ?? []).toSorted((a, b) => a - b);
  for (const name of ['alert', 'message'] as const) {
    const sorted = seconds(name);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(0);
    console.log(
      `from the loss to the ${name}: ${String(sorted.length)} of ${String(rows.length)} losses, ` +
        `median ${String(at(0.5))} s, p95 ${String(at(0.95))} s, longest ${String(sorted.at(-1)?.toFixed(0))} s`,
    );
  }
}
