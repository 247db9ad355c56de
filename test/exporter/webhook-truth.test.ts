import { afterEach, describe, expect, it } from '@jest/globals';
import { type Exporter, startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { type IncidentInput, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { until } from '../e2e/until.ts';
import { freePort } from '../support/free-port.ts';
import { readSamples } from '../support/samples.ts';
import { simulatedConfig } from '../support/simulated-config.ts';

const sdkAppId = 1_400_000_001;
const token = 'a-token-of-your-own';
const startedAtMs = Date.UTC(2025, 5, 1, 12);

let simulator: Simulator;
let exporter: Exporter;
afterEach(async () => {
  await exporter.stop();
  await simulator.stop();
});

/** The world stands still until `pass`; then this many seconds pass at once, with these incidents. */
async function start() {
  const port = await freePort();
  let nowMs = startedAtMs;
  const webhooks = { url: `http://127.0.0.1:${port}/webhooks`, token };
  simulator = await startSimulator({
    rooms: 20,
    seed: 1,
    now: () => nowMs,
    apps: [{ sdkAppId, secretKey: 'k', identifier: 'administrator', webhooks }],
    largestAudience: 2000,
  });
  const sections = { webhooks: { listen_address: `127.0.0.1:${port}` } };
  const config = await simulatedConfig(simulator, { sections });
  const apps = config.apps.map((app) => ({ ...app, webhooks: { ...app.webhooks, tokens: [token] } }));
  const logger = createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } });
  exporter = await startExporter({ config: { ...config, apps }, version: '0.0.0', logger });
  const scrape = async () => readSamples(await (await fetch(`http://${exporter.address}/metrics`)).text());
  const rooms = simulator.truth(sdkAppId).filter(({ kind }) => kind === 'live');
  await until({
    what: 'the info of all rooms',
    deadlineMs: performance.now() + 20_000,
    find: async () =>
      [...(await scrape()).keys()].filter((series) => series.startsWith('tencent_live_room_max_members')).length,
    isEnough: (known) => known > rooms.length / 2,
  });
  return {
    scrape,
    roomIds: rooms.map(({ roomId }) => roomId),
    /** Resolves when all webhooks of this time have their response and were applied. */
    pass: async (seconds: number, ...incidents: readonly IncidentInput[]) => {
      for (const incident of incidents) simulator.inject(incident);
      const endMs = nowMs + seconds * 1000;
      nowMs = endMs + 999;
      await until({
        what: 'all webhooks to be delivered',
        deadlineMs: performance.now() + 30_000,
        find: () => simulator.webhooks(sdkAppId)?.pending,
        isEnough: (pending) => pending === 0,
      });
      nowMs = endMs;
      await until({
        what: 'an empty queue',
        deadlineMs: performance.now() + 30_000,
        find: async () => (await scrape()).get('tencent_live_exporter_webhook_queue_length'),
        isEnough: (length) => length === 0,
      });
    },
  };
}

/** Members by room and cause, without zeros: as the simulator knows them. */
function truth(roomIds: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    simulator
      .truth(sdkAppId)
      .filter(({ roomId }) => roomIds.includes(roomId))
      .flatMap(({ roomId, movements }) =>
        Object.entries({ enter: movements?.enters, reconnect: movements?.reconnects, ...movements?.leaves })
          .filter(([, members]) => (members ?? 0) > 0)
          .map(([change, members]) => [`${roomId} ${change}`, members ?? 0]),
      ),
  );
}

const changes: Readonly<Record<string, string>> = { enters: 'enter', reconnects: 'reconnect' };

/** The same, as the exporter has counted them. */
function counted(samples: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...samples].flatMap(([series, members]) => {
      const [, name = '', room = '', cause] =
        /^tencent_live_room_(enters|leaves|reconnects)_total\{.*room_id="((?:[^"\\]|\\.)+)"(?:,cause="(\w+)")?\}$/.exec(
          series,
        ) ?? [];
      return name === '' || members === 0 ? [] : [[`${JSON.parse(`"${room}"`)} ${cause ?? changes[name]}`, members]];
    }),
  );
}

const sumOf = (members: Readonly<Record<string, number>>) =>
  Object.values(members).reduce((sum, count) => sum + count, 0);

describe('Enters and leaves by cause', () => {
  it('If all webhooks arrive once and in order, they are exactly those of the truth', async () => {
    const { pass, scrape, roomIds } = await start();
    await pass(240, { kind: 'audience', rooms: ['live-0'], factor: 0.3, cause: 'mixed', for: '1m' });
    expect(counted(await scrape())).toEqual(truth(roomIds));
    expect(sumOf(truth(roomIds))).toBeGreaterThan(1000);
  });

  it('Webhooks that come twice, overtake each other or are late by half a minute change nothing', async () => {
    const { pass, scrape, roomIds } = await start();
    await pass(
      240,
      { kind: 'audience', rooms: ['live-0'], factor: 0.3, cause: 'mixed', for: '1m' },
      { kind: 'delivery', how: 'doubled', for: '3m' },
      { kind: 'delivery', how: 'reordered', for: '3m' },
      { kind: 'delivery', how: 'late', for: '2m' },
    );
    const samples = await scrape();
    expect(counted(samples)).toEqual(truth(roomIds));
    expect(samples.get('tencent_live_exporter_webhook_events_dropped_total{reason="duplicate"}')).toBeGreaterThan(1000);
  });

  it('Forged webhooks change nothing', async () => {
    const { pass, scrape, roomIds } = await start();
    await pass(
      120,
      ...(['unsigned', 'bad_sign', 'destroy'] as const).map(
        (how) => ({ kind: 'forge', how, calls_per_second: 20, for: '1m' }) as const,
      ),
    );
    const samples = await scrape();
    expect(counted(samples)).toEqual(truth(roomIds));
    expect(samples.get(`tencent_live_rooms_ended_total{sdk_app_id="${sdkAppId}"}`)).toBe(0);
  });

  it('If a tenth of the webhooks is lost, about a tenth is missing, and nothing is counted that was not there', async () => {
    const { pass, scrape, roomIds } = await start();
    await pass(240, { kind: 'delivery', how: 'lost', rate: 0.1, command: 'Live.CallbackAfterMemberStateChanged' });
    const [expected, found] = [truth(roomIds), counted(await scrape())];
    for (const [key, members] of Object.entries(found)) expect(members).toBeLessThanOrEqual(expected[key] ?? 0);
    expect(sumOf(found) / sumOf(expected)).toBeCloseTo(0.9, 1);
  });
});
