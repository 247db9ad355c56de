import { measureDaemon } from './daemon.ts';
import { startNginx, startPushgateway, type Foreign } from './foreign.ts';
import { measure, measureParallel, type Measured, type Subject } from './measure.ts';
import { download } from './scraper.ts';
import { Served } from './served.ts';
import { megabytes, ms, printTable, verdict } from './table.ts';

/**
 * What a scrape costs, beside nginx that serves the same bytes as a file: the targets of the exposition, in one run.
 * Every server is a process of its own on loopback; this one scrapes them in turns and takes medians. With
 * `BENCH_QUICK=1` there are fewer scrapes, and neither a million series nor the whole daemon, which takes 15 minutes to fill.
 */
const isQuick = process.env['BENCH_QUICK'] === '1';
const scrapes = isQuick ? 15 : 61;
const head = ['', 'identity', '× nginx', 'gzip', '× nginx', 'block: median', 'p95', 'max'];
const targets: (readonly string[])[] = [['target', 'measured', 'wanted', '']];

await measureHundredThousand();
if (!isQuick) {
  await measureMillion();
  await measureWhole();
}
printTable('Targets', targets);

async function measureHundredThousand(): Promise<void> {
  const series = 100_000;
  const exporter = await Served.start('exporter', series);
  const changing = await Served.start('exporter', series, 0.06);
  const promClient = await Served.start('prom-client', series);
  const plain = await download(exporter.port, 'identity');
  const gzip = await download(exporter.port, 'gzip');
  const buffer = await Served.start('buffer', plain.length);
  const nginx = installed('nginx', await startNginx({ plain, gzip }));
  const pushgateway = installed('prometheus-pushgateway', await startPushgateway(plain));
  const fast: readonly Subject[] = [
    ...(nginx === undefined ? [] : [{ name: 'nginx, static file', port: nginx.port }]),
    { name: 'Node, one static Buffer', port: buffer.port, served: buffer },
    { name: 'exporter', port: exporter.port, served: exporter },
    { name: 'exporter, 6 % of rooms change each second', port: changing.port, served: changing },
  ];
  const slow: readonly Subject[] = [
    ...(pushgateway === undefined ? [] : [{ name: 'pushgateway', port: pushgateway.port }]),
    { name: 'prom-client registry', port: promClient.port, served: promClient },
  ];
  const identity = await measure(fast, { encoding: 'identity', scrapes, pauseMs: 10 });
  const compressing = fast.filter(({ name }) => !name.startsWith('Node'));
  const compressed = await measure(compressing, { encoding: 'gzip', scrapes, pauseMs: 10 });
  // With seconds between two scrapes, as in use, code and caches have grown cold.
  const rare = { scrapes: isQuick ? 3 : 21, pauseMs: 1100 };
  const rareIdentity = await measure(compressing, { ...rare, encoding: 'identity' });
  const rareCompressed = await measure(compressing, { ...rare, encoding: 'gzip' });
  const slowIdentity = await measure(slow, { encoding: 'identity', scrapes: 7 });
  const slowCompressed = await measure(slow, { encoding: 'gzip', scrapes: 7 });
  const reports = new Map(
    await Promise.all([...fast, ...slow].map(async ({ name, served }) => [name, await served?.ask('tell')] as const)),
  );
  printTable(`${String(series)} series, ${megabytes(plain.length)}, ${megabytes(gzip.length)} compressed`, [
    [...head, 'peak RSS'],
    ...[...fast, ...slow].map(({ name }) => {
      const report = reports.get(name);
      return [
        ...row(name, new Map([...identity, ...slowIdentity]), new Map([...compressed, ...slowCompressed])),
        report === undefined ? '' : megabytes(report.peakRssBytes),
      ];
    }),
  ]);
  printTable('The same, one scrape in some seconds', [
    head,
    ...compressing.map(({ name }) => row(name, rareIdentity, rareCompressed)),
  ]);
  judge('', identity, compressed);
  judge(', seconds apart', rareIdentity, rareCompressed);
  for (const server of [exporter, changing, promClient, buffer, nginx, pushgateway]) await server?.stop();
}

type ByName = ReadonlyMap<string, Measured>;

function row(name: string, identity: ByName, compressed: ByName): readonly string[] {
  const [one, other] = [identity.get(name), compressed.get(name)];
  const block = worst(one, other);
  return [
    name,
    ms(one?.ms),
    ratio(one, identity.get('nginx, static file')),
    ms(other?.ms),
    ratio(other, compressed.get('nginx, static file')),
    ms(block?.median),
    ms(block?.p95),
    ms(block?.max),
  ];
}

