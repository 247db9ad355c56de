import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';

/** A server of another project, for comparison. */
export interface OtherServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts nginx, which serves the files and, if the client accepts gzip, the compressed one. Undefined if not installed. */
export async function startNginx(files: {
  readonly plain: Buffer;
  readonly gzip: Buffer;
}): Promise<OtherServer | undefined> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  writeFileSync(join(directory, 'metrics'), files.plain);
  writeFileSync(join(directory, 'metrics.gz'), files.gzip);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `worker_processes 1; daemon off; pid ${directory}/pid; error_log stderr warn;
    user root;
    events { worker_connections 64; }
    http {
      access_log off; sendfile on; tcp_nopush on; default_type text/plain; open_file_cache max=10; gzip_static on;
      ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join(' ')}
      server { listen 127.0.0.1:${String(port)}; root ${directory}; }
    }`;
  writeFileSync(join(directory, 'nginx.conf'), config);
  return whenReady(
    spawn('nginx', ['-c', join(directory, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] }),
    port,
  );
}

/** Starts a pushgateway and pushes the text to it. Undefined if it is not installed. */
export async function startPushgateway(text: Buffer): Promise<OtherServer | undefined> {
  if (spawnSync('prometheus-pushgateway', ['--version']).error !== undefined) return undefined;
  const port = await freePort();
  const address = `127.0.0.1:${String(port)}`;
  const gateway = await whenReady(
    spawn('prometheus-pushgateway', [`--web.listen-address=${address}`], { stdio: 'ignore' }),
    port,
  );
  const pushed = await fetch(`http://${address}/metrics/job/bench`, { method: 'PUT', body: new Uint8Array(text) });
  if (!pushed.ok) throw new Error(`pushgateway rejected the series: ${await pushed.text()}`);
  return gateway;
}

async function whenReady(process: ChildProcess, port: number): Promise<OtherServer> {
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${String(port)}/metrics`, { method: 'HEAD' });
      break;
    } catch (error) {
      if (process.exitCode !== null || performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return {
    port,
    stop: async () => {
      const exited = once(process, 'exit');
      process.kill('SIGTERM');
      await exited;
    },
  };
}
