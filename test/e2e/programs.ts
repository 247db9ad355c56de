import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from '../support/find-program.ts';
import { until } from './until.ts';

/** Debian's names first. */
export const names = { prometheus: ['prometheus'], alertmanager: ['prometheus-alertmanager', 'alertmanager'] } as const;
type ProgramName = keyof typeof names;

/** A server that runs until it is stopped. */
export interface Program {
  /** `host:port` where it listens. */
  readonly address: string;
  /** Makes it read its configuration again. */
  readonly reload: () => void;
  /** Idempotent; resolves when the process has ended. */
  readonly stop: () => Promise<void>;
}

export interface ProgramOptions {
  readonly name: ProgramName;
  readonly flags: readonly string[];
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
}

/** Starts a server on a free port and waits until it is ready. Rejects with the server's log if it does not start. */
export async function startProgram({ name, flags, deadlineMs }: ProgramOptions): Promise<Program> {
  const command = findProgram(names[name]);
  if (command === undefined) throw new Error(`${name} is not installed`);
  const child = spawn(command, ['--web.listen-address=127.0.0.1:0', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    const address = await until({
      what: `a ready ${name}`,
      deadlineMs,
      find: async () => {
        if (child.exitCode !== null) throw new Error(`${name} has ended`);
        return readyAddress(log);
      },
      isEnough: (found) => found !== undefined,
    });
    return { address: address ?? '', reload: () => child.kill('SIGHUP'), stop };
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start:\n${log}`, { cause: error });
  }
}

/** Both servers log the address that they listen on, with the real port, before they can respond. */
async function readyAddress(log: string): Promise<string | undefined> {
  const [, address] = /msg="Listening on".* address=(\S+:\d+)/.exec(log) ?? [];
  if (address === undefined) return undefined;
  const { ok } = await fetch(`http://${address}/-/ready`);
  return ok ? address : undefined;
}
