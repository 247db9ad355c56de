import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeTemporary } from '../support/simulated-config.ts';

const main = join(new URL('../..', import.meta.url).pathname, 'dist/main.js');

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn('node', [main, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]): Output => ({ code: code as number | null, ...output }));
  return { process: child, output, ended };
}

async function demoAddress(process: ChildProcess, output: { readonly stderr: string }): Promise<string> {
  for (;;) {
    const [, address] = /msg=listening .*address=(\S+)/.exec(output.stderr) ?? [];
    if (address !== undefined) return address;
    await once(process.stderr ?? process, 'data');
  }
}

describe('The process', () => {
  it('The version is printed on stdout', async () => {
    const { code, stdout, stderr } = await launch(['--version']).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^tencent-live-exporter, version \d+\.\d+\.\d+ \(node v\d+\.\d+\.\d+\)\n$/);
  });

  it('An unknown flag is an error in one line on stderr, with exit code 2', async () => {
    expect(await launch(['--web.listen-adress=:1']).ended).toEqual({
      code: 2,
      stdout: '',
      stderr: "tencent-live-exporter: unknown flag '--web.listen-adress' (Did you mean --web.listen-address?)\n",
    });
  });

  it('A usage error has exit code 2 even if its message cannot be written', () => {
    const stderr = openSync('/dev/full', 'w');
    const { status } = spawnSync('node', [main, '--web.listen-adress=:1'], { stdio: ['ignore', 'ignore', stderr] });
    closeSync(stderr);
    expect(status).toBe(2);
  });

  it('A limit of open files that is too low even for the start is an error in one line, with exit code 1', () => {
    const { status, stderr } = spawnSync('bash', ['-c', 'ulimit -n 40; exec node "$0" --demo', main], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      'tencent-live-exporter: too few open files are allowed to start: raise the limit (ulimit -n) to 1024\n',
    ]);
  });

  it('SIGHUP before the configuration is read does not end the process', () => {
    // Sent as soon as it is handled, which is before the program is loaded.
    const sendSighup = `process.on('newListener', (name) => name === 'SIGHUP' && process.nextTick(() => {
      process.kill(process.pid, 'SIGHUP');
      console.error('sent');
    }))`;
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(sendSighup)}`, main, '--version'];
    const { status, stderr } = spawnSync('node', flags, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, 'sent\n']);
  });

  it('A config error is printed with file, line and column, with exit code 2', async () => {
    const path = writeTemporary('bad.yml', 'apps:\n  - sdk_app_id: 1400000000\n    secret_kay: x\n');
    const { code, stderr } = await launch([`--config.file=${path}`, '--config.check']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(`tencent-live-exporter: ${path}:3:5: `);
  });

  it('A check of the config reads the files with room ids, and the daemon starts in spite of their errors', async () => {
    const rooms = writeTemporary('rooms.yml', '- 12345\n- [x]\n');
    const path = writeTemporary(
      'exporter.yml',
      `apps: [{ sdk_app_id: 1, secret_key: k, base_url: "http://127.0.0.1:1", rooms: { discover: none, files: [${rooms}] } }]\n`,
    );
    const { code, stderr } = await launch([`--config.file=${path}`, '--config.check']).ended;
    expect([code, stderr]).toEqual([
      2,
      `tencent-live-exporter: ${rooms}:2:3: entry 2: found a list, expected a room id of 1 to 48 printable ASCII characters\n`,
    ]);
    const daemon = launch([`--config.file=${path}`, '--web.listen-address=127.0.0.1:0']);
    const address = await demoAddress(daemon.process, daemon.output);
    const failed = `tencent_live_exporter_file_discovery_failed{sdk_app_id="1",path="${rooms}"} 1\n`;
    // The files are read just after the daemon listens.
    while (!(await (await fetch(`http://${address}/metrics`)).text()).includes(failed));
    daemon.process.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
  });

  it('Environment variables alone are a valid config, and a check says so', async () => {
    const env = { TENCENT_SDK_APP_ID: '1400000000', TENCENT_SECRET_KEY: 'k'.repeat(64) };
    const directory = writeTemporary('unused', '').replace(/\/unused$/, '');
    const child = spawn('node', [main, '--config.check'], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, stdout]).toEqual([0, 'the environment: configuration is valid\n']);
  });

  it('A check prints one line on stderr for each warning, and the config is valid', async () => {
    const path = writeTemporary(
      'slow.yml',
      `apps: [{ sdk_app_id: 1400000000, secret_key: k }]
tasks: { online_members: { schedule: '0 */15 * * * *' }, room_info: { requests_per_second: 300 } }
`,
    );
    expect(await launch([`--config.file=${path}`, '--config.check']).ended).toEqual({
      code: 0,
      stdout: `${path}: configuration is valid\n`,
      stderr:
        'tencent-live-exporter: warning: tasks.room_info.requests_per_second: 300: Tencent documents at most 200 calls of get_room_info per second; keep it only if Tencent has raised the quota of the app; otherwise calls are refused, those of your own backend too\n' +
        'tencent-live-exporter: warning: tasks.online_members.schedule: every 900 s: the alert rules may see a drop only in the second response after it, up to 1800 s later; choose a schedule of every 60 s or shorter\n',
    });
  });

  it('The daemon logs each warning once at its start and once at each reload', async () => {
    const path = writeTemporary(
      'slow.yml',
      `apps: [{ sdk_app_id: 1, secret_key: k }]\ntasks: { online_members: { schedule: '0 */15 * * * *' } }\n`,
    );
    const flags = ['--demo', `--config.file=${path}`, '--web.listen-address=127.0.0.1:0'];
    const { process: demo, output, ended } = launch(flags);
    const address = await demoAddress(demo, output);
    const warnings = () => output.stderr.match(/level=warn .* key=tasks.online_members.schedule\n/g)?.length;
    expect(warnings()).toBe(1);
    expect((await fetch(`http://${address}/-/reload`, { method: 'POST' })).status).toBe(200);
    demo.kill('SIGTERM');
    await ended;
    expect(warnings()).toBe(2);
  });

  it('The daemon ends within 5 s of SIGTERM with exit code 0, even while it polls', async () => {
    const {
      process: demo,
      output,
      ended,
    } = launch(['--demo', '--web.listen-address=127.0.0.1:0', '--log.format=json']);
    await demoAddress(demo, {
      get stderr() {
        return output.stderr.replace(/"address":"([^"]+)".*"msg":"listening"/, 'msg=listening address=$1 ');
      },
    });
    const signalled = Date.now();
    demo.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(Date.now() - signalled).toBeLessThan(5000);
    const messages = stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual([
      'demo mode: polling the built-in simulator',
      'state restored',
      'listening for webhooks',
      'listening',
      'stopping',
    ]);
  });

  /** A daemon whose API accepts connections and is silent, or which reads a file that never ends. */
  async function hangingDaemon(state: 'API' | 'proxy' | 'file') {
    const server = createServer().on('connection', (socket) => socket.on('error', () => {}));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // The daemon may connect before its line in the log is read.
    const connected = once(server, 'connection');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const app = { sdk_app_id: 1, secret_key: 'k', rooms: { discover: 'none', static: ['a'] } };
    const directory = writeTemporary('unused', '').replace(/\/unused$/, '');
    const fifo = join(directory, 'rooms.yml');
    if (state === 'file') spawnSync('mkfifo', [fifo]);
    const config = writeTemporary(
      'exporter.yml',
      JSON.stringify({
        web: { listen_address: '127.0.0.1:0' },
        apps: [
          state === 'file'
            ? { ...app, base_url: origin, rooms: { files: [fifo] } }
            : { ...app, base_url: state === 'API' ? origin : 'https://api.invalid' },
        ],
        http: { timeout: '1m', ...(state === 'proxy' ? { proxy_url: origin } : {}) },
      }),
    );
    const daemon = launch([`--config.file=${config}`]);
    await demoAddress(daemon.process, daemon.output);
    if (state !== 'file') await connected;
    const stop = () => {
      server.close();
      daemon.process.kill('SIGTERM');
      return daemon.ended;
    };
    return { ...daemon, stop };
  }

  it.each(['API', 'proxy', 'file'] as const)(
    'The daemon ends within 5 s of SIGTERM while it waits for a silent %s',
    async (state) => {
      const { stop } = await hangingDaemon(state);
      const signalled = performance.now();
      await stop();
      expect(performance.now() - signalled).toBeLessThan(5000);
    },
  );

  it('An address that is in use is an error in one line, with exit code 1', async () => {
    const first = launch(['--demo', '--web.listen-address=127.0.0.1:0']);
    const address = await demoAddress(first.process, first.output);
    const second = await launch(['--demo', `--web.listen-address=${address}`]).ended;
    expect(second.code).toBe(1);
    expect(second.stderr.split('\n').slice(-2)).toEqual([
      `tencent-live-exporter: cannot listen on ${address}: address already in use`,
      '',
    ]);
    first.process.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });
});
