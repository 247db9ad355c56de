import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Gauge, Registry } from 'prom-client';
import { createExposition } from '../../src/metrics/exposition.ts';
import { exportedFamilies } from '../../src/metrics/rooms/catalogue.ts';
import { RoomMetrics } from '../../src/metrics/rooms/room-metrics.ts';
import { createExporterMetrics } from '../../src/metrics/self/exporter-metrics.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { startWebServer } from '../../src/web/web-server.ts';
import type { ServerKind, ServerReport, ServerRequest } from './forked-server.ts';
import { benchApp, benchRoom, seriesPerRoom, startChanges, tenFamilies } from './rooms.ts';

/** The web server and the exposition of the exporter, with rooms that are not polled. */
async function serveExporter(series: number, changes: number): Promise<number> {
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const roomMetrics = new RoomMetrics({ config: () => tenFamilies, clock: systemClock, logger });
  const listener = roomMetrics.addApp(benchApp.sdkAppId);
  const rooms = Array.from({ length: series / seriesPerRoom }, (_, rank) => benchRoom(rank));
  for (const room of rooms) listener.published(room);
  await roomMetrics.currentSnapshot();
  if (changes > 0) startChanges(rooms, changes, listener);
  const metrics = createExporterMetrics({ version: '0.0.0', lastCollection: () => undefined });
  const web = await startWebServer({
    listenAddress: { host: '127.0.0.1', port: 0 },
    telemetryPath: '/metrics',
    render: createExposition({ apps: () => [benchApp], rooms: (scrape) => roomMetrics.snapshot(scrape), metrics }),
    readiness: () => undefined,
    refusals: () => [],
    configText: () => '',
    status: () => {
      throw new Error('this server has no status page');
    },
    logger,
    onRequest: () => {},
    onRefusal: () => {},
  });
  return web.port;
}

/** The same series in a registry of prom-client, as its documentation recommends. */
async function servePromClient(series: number): Promise<number> {
  const registry = new Registry();
  const rooms = Array.from({ length: series / seriesPerRoom }, (_, rank) => benchRoom(rank));
  for (const { name, help } of exportedFamilies(tenFamilies)) {
    const gauge = new Gauge({ name, help, labelNames: ['sdk_app_id', 'room_id'], registers: [registry] });
    if (!/_(ended|listed|marked|info)|_total$/.test(name) || name.endsWith('_info')) {
      for (const [rank, room] of rooms.entries()) gauge.set({ sdk_app_id: '1400000000', room_id: room.id }, rank);
    }
  }
  const compress = promisify(gzip);
  return serve((request, response) => {
    const respond = async () => {
      const text = await registry.metrics();
      const acceptsGzip = request.headers['accept-encoding'] === 'gzip';
      const body = acceptsGzip ? await compress(text, { level: 1 }) : Buffer.from(text);
      response.setHeader('Content-Length', body.length);
      response.end(body);
    };
    void respond();
  });
}

/** The lower limit for Node.js: one Buffer of the given size. */
async function serveBuffer(bytes: number): Promise<number> {
  const body = Buffer.alloc(bytes, 'x');
  return serve((_request, response) => {
    response.setHeader('Content-Length', body.length);
    response.end(body);
  });
}

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const servers: Readonly<Record<ServerKind, (size: number, changes: number) => Promise<number>>> = {
  exporter: serveExporter,
  'prom-client': servePromClient,
  buffer: serveBuffer,
};

const [, , kind, size, changes] = process.argv;
const port = await servers[kind as ServerKind](Number(size), Number(changes));
const resolutionMs = 1;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();

function report(): void {
  process.send?.({
    port,
    // The histogram measures the time between two turns, which includes the interval of its timer.
    blockMs: Math.max(0, delays.max / 1e6 - resolutionMs),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  } satisfies ServerReport);
}

process.on('message', (request: ServerRequest) => {
  if (request === 'reset') delays.reset();
  report();
});
process.on('disconnect', () => process.exit());
report();
