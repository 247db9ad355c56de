import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type BlockQuestion = 'forget' | 'tell';

export interface ServedReport {
  readonly port: number;
  /** The longest time that the event loop did not turn since it was last told to forget, in milliseconds. */
  readonly blockMs: number;
  /** Since the process began. */
  readonly peakRssBytes: number;
}

/** A server in a process of its own, which says how long its event loop was blocked and what it has needed. */
export class Served {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Resolves when it listens. */
  static async start(kind: 'exporter' | 'prom-client' | 'buffer', size: number, churn = 0): Promise<Served> {
    const script = fileURLToPath(new URL('./serve.js', import.meta.url));
    const child = fork(script, [kind, String(size), String(churn)]);
    const [{ port }] = (await once(child, 'message')) as [ServedReport];
    return new Served(child, port);
  }

  ask(question: BlockQuestion): Promise<ServedReport> {
    this.#child.send(question);
    return once(this.#child, 'message').then(([report]) => report as ServedReport);
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
