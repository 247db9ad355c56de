import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { prometheusApi } from '../../test/grafana/prometheus.ts';
import { errorsIn } from './check.ts';
import { openCanvas } from './chromium.ts';
import { writePictures } from './pictures.ts';
import { readDashboards, scenesNow, scenesOf } from './scenes.ts';
import { endSeconds } from './worlds/world.ts';
import { worlds } from './worlds/worlds.ts';

const usage = `Usage: npm run render -- [flags] [check | pictures]

check (default) draws the dashboards in every world, and says what is wrong with them.
pictures writes PNGs of them in light and dark colours.

--dashboard=overview         only this dashboard
--world=drop                 only this world
--to=FOLDER                  of the pictures
--width=1280                 of the panels in a picture, in pixels
--prometheus=URL             pictures of a running Prometheus instead of the worlds
--scrape-interval=15         of that Prometheus, in seconds
--range=1h                   the time range of these pictures instead of the dashboard's
--set=room_id=live-1         a value of a variable for that Prometheus; may be repeated`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dashboard: { type: 'string' },
    world: { type: 'string' },
    to: { type: 'string' },
    width: { type: 'string', default: '1280' },
    prometheus: { type: 'string' },
    'scrape-interval': { type: 'string', default: '15' },
    range: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});
const [command = 'check'] = positionals;
const isValid = command === 'check' ? flags.prometheus === undefined : command === 'pictures' && flags.to !== undefined;
const needed = flags.prometheus === undefined ? ['chromium', 'prometheus'] : ['chromium'];
const missing = needed.filter((program) => pathOf(program) === undefined).join(' and ');

if (flags.help || !isValid) {
  console.log(usage);
  process.exitCode = flags.help ? 0 : 2;
} else if (missing === '') {
  await run();
} else {
  const hint = `not installed: ${missing} (apt-get install ${needed.join(' ')} fonts-inter)`;
  if (process.env['CI'] !== undefined) throw new Error(`${hint}, and CI needs it`);
  console.warn(`skipped drawing the dashboards: ${hint}`);
}

async function run(): Promise<void> {
  const isRunning = flags.prometheus !== undefined;
  const canvas = await openCanvas({
    executablePath: pathOf('chromium') ?? '',
    nowMs: isRunning ? Date.now() : endSeconds * 1000,
  });
  try {
    const dashboards = await readDashboards(flags.dashboard);
    const drawnWorlds = worlds.filter(({ name }) => name === (flags.world ?? name));
    if (drawnWorlds.length === 0)
      throw new Error(`found no world ${String(flags.world)}, expected ${worlds.map(({ name }) => name).join(', ')}`);
    const scenes = isRunning
      ? scenesNow(
          {
            prometheus: prometheusApi(flags.prometheus ?? ''),
            scrapeSeconds: Number(flags['scrape-interval']),
            chosen: chosen(),
            length: flags.range,
          },
          dashboards,
        )
      : scenesOf(drawnWorlds, dashboards);
    if (command === 'pictures') {
      // npm runs this in its own folder, and says where it was called.
      const folder = resolve(process.env['INIT_CWD'] ?? '.', flags.to ?? '');
      const paths = await writePictures(scenes, canvas, { folder, width: Number(flags.width) });
      console.log(paths.join('\n'));
      return;
    }
    const errors = await errorsIn(scenes, canvas);
    console.log(
      errors.map((error) => `${error}\n`).join('') +
        `${String(errors.length)} errors in ${String(dashboards.length)} dashboards and ${String(drawnWorlds.length)} worlds`,
    );
    if (errors.length > 0) process.exitCode = 1;
  } finally {
    await canvas.close();
  }
}

function chosen(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    flags.set.map((text) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      return [name, value];
    }),
  );
}

function pathOf(program: string): string | undefined {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}
