#!/usr/bin/env -S node --no-allocation-site-pretenuring --enable-source-maps
// --no-allocation-site-pretenuring: the responses of the first collection live long, so V8 would learn to allocate
// every response in its old generation, where only a full collection frees it. At 600 calls a second, that is 5.6 MB of
// garbage a second instead of 0.3. Node documents that changing V8 flags at run time is unsafe, so each command that
// starts Node has them: here for the installed program (which the systemd unit starts), "start" in package.json, and
// the Dockerfile.
import { parseCommandLine } from './cli/command-line.ts';
import { UsageError } from './cli/flag.ts';
import { type ExitCode, type ProcessIo, runDaemon, runDoctor } from './cli/run.ts';
import { runSessions } from './cli/sessions.ts';
import { runSimulate } from './cli/simulate.ts';
import { ConfigError } from './config-file/issues.ts';
import { crashText } from './platform/logging/errors.ts';
import { ListenError } from './web/listen.ts';

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

async function run(): Promise<ExitCode> {
  const invocation = parseCommandLine(process.argv.slice(2));
  switch (invocation.kind) {
    case 'print':
      io.stdout(invocation.text);
      return 0;
    case 'daemon':
      return runDaemon(invocation, io);
    case 'doctor':
      return runDoctor(invocation, io);
    case 'sessions':
      return runSessions(invocation, io);
    case 'simulate':
      return runSimulate(invocation, io);
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const isUserError = error instanceof UsageError || error instanceof ConfigError || error instanceof ListenError;
  if (!isUserError) throw error;
  for (const line of error.message.split('\n')) process.stderr.write(`tencent-live-exporter: ${line}\n`);
  process.exitCode = error instanceof ListenError ? 1 : 2;
}
