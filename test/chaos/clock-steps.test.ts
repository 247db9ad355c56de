import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { sumOf } from '../support/chaos/daemon.ts';
import { polledDaemons } from '../support/chaos/polled-daemon.ts';
import { withstand } from '../support/chaos/withstand.ts';
import { requireProgram } from '../support/require-program.ts';
import { readSamples } from '../support/samples.ts';
import { writeTemporary } from '../support/simulated-config.ts';

jest.setTimeout(120_000);

const hour = 3600;

const { start } = polledDaemons();

/** Where the command `faketime` has installed the library that it preloads. */
function faketimeLibrary(): string {
  return spawnSync('faketime', ['now', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).stdout.trim();
}

/** The variables that give a process a wall clock which can be set, and what sets it, relative to the real time. */
function wallClock() {
  const stepFile = writeTemporary('step', '+0\n');
  return {
    env: {
      LD_PRELOAD: faketimeLibrary(),
      FAKETIME_TIMESTAMP_FILE: stepFile,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    set: (seconds: number) => writeFileSync(stepFile, `${seconds < 0 ? '' : '+'}${seconds}\n`),
  };
}

const collections = (scraped: string) => sumOf(scraped, 'tencent_live_exporter_collections_total');

/** Its schedules trigger each second. */
async function startWithWallClock() {
  const clock = wallClock();
  const { daemon } = await start({ env: clock.env });
  const scrape = async () => readSamples(await daemon.scrape());
  /** Scrapes until room_list and room_info have each ended this many more collections. */
  const nextCollections = async (count: number): Promise<ReadonlyMap<string, number>> => {
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
  return { setWallClock: clock.set, nextCollections };
}

requireProgram({ program: 'faketime', from: 'faketime' }, 'A wall clock that is set', () => {
  it('Each task goes on within an interval after a step back and forward, no value vanishes, and exported times follow it', async () => {
    const { setWallClock, nextCollections } = await startWithWallClock();
    const before = await nextCollections(1);
    const rooms = [...before.keys()].filter((series) => series.startsWith('tencent_live_room_view_count{')).length;
    for (const step of [-hour, hour, 0]) {
      setWallClock(step);
      const samples = await nextCollections(3);
      const valuesOf = (name: string) => [...samples].filter(([series]) => series.startsWith(`${name}{`));
      expect(valuesOf('tencent_live_room_online_members').length).toBe(rooms);
      expect(valuesOf('tencent_live_room_view_count').length).toBe(rooms);
      const times = valuesOf('tencent_live_exporter_last_collection_success_timestamp_seconds').map(
        ([, seconds]) => seconds - step - Date.now() / 1000,
      );
      expect(times).toHaveLength(4);
      for (const difference of times) expect(Math.abs(difference)).toBeLessThan(60);
    }
  });

  it.each([
    { direction: 'back', step: -hour },
    { direction: 'forward', step: hour },
  ])('The daemon withstands a wall clock that is set $direction by an hour and corrected', async ({ step }) => {
    const clock = wallClock();
    const polled = await start({ env: clock.env });
    const failures = () => sumOf(polled.lastScrape(), 'tencent_live_exporter_collection_failures_total');
    const problems = await withstand(polled, {
      begin: () => clock.set(step),
      end: () => clock.set(0),
      isFelt: (scraped, since) => collections(scraped) >= collections(since) + 8,
    });
    expect([problems, failures()]).toEqual([[], 0]);
  });
});
