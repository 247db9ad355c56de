#!/usr/bin/env -S node --no-allocation-site-pretenuring --heap-growing-percent=10 --enable-source-maps
// --no-allocation-site-pretenuring: the responses of the first collection live long, so V8 would learn to allocate
// every response in its old generation, where only a full collection frees it. At 600 calls a second, that is 5.6 MB of
// garbage a second instead of 0.3.
// --heap-growing-percent=10: V8 would let the heap grow by half before it frees what is garbage there: with 100,000 rooms, the exporter
// takes 383 MB instead of 478 MB.
// Node documents that changing V8 flags at run time is unsafe, so each command that
// starts Node has them: here for the installed program (which the systemd unit starts), "start" in package.json, and
// the Dockerfile.
import type { ProcessIo } from './cli/run.ts';
import { crashText } from './platform/logging/errors.ts';

/** Kubernetes and systemd kill a process much later, but an operator should not have to wait for what never ends. */
const longestStopMs = 4500;

/** `process.exit` would wait for threads, such as one that opens a file or looks up a name, and these may never end. */
const kill = () => process.kill(process.pid, 'SIGKILL');

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // The first signal lets scrapes in flight finish. The second one ends the process at once.
  process.on(signal, () => {
    if (stopping.signal.aborted) kill();
    setTimeout(kill, longestStopMs).unref();
    stopping.abort();
  });
}

// It changes nothing before the configuration is read, and would end the process.
process.on('SIGHUP', () => {});

// A message that cannot be written, as on a full disk, does not change the exit code.
process.stderr.on('error', () => {});

// Node would print an error with all its properties, such as the request with its signature.
process.on('uncaughtException', (error) => {
  process.stderr.write(crashText(error));
  process.exit(1);
});

const io: ProcessIo = {
  env: process.env,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  signal: stopping.signal,
  onReload: (callback) => {
    process.on('SIGHUP', callback);
    return () => process.off('SIGHUP', callback);
  },
};

/** Loads the program after the handlers above are in place, since that takes a fifth of a second and opens hundreds of files. */
async function loadProgram() {
  try {
    return await import('./cli/cli.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
    io.stderr('tencent-live-exporter: too few open files are allowed to start: raise the limit (ulimit -n) to 1024\n');
    return undefined;
  }
}

const program = await loadProgram();
process.exitCode = program === undefined ? 1 : await program.runCommandLine(process.argv.slice(2), io);
