import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.ts';
import { requireProgram } from '../support/require-program.ts';

const root = new URL('../..', import.meta.url).pathname;

/** Gauges of every room of the demo; live rooms have other gauges too. */
const everyRoom = [
  'online_members',
  'online_members_updated_timestamp_seconds',
  'listed_members',
  'marked_members',
  'info',
];
const everyLiveRoom = [
  'view_count',
  'member_count',
  'max_members',
  'max_seats',
  'seats_enabled',
  'muted',
  'public',
  'activity_status',
];

requireProgram(
  { program: 'prometheus', from: 'prometheus' },
  'The demo, scraped by Prometheus with the repository’s prometheus.yml',
  () => {
    const processes: ChildProcess[] = [];
    let prometheus = '';

    beforeAll(async () => {
      const demo = spawn('node', [join(root, 'dist/main.js'), '--demo', '--web.listen-address=127.0.0.1:0'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      processes.push(demo);
      const address = await lineWith(demo, /msg=listening .*address=(127\.0\.0\.1:\d+)/);
      const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
      const config = readFileSync(join(root, 'prometheus.yml'), 'utf8')
        .replace('localhost:19123', address)
        .replace('scrape_interval: 15s', 'scrape_interval: 1s')
        .replaceAll(' config/rules/', ` ${root}config/rules/`);
      writeFileSync(join(directory, 'prometheus.yml'), config);
      prometheus = `127.0.0.1:${await freePort()}`;
      processes.push(
        spawn(
          'prometheus',
          [
            `--config.file=${directory}/prometheus.yml`,
            `--storage.tsdb.path=${directory}/data`,
            `--web.listen-address=${prometheus}`,
          ],
          { stdio: 'ignore' },
        ),
      );
    }, 30_000);

    afterAll(async () => {
      await Promise.all(processes.map(stopped));
    });

    it('The demo is up, and Prometheus has every gauge of every room within 30 s', async () => {
      const deadline = Date.now() + 30_000;
      let wanted: Record<string, number> = {};
      let found: Record<string, number> = {};
      do {
        // Some of the 201 rooms ended in the half hour before the start. One room is a plain group.
        const rooms = await query('sum(tencent_live_rooms)');
        wanted = Object.fromEntries([
          ['up', 1],
          ...everyRoom.map((name) => [name, rooms]),
          ...everyLiveRoom.map((name) => [name, rooms - 1]),
        ]) as Record<string, number>;
        found = Object.fromEntries(
          await Promise.all(
            Object.keys(wanted).map(async (name) => [
              name,
              await query(name === 'up' ? 'sum(up)' : `count(tencent_live_room_${name})`),
            ]),
          ),
        ) as Record<string, number>;
      } while (Date.now() < deadline && JSON.stringify(found) !== JSON.stringify(wanted));
      expect(found).toEqual(wanted);
      expect(found['online_members']).toBeGreaterThan(180);
    }, 40_000);

    /** The first value of an instant query; 0 for an empty result or while Prometheus starts. */
    async function query(expression: string): Promise<number> {
      try {
        const response = await fetch(`http://${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`);
        const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
        return Number(data.result[0]?.value[1] ?? 0);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return 0;
      }
    }
  },
);

/** Resolves with the first group of the pattern when stderr matches it. */
function lineWith(process: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    process.stderr?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const [, found] = pattern.exec(seen) ?? [];
      if (found !== undefined) resolve(found);
    });
    process.once('exit', () => reject(new Error(`the demo has exited: ${seen}`)));
  });
}

function stopped(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return Promise.resolve();
  process.kill('SIGTERM');
  return new Promise((resolve) => process.once('exit', () => resolve()));
}
