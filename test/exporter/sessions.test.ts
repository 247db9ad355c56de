import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runSessions } from '../../src/cli/sessions.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { sessionRecordSchema } from '../../src/sessions/session-record.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { statusSchema } from '../../src/web/api/status-json.ts';
import { readSamples } from '../support/samples.ts';
import { simulatedConfig } from '../support/simulated-config.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const sdkAppId = 1_400_000_001;
const makeDirectory = temporaryDirectories();
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).toReversed()) await stop();
});

/** An exporter that polls three rooms every second, one of which ends after it was read twice. */
async function endOneRoom(file: string) {
  const simulator = await startSimulator({ rooms: 3, seed: 7 });
  cleanUp.push(() => simulator.stop());
  const everySecond = { schedule: '* * * * * *' };
  const tasks = { room_list: everySecond, room_info: everySecond, online_members: everySecond };
  const config = await simulatedConfig(simulator, { sections: { tasks, sessions: { file } } });
  const log = { text: '' };
  const destination = { write: (line: string) => (log.text += line) };
  const logger = createLogger({ level: 'info', format: 'logfmt', destination });
  const exporter = await startExporter({ config, version: '0.0.0', logger });
  cleanUp.push(() => exporter.stop());
  const scrape = async () => readSamples(await (await fetch(`http://${exporter.address}/metrics`)).text());
  const [room] = simulator.truth(sdkAppId).filter((each) => each.kind === 'live' && each.listed);
  const roomId = room?.roomId ?? '';
  const labels = `{sdk_app_id="${sdkAppId}",room_id="${roomId}"}`;
  const until = async (isDone: (samples: ReadonlyMap<string, number>) => boolean) => {
    for (;;) {
      const samples = await scrape();
      if (isDone(samples)) return samples;
    }
  };
  await until((samples) => (samples.get(`tencent_live_room_observed_seconds_total${labels}`) ?? 0) >= 1);
  simulator.worldOf(sdkAppId).end(roomId);
  const samples = await until((found) => found.has(`tencent_live_room_ended_timestamp_seconds${labels}`));
  return { exporter, log, roomId, labels, samples, until };
}

describe('A room that ends', () => {
  it('Its metrics, one log line and one line of the file say what it was, and the command sessions prints it', async () => {
    const file = join(makeDirectory({}), 'sessions.jsonl');
    const { exporter, log, roomId, labels, samples } = await endOneRoom(file);
    const status: unknown = await (await fetch(`http://${exporter.address}/api/v1/status`)).json();
    await exporter.stop();
    expect(statusSchema.parse(status).ended_rooms.map(({ room_id: id }) => id)).toEqual([roomId]);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    const record = sessionRecordSchema.parse(JSON.parse(lines[0] ?? ''));
    expect(record).toMatchObject({ sdk_app_id: sdkAppId, room_id: roomId, owner_account: null, end_reason: 'gone' });
    const final = (name: string) => samples.get(`tencent_live_room_final_${name}${labels}`);
    expect([final('peak_online_members'), final('viewer_seconds'), final('view_count')]).toEqual([
      record.peak_online_members,
      record.viewer_seconds,
      record.views,
    ]);
    expect(final('duration_seconds')).toBeCloseTo(record.duration_seconds ?? 0, 2);
    expect(samples.get(`tencent_live_rooms_ended_total{sdk_app_id="${sdkAppId}"}`)).toBe(1);
    expect(log.text.match(/msg="room ended"/g)).toHaveLength(1);
    let printed = '';
    const io = { stdout: (text: string) => (printed += text), stderr: () => {} };
    await runSessions({ kind: 'sessions', file, sort: 'ended', limit: 20, format: 'csv' }, io);
    expect(printed.split('\r\n')[1]).toContain(`,${sdkAppId},${roomId},`);
  });

  it('If the file cannot be written, polling goes on, and the failure is logged once and counted', async () => {
    const file = join(makeDirectory({ occupied: '' }), 'occupied', 'sessions.jsonl');
    const { log, until } = await endOneRoom(file);
    await until((samples) => samples.get('tencent_live_exporter_session_write_failures_total') === 1);
    const successes = `tencent_live_exporter_collections_total{sdk_app_id="${sdkAppId}",task="online_members"}`;
    const before = (await until(() => true)).get(successes) ?? 0;
    await until((samples) => (samples.get(successes) ?? 0) > before);
    expect(log.text.match(/sessions cannot be written/g)).toHaveLength(1);
  });
});

describe('The command sessions', () => {
  it('A file that cannot be read is a usage error, and lines that are no session are reported', async () => {
    const directory = makeDirectory({ 'sessions.jsonl': 'no session\n' });
    let warned = '';
    const io = { stdout: () => {}, stderr: (text: string) => (warned += text) };
    const run = (name: string) =>
      runSessions({ kind: 'sessions', file: join(directory, name), sort: 'ended', limit: 20, format: 'table' }, io);
    await expect(run('none')).rejects.toThrow('expected a readable file: no such file');
    expect(await run('sessions.jsonl')).toBe(1);
    expect(warned).toContain('found 1 line that is no session');
  });
});
