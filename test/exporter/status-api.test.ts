import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { roomsSchema } from '../../src/web/api/rooms-json.ts';
import { statusSchema } from '../../src/web/api/status-json.ts';
import { quote, readSamples } from '../support/samples.ts';
import { simulatedConfig } from '../support/simulated-config.ts';

const logger = createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } });
const sdkAppId = 1_400_000_001;

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).toReversed()) await stop();
});

/** An exporter of one app with 20 rooms whose audiences stay the same. */
async function start(unavailableCommands: Readonly<Record<string, number>> = {}, secretKey?: string) {
  const app = { sdkAppId, identifier: 'administrator', secretKey: 'k'.repeat(64), unavailableCommands };
  const simulator = await startSimulator({ rooms: 20, seed: 7, now: () => Date.UTC(2026, 4, 1, 20), apps: [app] });
  cleanUp.push(() => simulator.stop());
  const config = await simulatedConfig(simulator);
  const apps = config.apps.map((each) => ({
    ...each,
    ...(secretKey === undefined ? {} : { credentials: { kind: 'secret_key' as const, secretKey } }),
  }));
  const exporter = await startExporter({ config: { ...config, apps }, version: '0.0.0', logger });
  cleanUp.push(() => exporter.stop());
  const get = async (path: string) => (await fetch(`http://${exporter.address}${path}`)).text();
  const status = async () => statusSchema.strict().parse(JSON.parse(await get('/api/v1/status')));
  return { get, status };
}

describe('The API of a running exporter', () => {
  it('Its numbers are those of the metrics', async () => {
    const { get, status } = await start();
    while ((await status()).viewers === null) await pause(25);

    const samples = readSamples(await get('/metrics'));
    const { viewers, known_rooms: knownRooms } = await status();
    const { matches, rooms } = roomsSchema.strict().parse(JSON.parse(await get('/api/v1/rooms?limit=1000')));

    const sampleOf = (name: string, labels = '') => samples.get(`${name}{sdk_app_id="${sdkAppId}"${labels}}`);
    expect([viewers, knownRooms]).toEqual([sampleOf('tencent_live_online_members'), sampleOf('tencent_live_rooms')]);
    expect([matches, rooms.length]).toEqual([knownRooms, knownRooms]);
    expect(rooms.map(({ room_id: id, online_members: online }) => [id, online?.value])).toEqual(
      rooms.map(({ room_id: id }) => [id, sampleOf('tencent_live_room_online_members', `,room_id=${quote(id)}`)]),
    );
    expect(await get(`/room?sdk_app_id=${sdkAppId}&room_id=${rooms[0]?.room_id}`)).toContain(
      'tencent_live_room_online_members',
    );
  });

  it('An app with a wrong key is failing, with the class, the code and the advice of doctor', async () => {
    const { status } = await start({}, 'wrong'.repeat(12));
    for (;;) {
      const { apps } = await status();
      if (apps[0]?.state !== 'failing') {
        await pause(25);
        continue;
      }

      expect(apps[0].problems).toMatchObject([
        {
          found: 'The API refuses this app.',
          remedy: 'the secret key does not belong to this app: copy it again from the console',
          error: { reason: 'credentials', code: 70_009 },
        },
      ]);
      return;
    }
  });

  it('A command that the plan does not include is a warning, and says so', async () => {
    const { get, status } = await start({ get_seat_list: 100_007 });
    const found = "Not available in the app's plan or region: seat_list.";
    let remedy: string | undefined;
    while (remedy === undefined) {
      const [app] = (await status()).apps;
      remedy = app?.problems.find((problem) => problem.found === found)?.remedy;
      await pause(25);
    }

    expect(remedy).toBe("the command is not in the app's plan: see the Live plan in the console");
    expect(await get('/')).toContain('needs attention');
  });
});
