import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { requireProgram } from '../support/require-program.ts';
import { readSamples } from '../support/samples.ts';
import { configYaml, writeTemporary } from '../support/simulated-config.ts';

const main = join(new URL('../..', import.meta.url).pathname, 'dist/main.js');
const hour = 3600;

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((stop) => stop()));
});

/** Where the command `faketime` has installed the library that it preloads. */
function faketimeLibrary(): string {
  return spawnSync('faketime', ['now', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).stdout.trim();
}

async function addressOf(process: ChildProcess): Promise<string> {
  let log = '';
  for (;;) {
    const [, address] = /address=(\S+)/.exec(log) ?? [];
    if (address !== undefined) return address;
    const [chunk] = (await once(process.stderr ?? process, 'data')) as [Buffer];
    log += chunk.toString();
  }
}

/** The real process with a wall clock that can be set. Its schedules trigger each second. */
async function startWithWallClock() {
  const simulator = await startSimulator({ rooms: 5, seed: 5, enforceQuotas: true });
  cleanUp.push(() => simulator.stop());
  const everySecond = { schedule: '* * * * * *' };
  const off = { enabled: false };
  const tasks = { room_list: everySecond, room_info: everySecond, online_members: everySecond, member_list: off };
  const config = writeTemporary('exporter.yml', configYaml(simulator, { sections: { tasks, log: {} } }));
  const stepFile = writeTemporary('step', '+0\n');
  const child = spawn('node', [main, `--config.file=${config}`], {
    env: {
      PATH: process.env['PATH'],
      LD_PRELOAD: faketimeLibrary(),
      FAKETIME_TIMESTAMP_FILE: stepFile,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  cleanUp.push(() => {
    child.kill('SIGKILL');
    return ended;
  });
  const address = await addressOf(child);
  child.stderr.resume();
  const scrape = async () => readSamples(await (await fetch(`http://${address}/metrics`)).text());
  /** Scrapes until room_list and room_info have each ended this many more collections. */
  const collections = async (count: number): Promise<ReadonlyMap<string, number>> => {
    const ofTask = (samples: ReadonlyMap<string, number>) =>
      [...samples].filter(([name]) => /exporter_collections_total\{.*task="room_(list|info)"/.test(name));
    const before = new Map(ofTask(await scrape()));
    for (;;) {
      const samples = await scrape();
      const counts = ofTask(samples);
      if (counts.length === 2 && counts.every(([name, total]) => total >= (before.get(name) ?? 0) + count))
        return samples;
      // Scrapes without a pause would leave no time for the collections.
      await pause(25);
    }
  };
  return {
    setWallClock: (seconds: number) => writeFileSync(stepFile, `${seconds < 0 ? '' : '+'}${seconds}\n`),
    collections,
  };
}

requireProgram({ program: 'faketime', from: 'faketime' }, 'A wall clock that is set', () => {
  it('Each task goes on within an interval after a step back and forward, no value vanishes, and exported times follow it', async () => {
    const { setWallClock, collections } = await startWithWallClock();
    await collections(1);
    for (const step of [-hour, hour, 0]) {
      setWallClock(step);
      const samples = await collections(3);
      const valuesOf = (name: string) => [...samples].filter(([series]) => series.startsWith(`${name}{`));
      expect(valuesOf('tencent_live_room_online_members')).toHaveLength(5);
      expect(valuesOf('tencent_live_room_view_count')).toHaveLength(5);
      const times = valuesOf('tencent_live_exporter_last_collection_success_timestamp_seconds').map(
        ([, seconds]) => seconds - step - Date.now() / 1000,
      );
      expect(times).toHaveLength(3);
      for (const difference of times) expect(Math.abs(difference)).toBeLessThan(60);
    }
  });
});
