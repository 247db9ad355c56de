import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { sumOf } from '../support/chaos/daemon.ts';
import { polledDaemons } from '../support/chaos/polled-daemon.ts';
import { callsFailed, disturb, endInTime, recoverInTime, withstand } from '../support/chaos/withstand.ts';
import { until } from '../e2e/until.ts';
import { requireProgram } from '../support/require-program.ts';

jest.setTimeout(120_000);

const sdkAppId = 1_400_000_001;

const { start, release } = polledDaemons();

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  release(() => rmSync(folder, { recursive: true }));
  return folder;
}

function open(path: string): number {
  const fd = openSync(path, 'a');
  release(() => closeSync(fd));
  return fd;
}

/** Both can be read while no descriptor is left. */
const total = (name: string) => (scraped: string) => sumOf(scraped, `tencent_live_exporter_${name}`);
const lostLines = total('log_lines_lost_total');
const failedWrites = total('state_write_failures_total');

requireProgram({ program: 'prlimit', from: 'util-linux' }, 'Limits that are reached', () => {
  it('The daemon withstands that it can open no file or connection', async () => {
    const polled = await start({});
    const { daemon, api } = polled;
    let timer: NodeJS.Timeout | undefined;
    release(() => clearInterval(timer));
    const problems = await withstand(polled, {
      begin: () => {
        daemon.limit('nofile', 1);
        timer = setInterval(() => api.closeIdleConnections(), 50);
      },
      end: () => {
        clearInterval(timer);
        daemon.limit('nofile', 1024);
      },
      isFelt: callsFailed(15),
    });
    expect(problems).toEqual([]);
  });

  it('A full disk costs log lines and delays the state, and both are written again when it has space', async () => {
    const folder = makeFolder();
    const options = () => ({
      log: open(join(folder, 'log')),
      flags: ['--log.level=debug'],
      sections: { state: { path: folder }, sessions: { file: join(folder, 'sessions.jsonl') } },
    });
    const polled = await start(options());
    const beforeMs = performance.now();
    await disturb(polled, {
      begin: () => polled.daemon.limit('fsize', 0),
      isFelt: (scraped) => failedWrites(scraped) > 0 && lostLines(scraped) > 0,
    });
    expect(polled.recorder.roomsGivenSince({ sdkAppId, command: 'get_room_info' }, beforeMs).size).toBeGreaterThan(0);
    polled.daemon.limit('fsize', 'unlimited');
    expect([await recoverInTime(polled), await endInTime(polled)]).toEqual([[], []]);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toMatch(/level=warn .* lost=\d+\n/);

    const saved = readFileSync(join(folder, `${sdkAppId}.state`), 'utf8');
    const restarted = await start({ ...options(), after: polled });
    expect(total('state_restored_rooms')(await restarted.daemon.scrape())).toBeGreaterThan(0);
    await disturb(restarted, {
      begin: () => restarted.daemon.limit('fsize', 0),
      isFelt: (scraped) => lostLines(scraped) > 0,
    });
    expect(await endInTime(restarted)).toEqual([]);
    expect(readFileSync(join(folder, `${sdkAppId}.state`), 'utf8')).toBe(saved);
  });
});

describe('A log that cannot be written', () => {
  it('The daemon starts, polls and ends with a log on a disk that is full', async () => {
    const polled = await start({ log: open('/dev/full'), flags: ['--log.level=debug'] });
    await disturb(polled, { isFelt: (scraped) => lostLines(scraped) > 10 });
    expect([await recoverInTime(polled), await endInTime(polled)]).toEqual([[], []]);
  });

  it.each([
    { end: 'it comes back', comesBack: true },
    { end: 'SIGTERM', comesBack: false },
  ])('The daemon polls on while the reader of its log has stalled, until $end', async ({ comesBack }) => {
    const polled = await start({ log: 'unread' });
    const { daemon } = polled;
    const mistakes = Array.from({ length: 100 }, (_, index) => `${'unknown'.repeat(20)}_${index}: 1\n`);
    writeFileSync(daemon.configFile, mistakes.join(''));
    await disturb(polled, {
      begin: async () => {
        // Each reload logs all mistakes. The buffer of the pipe fills, and then that of the daemon.
        while (lostLines(polled.lastScrape()) === 0) await daemon.reload().catch(() => {});
      },
      isFelt: (scraped) => lostLines(scraped) > 0,
    });
    expect(await recoverInTime(polled)).toEqual([]);
    if (comesBack) {
      daemon.readLog();
      await until({
        what: 'the log to say how many lines are lost',
        deadlineMs: performance.now() + 10_000,
        find: () => /lost=\d+\n/.test(daemon.log()),
        isEnough: (found) => found,
      });
    }
    expect(await endInTime(polled)).toEqual([]);
  });
});
