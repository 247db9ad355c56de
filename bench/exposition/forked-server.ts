import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type ServerKind = 'exporter' | 'prom-client' | 'buffer';

/** A message to a forked server: it resets its measurement, or reports it. */
export type ServerRequest = 'reset' | 'report';

export interface ServerReport {
  readonly port: number;
  /** The longest block of the event loop since the last reset, in milliseconds. */
  readonly blockMs: number;
  /** Since the start of the process. */
  readonly peakRssBytes: number;
}

/** A server in its own process, which reports how long its event loop was blocked and how much memory it used. */
export class ForkedServer {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** `size`: series, or bytes of the buffer. `changes`: the share of the rooms that change each second. */
  static async start(kind: ServerKind, size: number, changes = 0): Promise<ForkedServer> {
    const script = fileURLToPath(new URL('./serve.js', import.meta.url));
    const child = fork(script, [kind, String(size), String(changes)]);
    const [{ port }] = (await once(child, 'message')) as [ServerReport];
    return new ForkedServer(child, port);
  }

  async request(request: ServerRequest): Promise<ServerReport> {
    this.#child.send(request);
    const [report] = (await once(this.#child, 'message')) as [ServerReport];
    return report;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
