import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createExposition } from '../../src/metrics/exposition.ts';
import { createExporterMetrics } from '../../src/metrics/self/exporter-metrics.ts';
import { freePort } from '../support/free-port.ts';
import { requireProgram } from '../support/require-program.ts';
import { createRoomMetrics, decode } from '../support/room-metrics.ts';
import { completeApp, completeAppRooms, namedRoom } from '../support/sample-rooms.ts';
import { startTestServer, type TestServer } from '../support/web-server.ts';

requireProgram({ program: 'prometheus', from: 'prometheus' }, 'An exposition with hostile names', () => {
  let server: TestServer;
  let scraper: ChildProcess;
  let prometheus = '';
  const exposed: string[] = [];

  beforeAll(async () => {
    const rooms = [
      ...completeAppRooms,
      ...Array.from({ length: 3000 }, (_, index) => namedRoom(`room ${index}`, '名"\\\n')),
    ];
    const { roomMetrics } = createRoomMetrics([{ sdkAppId: completeApp.sdkAppId, rooms }]);
    const metrics = createExporterMetrics({ version: '1.2.3', lastCollection: () => undefined });
    const render = createExposition({
      apps: () => [completeApp],
      rooms: () => roomMetrics.currentSnapshot(),
      metrics,
    });
    server = await startTestServer({
      render: async (request) => {
        const chunks = await render(request);
        exposed.push(decode(chunks, request));
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

  it('Prometheus ingests the exposition completely and without an error', async () => {
    const { scrapeUrl, lastError, health } = await scrapedTarget();
    expect([scrapeUrl, lastError, health]).toEqual([`http://${server.address}/metrics`, '', 'up']);
    // Prometheus reports a target as up shortly before it stores the samples.
    while (Number.isNaN(await value('scrape_samples_scraped'))) await new Promise((resolve) => setTimeout(resolve, 50));
    // Prometheus decides which scrape the query sees, and some series of the process appear between two scrapes.
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
        // Prometheus has not started yet.
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
