import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunningDemo {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a program that logs in logfmt where it listens. Rejects with its log if it exits before that. */
export async function runDemo(
  [program = '', ...args]: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<RunningDemo> {
  const flags = ['--demo', '--web.listen-address=127.0.0.1:0'];
  const child = spawn(program, [...args, ...flags], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const address = await listening(child);
  return {
    address,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const [, address] = /msg=listening .*address=(\S+)/.exec(log) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the program has exited before it listened: ${log}`)));
  });
}

/** Scrapes until rooms are exported. Returns how many of them have a known audience. */
export async function scrapedRooms({ address }: Pick<RunningDemo, 'address'>): Promise<number> {
  for (;;) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    const rooms = text.match(/^tencent_live_room_online_members\{/gm)?.length ?? 0;
    if (rooms > 0) return rooms;
  }
}
