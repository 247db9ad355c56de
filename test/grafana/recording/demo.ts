import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { taskNames } from '../../../src/tasks/tasks.ts';

const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** The metrics of the demo after each task has collected all rooms. */
export async function scrapeDemo({ deadlineMs = 20_000 } = {}): Promise<string> {
  const demo = spawn('node', [main, '--demo', '--web.listen-address=127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(demo, 'exit');
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let log = '';
      demo.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        log += chunk;
        const found = /msg=listening .*address=(\S+)/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
      });
      demo.once('exit', () => {
        reject(new Error(`the demo did not start:\n${log}`));
      });
    });
    const giveUpMs = Date.now() + deadlineMs;
    for (;;) {
      const text = await (await fetch(`http://${address}/metrics`)).text();
      if (isComplete(text)) return text;
      if (Date.now() > giveUpMs)
        throw new Error(`the demo has not collected everything within ${String(deadlineMs)} ms`);
      await sleep(100);
    }
  } finally {
    demo.kill();
    await exited;
  }
}

function isComplete(text: string): boolean {
  const succeeded = text.match(/^tencent_live_exporter_last_collection_success_timestamp_seconds\{/gm) ?? [];
  return succeeded.length === taskNames.length && /^nodejs_gc_duration_seconds_sum\{/m.test(text);
}
