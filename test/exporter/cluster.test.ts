import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const main = join(import.meta.dirname, '../../dist/main.js');

/** Prints the names of the CommonJS packages that were loaded, when the process ends. */
const printPackages = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module';
  process.on('exit', () => {
    const files = Object.keys(createRequire(process.cwd() + '/x.js').cache);
    const names = files.map((file) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
    process.stderr.write('packages: ' + [...new Set(names)].join(' ') + '\\n');
  });
`)}`;

/** The packages that a daemon has loaded when it is ready or reports a problem, and the files in its working directory. */
async function run(flags: readonly string[], { until }: { readonly until: string }) {
  const directory = makeDirectory({});
  const child = spawn(
    process.execPath,
    ['--import', printPackages, main, '--web.listen-address=127.0.0.1:0', ...flags],
    {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    // A second signal would end the process at once.
    if (text.includes(until) && !child.killed) child.kill('SIGTERM');
  });
  await once(child, 'close');
  const [, packages = ''] = /^packages: (.*)$/m.exec(text) ?? [];
  return { packages: packages.split(' '), files: readdirSync(directory) };
}

it('Without a cluster and a state, the client of Redis is not loaded and no file is written', async () => {
  const { packages, files } = await run(['--demo'], { until: 'msg=listening' });
  expect(packages).toContain('pino');
  expect(packages).not.toContain('@redis/client');
  expect(files).toEqual([]);
});

it('With a cluster, the exporter starts although Redis cannot be reached, and says so', async () => {
  const config = `
    web: { listen_address: "127.0.0.1:0" }
    apps: [{ sdk_app_id: 1, secret_key: k }]
    cluster: { redis_url: "redis://127.0.0.1:1" }`;
  const file = join(makeDirectory({ 'exporter.yml': config }), 'exporter.yml');
  const { packages } = await run([`--config.file=${file}`], { until: 'msg="Redis cannot be reached"' });
  expect(packages).toContain('@redis/client');
});
