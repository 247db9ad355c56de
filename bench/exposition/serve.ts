import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Gauge, Registry } from 'prom-client';
import { systemClock } from '../../src/platform/clock.ts';
import { exportedFamilies } from '../../src/metrics/rooms/catalogue.ts';
import { createExporterMetrics } from '../../src/metrics/exporter/exporter-metrics.ts';
import { createExposition } from '../../src/metrics/exposition.ts';
import { RoomMetrics } from '../../src/metrics/rooms/room-metrics.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { startWebServer } from '../../src/web/web-server.ts';
import { busyApp } from './app.ts';
import { benchRoom, seriesPerRoom, startChurn, tenFamilies } from './rooms.ts';
import type { BlockQuestion, ServedReport } from './served.ts';

/** The exporter's own web server and exposition over rooms that nobody polls. */
async function serveExporter(series: number, churn: number): Promise<number> {
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const roomMetrics = new RoomMetrics({ config: () => tenFamilies, clock: systemClock, logger });
  const listener = roomMetrics.addApp(busyApp.sdkAppId);
  const rooms = Array.from({ length: series / seriesPerRoom }, (_, rank) => benchRoom(rank));
  for (const room of rooms) listener.published(room);
  await roomMetrics.currentSnapshot();
  if (churn > 0) startChurn(rooms, churn, listener);
  const metrics = createExporterMetrics({ version: '0.0.0', lastCollection: () => undefined });
  const web = await startWebServer({
    listenAddress: { host: '127.0.0.1', port: 0 },
    telemetryPath: '/metrics',
    render: createExposition({ apps: () => [busyApp], rooms: () => roomMetrics.snapshot(), metrics }),
    readiness: () => undefined,
    configText: () => '',
    statusPage: () => '',
    logger,
    onRequest: () => {},
  });
  return web.port;
}

/** The same series in prom-client's registry, as its documentation shows it. */
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
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await registry.metrics();
    const wantsGzip = request.headers['accept-encoding'] === 'gzip';
    const body = wantsGzip ? await compress(text, { level: 1 }) : Buffer.from(text);
    response.setHeader('Content-Length', body.length);
    response.end(body);
  };
  return listening((request, response) => void answer(request, response));
}

/** What Node itself needs for one Buffer of so many bytes. */
async function serveBuffer(bytes: number): Promise<number> {
  const body = Buffer.alloc(bytes, 'x');
  return listening((_request, response) => {
    response.setHeader('Content-Length', body.length);
    response.end(body);
  });
}

async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const servers: Readonly<Record<string, (size: number, churn: number) => Promise<number>>> = {
  exporter: serveExporter,
  'prom-client': servePromClient,
  buffer: serveBuffer,
};

const [, , kind = '', size = '0', churn = '0'] = process.argv;
const port = (await servers[kind]?.(Number(size), Number(churn))) ?? 0;
const resolutionMs = 1;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();
process.on('message', (question: BlockQuestion) => {
  if (question === 'forget') {
    delays.reset();
    process.send?.({ port, blockMs: 0, peakRssBytes: 0 } satisfies ServedReport);
    return;
  }
  // The histogram counts the time from turn to turn, the timer's own millisecond included.
  const blockMs = Math.max(0, delays.max / 1e6 - resolutionMs);
  const report: ServedReport = { port, blockMs, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
  process.send?.(report);
});
process.on('disconnect', () => process.exit());
process.send?.({ port, blockMs: 0, peakRssBytes: 0 } satisfies ServedReport);