/** Holds what was measured against the targets; without nginx, only the blocks. */
function judge(when: string, identity: ByName, compressed: ByName): void {
  const floor = { identity: identity.get('nginx, static file'), gzip: compressed.get('nginx, static file') };
  for (const name of ['exporter', 'exporter, 6 % of rooms change each second']) {
    const [one, other] = [identity.get(name), compressed.get(name)];
    if (one === undefined || other === undefined) continue;
    const what = name + when;
    if (floor.identity !== undefined)
      targets.push(verdict(`${what}: identity, × nginx`, one.ms / floor.identity.ms, 1.5));
    if (floor.gzip !== undefined) targets.push(verdict(`${what}: gzip, × nginx`, other.ms / floor.gzip.ms, 3));
    targets.push(verdict(`${what}: block per scrape, median`, worst(one, other)?.median ?? Number.NaN, 5, ' ms'));
    targets.push(verdict(`${what}: block per scrape, 95 of 100`, worst(one, other)?.p95 ?? Number.NaN, 5, ' ms'));
  }
}

async function measureMillion(): Promise<void> {
  const rows: (readonly string[])[] = [
    ['', 'identity', 'gzip', 'block: median', 'p95', 'max', 'eight at once', 'peak RSS'],
  ];
  for (const churn of [0, 0.06]) {
    const name = churn === 0 ? 'a million series' : 'a million series, 6 % of rooms change each second';
    const exporter = await Served.start('exporter', 1_000_000, churn);
    const subject = { name, port: exporter.port, served: exporter };
    const identity = await measure([subject], { encoding: 'identity', scrapes: 21, pauseMs: 200 });
    const compressed = await measure([subject], { encoding: 'gzip', scrapes: 21, pauseMs: 200 });
    const eight = await measureParallel(exporter.port, 8, 7);
    const { peakRssBytes } = await exporter.ask('tell');
    const [one, other] = [identity.get(name), compressed.get(name)];
    const block = worst(one, other);
    rows.push([
      name,
      ms(one?.ms),
      ms(other?.ms),
      ms(block?.median),
      ms(block?.p95),
      ms(block?.max),
      ms(eight),
      megabytes(peakRssBytes),
    ]);
    targets.push(verdict(`${name}: block per scrape, median`, block?.median ?? Number.NaN, 5, ' ms'));
    targets.push(verdict(`${name}: block per scrape, 95 of 100`, block?.p95 ?? Number.NaN, 5, ' ms'));
    targets.push(verdict(`${name}: eight at once, × one`, eight / (one?.ms ?? Number.NaN), 10));
    targets.push(verdict(`${name}: peak RSS`, peakRssBytes / 1e6, 500, ' MB'));
    await exporter.stop();
  }
  printTable('1000000 series', rows);
}

async function measureWhole(): Promise<void> {
  const { series, gzipMs, identityMs, delay, cores } = await measureDaemon(100_000);
  printTable('The whole daemon, 100000 rooms, polling with the whole quota', [
    ['series', 'gzip', 'identity', 'loop delay p50', 'p99', 'max', 'RSS', 'peak', 'cores'],
    [
      String(series),
      ms(gzipMs),
      ms(identityMs),
      ms(delay.p50Ms),
      ms(delay.p99Ms),
      ms(delay.maxMs),
      megabytes(delay.rssBytes),
      megabytes(delay.peakRssBytes),
      cores.toFixed(2),
    ],
  ]);
  targets.push(verdict('daemon: event-loop delay p99', delay.p99Ms, 20, ' ms'));
  targets.push(verdict('daemon: RSS', delay.rssBytes / 1e6, 700, ' MB'));
}

function installed(name: string, server: Foreign | undefined): Foreign | undefined {
  if (server === undefined) process.stdout.write(`${name} is not installed: apt-get install ${name}\n`);
  return server;
}

function ratio(measured: Measured | undefined, floor: Measured | undefined): string {
  return measured === undefined || floor === undefined ? '' : (measured.ms / floor.ms).toFixed(1);
}

function worst(...measured: readonly (Measured | undefined)[]): Measured['blockMs'] {
  const blocks = measured.flatMap((one) => one?.blockMs ?? []);
  if (blocks.length === 0) return undefined;
  return {
    median: Math.max(...blocks.map(({ median }) => median)),
    p95: Math.max(...blocks.map(({ p95 }) => p95)),
    max: Math.max(...blocks.map(({ max }) => max)),
  };
}
