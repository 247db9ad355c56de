import { measureDaemon } from './daemon.ts';
import { ForkedServer } from './forked-server.ts';
import { measure, measureConcurrent, type Subject } from './measure.ts';
import { type OtherServer, startNginx, startPushgateway } from './other-servers.ts';
import {
  type ByName,
  megabytes,
  ms,
  printTable,
  ratio,
  reference,
  scrapeHeadings,
  scrapeRow,
  type Target,
  targetRow,
  worstBlocks,
} from './report.ts';
import { download } from './scraper.ts';

/**
 * Measures scrapes in comparison with nginx, which serves the same bytes as a file. Every server is a process of its own
 * on the loopback interface; this process scrapes them in turn and takes medians. With `BENCH_QUICK=1` there are fewer
 * scrapes, and the parts with a million series and with the whole daemon (15 minutes) are left out.
 */
const isQuick = process.env['BENCH_QUICK'] === '1';
const scrapes = isQuick ? 21 : 61;
const exporters = ['exporter', 'exporter, 6 % of rooms change each second'] as const;
const targets: Target[] = [];

await measureHundredThousand();
if (!isQuick) {
  await measureMillion();
  await measureWholeDaemon();
}
printTable('Targets', [['target', 'measured', 'limit', ''], ...targets.map(targetRow)]);

async function measureHundredThousand(): Promise<void> {
  const series = 100_000;
  const exporter = await ForkedServer.start('exporter', series);
  const changing = await ForkedServer.start('exporter', series, 0.06);
  const promClient = await ForkedServer.start('prom-client', series);
  const plain = await download(exporter.port, 'identity');
  const gzip = await download(exporter.port, 'gzip');
  const buffer = await ForkedServer.start('buffer', plain.length);
  const nginx = warnUnlessInstalled('nginx', await startNginx({ plain, gzip }));
  const pushgateway = warnUnlessInstalled('prometheus-pushgateway', await startPushgateway(plain));
  const compressing: readonly Subject[] = [
    ...(nginx === undefined ? [] : [{ name: reference, port: nginx.port }]),
    { name: exporters[0], port: exporter.port, forked: exporter },
    { name: exporters[1], port: changing.port, forked: changing },
  ];
  const fast = [...compressing, { name: 'Node.js, one static Buffer', port: buffer.port, forked: buffer }];
  const slow: readonly Subject[] = [
    ...(pushgateway === undefined ? [] : [{ name: 'pushgateway', port: pushgateway.port }]),
    { name: 'prom-client registry', port: promClient.port, forked: promClient },
  ];

  const identity = await measure(fast, { encoding: 'identity', scrapes, pauseMs: 10 });
  const compressed = await measure(compressing, { encoding: 'gzip', scrapes, pauseMs: 10 });
  const slowIdentity = await measure(slow, { encoding: 'identity', scrapes: 7 });
  const slowCompressed = await measure(slow, { encoding: 'gzip', scrapes: 7 });
  const rows = [...fast, ...slow].map(async ({ name, forked }) => {
    const report = await forked?.request('report');
    return [
      ...scrapeRow(name, new Map([...identity, ...slowIdentity]), new Map([...compressed, ...slowCompressed])),
      report === undefined ? '' : megabytes(report.peakRssBytes),
    ];
  });
  const sizes = `${megabytes(plain.length)}, ${megabytes(gzip.length)} compressed`;
  printTable(`${String(series)} series, ${sizes}`, [[...scrapeHeadings, 'peak RSS'], ...(await Promise.all(rows))]);

  // With seconds between two scrapes, as in production, caches are cold.
  const seldom = { scrapes: isQuick ? 5 : 21, pauseMs: 1100 };
  const seldomIdentity = await measure(compressing, { ...seldom, encoding: 'identity' });
  const seldomCompressed = await measure(compressing, { ...seldom, encoding: 'gzip' });
  printTable('The same with seconds between scrapes', [
    scrapeHeadings,
    ...compressing.map(({ name }) => scrapeRow(name, seldomIdentity, seldomCompressed)),
  ]);

  for (const name of exporters) {
    targets.push(
      { name: `${name}: identity, × nginx`, value: ratio(identity, name), limit: 1.5 },
      { name: `${name}: gzip, × nginx`, value: ratio(compressed, name), limit: 3 },
      ...blockTargets(name, identity, compressed),
      { name: `${name}, seconds apart: identity`, value: seldomIdentity.get(name)?.ms ?? NaN, limit: 10, unit: ' ms' },
      { name: `${name}, seconds apart: gzip`, value: seldomCompressed.get(name)?.ms ?? NaN, limit: 10, unit: ' ms' },
    );
  }
  for (const server of [exporter, changing, promClient, buffer, nginx, pushgateway]) await server?.stop();
}

