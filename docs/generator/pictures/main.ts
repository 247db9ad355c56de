import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type PrometheusProcess, spawnPrometheus } from '../../../bench/prometheus.ts';
import { startChromium } from '../../../test/support/chromium.ts';
import { runDemo } from '../../../test/support/running-demo.ts';
import { alertTimeline, type AlertHistory, type Point } from './alert-timeline.ts';

const usage = `Usage: npm run pictures -- [--alert]

Writes the pictures of the documentation to docs/pictures: the status page of the demo, in light and dark colours, while a room
loses its audience. Needs Chromium, and takes 2 minutes.

--alert  also starts Prometheus with the shipped rules, and draws the alert on that room from its beginning to its end; if
         grafana/render is installed, also the dashboards while it fires. Needs Prometheus, and takes 12 minutes.`;

const folder = 'docs/pictures';
const alertName = 'TencentLiveRoomAudienceDrop';

const { values: flags } = parseArgs({
  options: { alert: { type: 'boolean', default: false }, help: { type: 'boolean' } },
});
if (flags.help === true) console.log(usage);
else await makePictures();

async function makePictures(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const demo = await runDemo([process.execPath, 'dist/main.js'], { cwd: '.' });
  try {
    if (!flags.alert) await drawStatusPage(demo.address);
    else await withPrometheus(demo.address, (prometheus) => drawAlert(demo.address, prometheus));
  } finally {
    await demo.stop();
  }
}

/** Asks once a second until there is a result. */
async function until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  console.log(`waiting for ${what}`);
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    await sleep(1000);
  }
}

interface ListedRoom {
  readonly online_members: { readonly value: number } | null;
  readonly change_10m: number | null;
}

interface Status {
  readonly apps: readonly { readonly state: string }[];
}

async function drawStatusPage(address: string): Promise<void> {
  const get = async (path: string) => (await fetch(`http://${address}/api/v1/${path}`)).json();
  await until('a room that loses its audience, and an app that is up', async () => {
    const { rooms } = (await get('rooms?sort=loss&limit=1')) as { readonly rooms: readonly ListedRoom[] };
    const { apps } = (await get('status')) as Status;
    const [room] = rooms;
    // More than half of it is gone.
    const hasLost = -(room?.change_10m ?? 0) > (room?.online_members?.value ?? Infinity);
    return hasLost && apps.every(({ state }) => state === 'up') ? true : undefined;
  });
  const browser = startChromium();
  const page = await browser.newPage();
  for (const scheme of ['light', 'dark'] as const) {
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await page.send('Emulation.setEmulatedMedia', { features });
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 1280,
      height: 940,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page.open(`http://${address}/`);
    const { data } = await page.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: false });
    await write(`status-page-${scheme}.png`, Buffer.from(data as string, 'base64'));
  }
  await browser.close();
}

async function write(name: string, content: string | Buffer): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, content);
  console.log(path);
}

/** Runs Prometheus as prometheus.yml says, but with this target and without an Alertmanager. */
async function withPrometheus(target: string, use: (prometheus: PrometheusProcess) => Promise<void>): Promise<void> {
  const database = await mkdtemp(join(tmpdir(), 'pictures-'));
  const shipped = await readFile('prometheus.yml', 'utf8');
  const config = shipped
    .replace('config/rules/', `${process.cwd()}/config/rules/`)
    .replace("'localhost:19123'", `'${target}'`)
    .replace(/^alerting:\n(?: .*\n)*/m, '')
    .replace(/^ *dns_sd_configs:\n(?: *- .*\n?)*/m, '');
  const prometheus = await spawnPrometheus({ folder: database, config, flags: [] });
  try {
    await use(prometheus);
  } finally {
    await prometheus.stop();
    await rm(database, { recursive: true, maxRetries: 5 });
  }
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [seconds: number, value: string])[];
}

async function drawAlert(address: string, prometheus: PrometheusProcess): Promise<void> {
  const alerts = (roomId: string) => `ALERTS{alertname="${alertName}",alertstate="firing",room_id=~"${roomId}"}`;
  const firing = async (roomId = '.+') => prometheus.query<Series>('query', { query: alerts(roomId) });
  const roomId = await until(alertName, async () => (await firing())[0]?.metric['room_id']);
  await drawStatusPage(address);
  drawDashboards(prometheus.address, roomId);
  await until(`the end of ${alertName}`, async () => ((await firing(roomId)).length === 0 ? true : undefined));
  await sleep(60_000);
  const endSeconds = Math.floor(Date.now() / 1000);
  const range = async (query: string): Promise<readonly Point[]> => {
    const parameters = { query, start: `${endSeconds - 900}`, end: `${endSeconds}`, step: '5' };
    const [series] = await prometheus.query<Series>('query_range', parameters);
    return (series?.values ?? []).map(([seconds, value]) => ({ seconds, value: Number(value) }));
  };
  const room = `{room_id="${roomId}"}`;
  const baseline = `max by (sdk_app_id, room_id) (room:tencent_live_audience:baseline${room})`;
  const history: AlertHistory = {
    title: `${alertName} of room ${roomId}`,
    audience: await range(`max by (room_id) (tencent_live_room_online_members${room})`),
    baseline: await range(baseline),
    threshold: await range(
      `${baseline} * on (sdk_app_id) group_left () max by (sdk_app_id) (app:tencent_live_threshold:room_drop_ratio)`,
    ),
    firing: await range(`max(${alerts(roomId)})`),
    lossStartSeconds: (
      await range(`max_over_time(tencent_live_room_audience_loss_start_timestamp_seconds${room}[15m])`)
    ).at(-1)?.value,
  };
  await write('alert-timeline.svg', alertTimeline(history));
}

/** The renderer of the dashboards has packages of its own, which are not always installed. */
function drawDashboards(prometheus: string, roomId: string): void {
  if (!existsSync('grafana/render/node_modules')) return;
  const args = ['run', 'render', '--', 'pictures', `--prometheus=http://${prometheus}`, `--to=${folder}`];
  const { status } = spawnSync('npm', [...args, `--set=room_id=${roomId}`], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the dashboards were not drawn');
}
