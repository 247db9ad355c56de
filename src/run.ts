import { helpText } from './cli/help.ts';
import { parseCommandLine, UsageError, type RunInvocation } from './cli.ts';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import type { Environment } from './config/substitution.ts';
import { startDemo } from './demo.ts';
import { collectOnce, startExporter } from './exporter.ts';
import { createLogger, type Logger } from './logging/logger.ts';
import { parseSimulateFlags, runSimulate } from './simulator/command.ts';
import { readVersion } from './version.ts';
import { ListenError } from './web/listen.ts';

/** What a process gives the program, so that a test can give it too. */
export interface Shell {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdout: (text: string) => void;
  /** For faults before there is a logger; a logger writes to the process' own stderr. */
  readonly stderr: (text: string) => void;
  /** Aborts when the program is to stop. */
  readonly signal: AbortSignal;
}

/** Exit codes: done, not all could be collected or the daemon could not run, usage or config at fault. */
type ExitCode = 0 | 1 | 2;

/** Does what the command line asks for; resolves with the exit code when it is done. */
export async function run(shell: Shell): Promise<ExitCode> {
  try {
    return await dispatch(shell);
  } catch (error) {
    if (error instanceof UsageError || error instanceof ConfigError || error instanceof ListenError) {
      for (const line of error.message.split('\n')) shell.stderr(`tencent-live-exporter: ${line}\n`);
      return error instanceof ListenError ? 1 : 2;
    }
    throw error;
  }
}

async function dispatch(shell: Shell): Promise<ExitCode> {
  const invocation = parseCommandLine(shell.argv);
  switch (invocation.kind) {
    case 'help':
      shell.stdout(helpText());
      return 0;
    case 'version':
      shell.stdout(`tencent-live-exporter, version ${readVersion()} (node ${process.version})\n`);
      return 0;
    case 'simulate':
      await simulate(invocation.args, shell);
      return 0;
    case 'doctor':
      throw new UsageError('doctor is not part of this version yet');
    case 'run':
      return runDaemon(invocation, shell);
  }
}

async function simulate(args: readonly string[], shell: Shell): Promise<void> {
  let invocation;
  try {
    invocation = parseSimulateFlags(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  await runSimulate(invocation, shell);
}

async function runDaemon(invocation: RunInvocation, shell: Shell): Promise<ExitCode> {
  const loaded = await loadConfig(invocation.demo ? demoSource(invocation) : configSource(invocation, shell.env));
  if (invocation.configCheck) {
    const { source } = loaded;
    shell.stdout(`${source.kind === 'file' ? source.path : 'the environment'}: configuration is valid\n`);
    return 0;
  }
  const logger = createLogger(loaded.config.log);
  if (!invocation.demo) return serve({ config: loaded.config, invocation, logger, shell });
  const { config, simulator } = await startDemo(loaded.config, (text) => shell.stdout(`${text}\n`));
  try {
    logger.info(
      { rooms: simulator.truth(config.apps[0]?.sdkAppId ?? 0).length },
      'the demo polls a simulator, and no app of Tencent',
    );
    return await serve({ config, invocation, logger, shell });
  } finally {
    await simulator.stop();
  }
}

const configSource = (invocation: RunInvocation, env: Environment) => ({
  ...invocation.configFile,
  env,
  flags: invocation,
});

/** A demo needs no file and no credentials; one that is named still says everything but the apps. */
const demoSource = (invocation: RunInvocation) => ({
  path: invocation.configFile.explicit ? invocation.configFile.path : '',
  explicit: invocation.configFile.explicit,
  env: { TENCENT_SDK_APP_ID: '1400000001', TENCENT_SECRET_KEY: 'replaced by the key of the simulator' },
  flags: invocation,
});

interface Serving {
  readonly config: Config;
  readonly invocation: RunInvocation;
  readonly logger: Logger;
  readonly shell: Shell;
}

async function serve({ config, invocation, logger, shell }: Serving): Promise<ExitCode> {
  const version = readVersion();
  if (invocation.once) {
    const { text, complete } = await collectOnce({ config, version, logger, signal: shell.signal });
    shell.stdout(text);
    return complete ? 0 : 1;
  }
  const exporter = await startExporter({ config, version, logger });
  if (invocation.demo) shell.stdout(demoWelcome(exporter.address, config));
  await aborted(shell.signal);
  logger.info('stopping');
  await exporter.stop();
  return 0;
}

function demoWelcome(address: string, { web }: Config): string {
  const origin = `http://${address.replace(/^\[?(::|0\.0\.0\.0)\]?:/, 'localhost:')}`;
  return `
The exporter is running on simulated rooms. Look at
  ${origin}${web.telemetryPath}   the metrics
  ${origin}/          its status
and let Prometheus scrape it: prometheus --config.file=prometheus.yml
Now and then something happens to the simulated rooms: this console says what. Ctrl-C stops it.

`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
