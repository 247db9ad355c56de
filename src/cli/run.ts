import { systemClock } from '../platform/clock.ts';
import { helpText } from './help.ts';
import { parseCommandLine, type DoctorInvocation, UsageError, type RunInvocation } from './command-line.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { type LoadedConfig, loadConfig, type LoadOptions } from '../config/load.ts';
import { openSecretFiles } from '../config/open-secrets.ts';
import type { Environment } from '../config/substitution.ts';
import { startDemo } from './demo.ts';
import { examine } from '../doctor/doctor.ts';
import { type DoctorReport, reportJson, reportText } from '../doctor/report.ts';
import { collectOnce, type Exporter, startExporter } from '../exporter/exporter.ts';
import { createLogger, type Logger } from '../platform/logging/logger.ts';
import { watchContent } from '../platform/content-watch.ts';
import { parseSimulateFlags, runSimulate } from '../simulator/command.ts';
import { readVersion } from '../platform/version.ts';
import { ListenError } from '../web/listen.ts';

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
  /** Calls back when the config is to be read again; returns what ends that. Default: never. */
  readonly onReload?: (callback: () => void) => () => void;
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
      return runDoctor(invocation, shell);
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

async function runDoctor(invocation: DoctorInvocation, shell: Shell): Promise<ExitCode> {
  const loaded = await loadConfig(sourceOf(invocation, shell));
  const { config } = loaded;
  const logger = createLogger(config.log);
  await warnOfOpenSecrets(loaded, logger);
  if (!invocation.demo) return tellReport(await examine({ config, logger }), { invocation, shell });
  const { adapt, simulator } = await startDemo(() => {});
  try {
    return tellReport(await examine({ config: adapt(config), logger }), { invocation, shell });
  } finally {
    await simulator.stop();
  }
}

function tellReport(
  report: DoctorReport,
  { invocation, shell }: { readonly invocation: DoctorInvocation; readonly shell: Shell },
): ExitCode {
  shell.stdout(invocation.format === 'json' ? reportJson(report) : reportText(report));
  return report.ok ? 0 : 1;
}

async function runDaemon(invocation: RunInvocation, shell: Shell): Promise<ExitCode> {
  const loaded = await loadConfig(sourceOf(invocation, shell));
  if (invocation.configCheck) {
    const { source } = loaded;
    shell.stdout(`${source.kind === 'file' ? source.path : 'the environment'}: configuration is valid\n`);
    return 0;
  }
  const logger = createLogger(loaded.config.log);
  if (!invocation.demo) return serve({ loaded, invocation, logger, shell, adapt: (config) => config });
  const { adapt, simulator } = await startDemo((text) => shell.stdout(`${text}\n`));
  try {
    logger.info(
      { rooms: simulator.truth(simulator.apps[0]?.sdkAppId ?? 0).length },
      'the demo polls a simulator, and no app of Tencent',
    );
    return await serve({ loaded, invocation, logger, shell, adapt });
  } finally {
    await simulator.stop();
  }
}

const sourceOf = (invocation: RunInvocation | DoctorInvocation, { env }: Shell): LoadOptions =>
  invocation.demo ? demoSource(invocation) : configSource(invocation, env);

const configSource = (invocation: RunInvocation | DoctorInvocation, env: Environment) => ({
  ...invocation.configFile,
  env,
  flags: invocation,
});

/** A demo needs no file and no credentials; one that is named still says everything but the apps. */
const demoSource = (invocation: RunInvocation | DoctorInvocation) => ({
  path: invocation.configFile.explicit ? invocation.configFile.path : '',
  explicit: invocation.configFile.explicit,
  env: { TENCENT_SDK_APP_ID: '1400000001', TENCENT_SECRET_KEY: 'replaced by the key of the simulator' },
  flags: invocation,
});

interface Serving {
  readonly loaded: LoadedConfig;
  readonly invocation: RunInvocation;
  readonly logger: Logger;
  readonly shell: Shell;
  /** Makes the config in force of one that was read: the demo has apps of its own. */
  readonly adapt: (config: Config) => Config;
}

async function serve({ loaded, invocation, logger, shell, adapt }: Serving): Promise<ExitCode> {
  const version = readVersion();
  const config = adapt(loaded.config);
  if (invocation.once) {
    const { text, complete } = await collectOnce({ config, version, logger, signal: shell.signal });
    shell.stdout(text);
    return complete ? 0 : 1;
  }
  let reload = (): void => {};
  const stopListening = shell.onReload?.(() => reload()) ?? (() => {});
  await warnOfOpenSecrets(loaded, logger);
  const load = async () => {
    const again = await loadConfig(sourceOf(invocation, shell));
    await warnOfOpenSecrets(again, logger);
    return adapt(again.config);
  };
  const exporter = await startExporter({ config, version, logger, env: shell.env, loadConfig: load });
  reload = () => void exporter.reload();
  const stopWatching = invocation.configAutoReload ? await reloadOnChange(exporter, loaded) : () => {};
  if (invocation.demo) shell.stdout(demoWelcome(exporter.address, config));
  await aborted(shell.signal);
  logger.info('stopping');
  stopListening();
  stopWatching();
  await exporter.stop();
  return 0;
}

/** Reloads when the config file or the file of a secret key has another content. Returns what ends that. */
function reloadOnChange(exporter: Exporter, { source }: LoadedConfig): Promise<() => void> {
  const files = () => [
    ...(source.kind === 'file' ? [source.path] : []),
    ...exporter
      .config()
      .apps.flatMap(({ credentials }) => (credentials.kind === 'secret_key_file' ? [credentials.path] : [])),
  ];
  return watchContent({ files, onChange: async () => void (await exporter.reload()), clock: systemClock });
}

/** A secret that every account of the machine can read is hardly one. */
async function warnOfOpenSecrets(loaded: LoadedConfig, logger: Logger): Promise<void> {
  for (const file of await openSecretFiles(loaded)) {
    logger.warn({ file }, 'file with a secret can be read by every user: chmod o-r');
  }
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
