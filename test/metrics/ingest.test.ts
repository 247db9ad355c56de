import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createExporterMetrics } from '../../src/metrics/exporter/exporter-metrics.ts';
import { Exposition } from '../../src/metrics/exposition.ts';
import { startTestServer, type TestServer } from '../support/web-server.ts';
import { exposeRooms, textOf, timerless } from '../support/exposed.ts';
import { namedRoom, wholeApp, wholeRooms } from '../support/room-samples.ts';
import { describeWith } from '../support/require-program.ts';

describeWith({ program: 'prometheus', from: 'prometheus' }, 'Prometheus', () => {
  let server: TestServer;
  let scraper: ChildProcess;
  let prometheus = '';
  const exposed: string[] = [];

  beforeAll(async () => {
    const rooms = [...wholeRooms, ...Array.from({ length: 3000 }, (_, index) => namedRoom(`room ${index}`, '名"\\\n'))];
    const { exposition } = exposeRooms([{ sdkAppId: wholeApp.sdkAppId, rooms }]);
    const metrics = createExporterMetrics({ version: '1.2.3' });
    const { render } = new Exposition({
      apps: () => [wholeApp],
      rooms: () => exposition.current(),
      metrics,
      clock: timerless,
    });
    server = await startTestServer({
      render: async (wanted) => {
        const chunks = await render(wanted);
        exposed.push(textOf(chunks, wanted));
        return chunks;
      },
    });
    const directory = mkdtempSync(join(tmpdir(), 'ingest-'));
    const config = `global: { scrape_interval: 4s }
scrape_configs:
  - { job_name: ingest, static_configs: [{ targets: ['${server.address}'] }] }
`;
    writeFileSync(join(directory, 'prometheus.yml'), config);
    prometheus = `127.0.0.1:${await freePort()}`;
    scraper = spawn(
      'prometheus',
      [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=${prometheus}`,
      ],
      { stdio: 'ignore' },
    );
  });

  afterAll(async () => {
    const exited = new Promise((resolve) => scraper.once('exit', resolve));
    scraper.kill('SIGTERM');
    await exited;
    await server.stop();
  });

  it('ingests every sample of an exposition with hostile names, without an error', async () => {
    const { scrapeUrl, lastError, health } = await scrapedTarget();
    expect([scrapeUrl, lastError, health]).toEqual([`http://${server.address}/metrics`, '', 'up']);
    // Which scrape the query sees is up to Prometheus; some of the process' own series are born between two.
    const samples = exposed.map((text) => text.split('\n').filter((line) => /^[^#]/.test(line)).length);
    expect(samples).toContain(await value('scrape_samples_scraped'));
    expect(await value('scrape_samples_scraped - scrape_samples_post_metric_relabeling')).toBe(0);
    const ofRooms = await value('count({__name__=~"tencent_live_room_.*"})');
    expect(ofRooms).toBe(await value('tencent_live_exporter_snapshot_series'));
    expect(await value('count(tencent_live_room_info{room_name="名\\"\\\\\\n"})')).toBe(3000);
  }, 30_000);

  interface Target {
    readonly scrapeUrl: string;
    readonly lastError: string;
    readonly health: string;
  }

  /** The target, once it has been scraped. */
  async function scrapedTarget(): Promise<Target> {
    for (;;) {
      try {
        const response = await fetch(`http://${prometheus}/api/v1/targets`);
        const { data } = (await response.json()) as { data: { activeTargets: readonly Target[] } };
        const target = data.activeTargets[0];
        if (target !== undefined && target.health !== 'unknown') return target;
      } catch {
        // It has not started yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function value(query: string): Promise<number> {
    const response = await fetch(`http://${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await response.json()) as { data: { result: readonly { value: readonly [number, string] }[] } };
    return Number(data.result[0]?.value[1]);
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