async function measureMillion(): Promise<void> {
  const rows: (readonly string[])[] = [
    ['', 'identity', 'gzip', 'block: median', 'p95', 'max', 'eight at once', 'peak RSS'],
  ];
  for (const changes of [0, 0.06]) {
    const name = changes === 0 ? 'a million series' : 'a million series, 6 % of rooms change each second';
    const exporter = await ForkedServer.start('exporter', 1_000_000, changes);
    const subject = { name, port: exporter.port, forked: exporter };
    const identity = await measure([subject], { encoding: 'identity', scrapes: 21, pauseMs: 200 });
    const compressed = await measure([subject], { encoding: 'gzip', scrapes: 21, pauseMs: 200 });
    const eightMs = await measureConcurrent(exporter.port, 8, 7);
    const { peakRssBytes } = await exporter.request('report');
    const oneMs = identity.get(name)?.ms ?? Number.NaN;
    const blocks = worstBlocks(identity.get(name), compressed.get(name));
    rows.push([
      name,
      ms(oneMs),
      ms(compressed.get(name)?.ms),
      ms(blocks?.median),
      ms(blocks?.p95),
      ms(blocks?.max),
      ms(eightMs),
      megabytes(peakRssBytes),
    ]);
    targets.push(
      ...blockTargets(name, identity, compressed),
      { name: `${name}: eight at once, × one`, value: eightMs / oneMs, limit: 10 },
      { name: `${name}: peak RSS`, value: peakRssBytes / 1e6, limit: 500, unit: ' MB' },
    );
    await exporter.stop();
  }
  printTable('1000000 series', rows);
}

async function measureWholeDaemon(): Promise<void> {
  const { series, gzipMs, identityMs, lagP99Ms, lagMaxMs, rssBytes, cores } = await measureDaemon({ rooms: 100_000 });
  printTable('The whole daemon, polling 100000 rooms with the whole quota', [
    ['series', 'gzip', 'identity', 'event-loop lag p99', 'max', 'RSS', 'cores'],
    [String(series), ms(gzipMs), ms(identityMs), ms(lagP99Ms), ms(lagMaxMs), megabytes(rssBytes), cores.toFixed(2)],
  ]);
  targets.push(
    { name: 'daemon: event-loop lag p99', value: lagP99Ms, limit: 20, unit: ' ms' },
    { name: 'daemon: RSS', value: rssBytes / 1e6, limit: 700, unit: ' MB' },
  );
}

function blockTargets(name: string, identity: ByName, gzip: ByName): readonly Target[] {
  const blocks = worstBlocks(identity.get(name), gzip.get(name));
  return [
    { name: `${name}: block per scrape, median`, value: blocks?.median ?? Number.NaN, limit: 5, unit: ' ms' },
    { name: `${name}: block per scrape, 95 of 100`, value: blocks?.p95 ?? Number.NaN, limit: 5, unit: ' ms' },
  ];
}

function warnUnlessInstalled(name: string, server: OtherServer | undefined): OtherServer | undefined {
  if (server === undefined) process.stdout.write(`${name} is not installed: apt-get install ${name}\n`);
  return server;
}
