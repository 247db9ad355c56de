import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach } from '@jest/globals';
import { temporaryDirectories } from './temporary-directory.ts';

/**
 * Returns a function that starts Debian's Redis, or a Sentinel, with these lines of configuration, and resolves when it accepts
 * connections. Each one is killed after the test.
 */
export function redisServers(): (
  lines: readonly string[],
  program?: 'redis-server' | 'redis-sentinel',
) => Promise<ChildProcess> {
  const makeDirectory = temporaryDirectories();
  const running: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  return async (lines, program = 'redis-server') => {
    const folder = makeDirectory({});
    const file = join(folder, 'redis.conf');
    writeFileSync(file, [`dir ${folder}`, 'save ""', ...lines].join('\n'));
    const child = spawn(program, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      if (/Ready to accept|Sentinel ID is/.test(line)) break;
    }
    child.stdout.resume();
    return child;
  };
}
