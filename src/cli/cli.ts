import { ConfigError } from '../config-file/issues.ts';
import { ListenError } from '../web/listen.ts';
import { parseCommandLine } from './command-line.ts';
import { UsageError } from './flag.ts';
import { type ExitCode, type ProcessIo, runDaemon, runDoctor } from './run.ts';
import { runRules } from './rules.ts';
import { runSessions } from './sessions.ts';
import { runSimulate } from './simulate.ts';

/** Runs a command line. A mistake of the user is written to standard error, a line each. */
export async function runCommandLine(args: readonly string[], io: ProcessIo): Promise<ExitCode> {
  try {
    return await run(args, io);
  } catch (error) {
    const isUserError = error instanceof UsageError || error instanceof ConfigError || error instanceof ListenError;
    if (!isUserError) throw error;
    for (const line of error.message.split('\n')) io.stderr(`tencent-live-exporter: ${line}\n`);
    return error instanceof ListenError ? 1 : 2;
  }
}

async function run(args: readonly string[], io: ProcessIo): Promise<ExitCode> {
  const invocation = parseCommandLine(args);
  switch (invocation.kind) {
    case 'print':
      io.stdout(invocation.text);
      return 0;
    case 'daemon':
      return runDaemon(invocation, io);
    case 'doctor':
      return runDoctor(invocation, io);
    case 'rules':
      return runRules(invocation, io);
    case 'sessions':
      return runSessions(invocation, io);
    case 'simulate':
      return runSimulate(invocation, io);
  }
}
