import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Peaks, ServerOptions } from './server.ts';

export interface PolledServer {
  readonly origin: string;
  /** Rooms of the first app. */
  readonly roomIds: readonly string[];
  peaks(): Promise<Peaks>;
  stop(): void;
}

/** Starts the simulator in a process of its own. */
export async function startPolledServer(options: ServerOptions): Promise<PolledServer> {
  const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [JSON.stringify(options)]);
  const [ready] = (await once(server, 'message')) as [Pick<PolledServer, 'origin' | 'roomIds'>];
  return {
    ...ready,
    async peaks() {
      server.send('peaks');
      const [peaks] = (await once(server, 'message')) as [Peaks];
      return peaks;
    },
    stop: () => server.disconnect(),
  };
}
