#!/usr/bin/env node
import { keepShortLivedObjectsYoung } from './garbage-collection.ts';
import { crashText } from './platform/logging/crash-text.ts';
import { run } from './cli/run.ts';

keepShortLivedObjectsYoung();

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // The first signal lets scrapes finish; who sends a second one does not want to wait.
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  });
}

// Node would print an error with all that hangs on it, such as the request with its signature.
process.on('uncaughtException', (error) => {
  process.stderr.write(crashText(error));
  process.exit(1);
});

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  signal: stopping.signal,
  onReload: (callback) => {
    process.on('SIGHUP', callback);
    return () => process.off('SIGHUP', callback);
  },
});
