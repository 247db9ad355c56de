import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { errnoText } from '../config-file/files.ts';
import { ConfigError } from '../config-file/issues.ts';
import type { Environment } from '../config-file/substitution.ts';
import { type Config, webhookSecretFiles } from '../config/config.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { worldReadableSecretFiles } from '../config/world-readable-secrets.ts';
import { type ConfigWarning, configWarnings } from '../doctor/config-warnings.ts';
import { examine } from '../doctor/doctor.ts';
import { limitWarnings } from '../doctor/limit-warnings.ts';
import { Recording } from '../doctor/recording.ts';
import { reportJson, reportText } from '../doctor/report.ts';
import { collectOnce, type Exporter, startExporter } from '../exporter/exporter.ts';
import { systemClock } from '../platform/clock.ts';
import { watchContent } from '../platform/content-watch.ts';
import { Disposers } from '../platform/disposers.ts';
import { createLogger, type Logger } from '../platform/logging/logger.ts';
import { StandardError } from '../platform/logging/standard-error.ts';
import { processLimits } from '../platform/process-limits.ts';
import { readVersion } from '../platform/version.ts';
import { Schedules } from '../polling/collections/schedules.ts';
import { readRoomFiles } from '../polling/listing/room-files.ts';
import { incidentLine } from '../simulator/incidents/describe.ts';
import { checkWebConfig } from '../web/toolkit/load.ts';
import { type Demo, demoWelcome, startDemo } from './demo.ts';
import type { ConfigInvocation, DaemonInvocation, DoctorInvocation } from './exporter-flags.ts';

/** What a command uses of the process, so that a test can replace it. Logs go to the process' own stderr. */
export interface ProcessIo {
  readonly env: Environment;
  readonly stdout: (text: string) => void;
  /** For what is not a log line. */
  readonly stderr: (text: string) => void;
  /** Aborts when the program must stop. */
  readonly signal: AbortSignal;
  /** Calls back when the config must be reloaded; returns the function that ends this. */
  readonly onReload: (callback: () => void) => () => void;
}

/** 0: success. 1: the result is incomplete, or a server cannot listen. 2: usage or config error. */
export type ExitCode = 0 | 1 | 2;

/** Checks the config, collects once, or runs the daemon until the signal aborts. */
export async function runDaemon(invocation: DaemonInvocation, io: ProcessIo): Promise<ExitCode> {
  const loaded = await loadInvokedConfig(invocation, io.env);
  if (invocation.configCheck) {
    const { source, config } = loaded;
    await checkRoomFiles(config);
    for (const { key, found, advice } of warningsOf(config)) {
      io.stderr(`tencent-live-exporter: warning: ${key}: ${found}; ${advice}\n`);
    }
    io.stdout(`${source.kind === 'file' ? source.path : 'the environment'}: configuration is valid\n`);
    return 0;
  }
  const destination = new StandardError();
  const logger = createLogger({ ...loaded.config.log, destination });
  const disposers = new Disposers();
  try {
    const demo = invocation.demo ? await demoApps({ io, logger, disposers }) : undefined;
    if (invocation.once) {
      const config = demo?.adapt(loaded.config) ?? loaded.config;
      const { text, complete } = await collectOnce({ config, version: readVersion(), logger, signal: io.signal });
      io.stdout(text);
      return complete ? 0 : 1;
    }
    await serve({ loaded, demo, invocation, io, logger, destination, disposers });
    return 0;
  } finally {
    await disposers.dispose();
  }
}

interface Running {
  readonly io: ProcessIo;
  readonly logger: Logger;
  readonly disposers: Disposers;
}

/** Starts the simulator. */
async function demoApps({ io, logger, disposers }: Running): Promise<Demo> {
  const demo = await startDemo((text, atMs) => io.stdout(incidentLine(text, atMs)));
  const { simulator } = demo;
  disposers.defer(() => simulator.stop());
  const rooms = simulator.apps.reduce((sum, { sdkAppId }) => sum + simulator.truth(sdkAppId).length, 0);
  logger.info({ rooms }, 'demo mode: polling the built-in simulator');
  return demo;
}

interface Serving extends Running {
  readonly loaded: LoadedConfig;
  readonly demo: Demo | undefined;
  readonly invocation: DaemonInvocation;
  readonly destination: StandardError;
}

/** Runs the daemon until the signal aborts. */
async function serve({ loaded, demo, invocation, io, logger, destination, disposers }: Serving): Promise<void> {
  const adapt = (found: Config) => (demo === undefined ? found : demo.receiveWebhooks(demo.adapt(found)));
  const config = adapt(loaded.config);
  await warnOfWorldReadableSecrets(loaded, logger);
  logWarnings(config, logger);
  const starting = startExporter({
    config,
    version: readVersion(),
    logger,
    env: io.env,
    lostLogLines: () => destination.lostLines,
    ...(demo === undefined ? {} : { stateStore: demo.past(config) }),
    loadConfig: async () => {
      const reloaded = await loadInvokedConfig(invocation, io.env);
      await warnOfWorldReadableSecrets(reloaded, logger);
      const next = adapt(reloaded.config);
      logWarnings(next, logger);
      return next;
    },
  });
  // Listens from now on, because SIGHUP would otherwise end a process that still starts, or that stops.
  disposers.defer(
    io.onReload(() => {
      const reload = (exporter: Exporter) => (io.signal.aborted ? undefined : exporter.reload());
      // An error of the start is thrown below.
      void starting.then(reload, () => {});
    }),
  );
  const exporter = await starting;
  disposers.defer(() => exporter.stop());
  if (invocation.configAutoReload) disposers.defer(await reloadOnChange(exporter, loaded));
  if (demo !== undefined) {
    if (exporter.webhooksAddress !== undefined) demo.sendWebhooksTo(exporter.webhooksAddress);
    io.stdout(demoWelcome(exporter.address, config));
  }

  if (!io.signal.aborted) await once(io.signal, 'abort');
  logger.info('stopping');
}

/** Reloads when the config file or a file with a secret has new content. Resolves with the function that ends this. */
function reloadOnChange(exporter: Exporter, { source }: LoadedConfig): Promise<() => void> {
  const files = () => [
    ...(source.kind === 'file' ? [source.path] : []),
    ...webhookSecretFiles(exporter.config()),
    ...exporter
      .config()
      .apps.flatMap(({ credentials }) => (credentials.kind === 'secret_key_file' ? [credentials.path] : [])),
  ];
  return watchContent({ files, onChange: async () => void (await exporter.reload()), clock: systemClock });
}

/** In a demo, the app from these variables is replaced by the simulated app. */
const demoEnvironment: Environment = { TENCENT_SDK_APP_ID: '1400000001', TENCENT_SECRET_KEY: 'unused in a demo' };

/**
 * Loads the config that the command line names, and checks its web config file. A demo needs neither a file nor
 * credentials, but uses a named file.
 */
async function loadInvokedConfig(
  { configFile, configFlags, demo }: ConfigInvocation,
  env: Environment,
): Promise<LoadedConfig> {
  const source = demo
    ? { path: configFile.explicit ? configFile.path : '', explicit: configFile.explicit, env: demoEnvironment }
    : { ...configFile, env };
  const loaded = await loadConfig({ ...source, flags: configFlags });
  await checkWebConfig(loaded.config, env);
  return loaded;
}

/** Throws a ConfigError with all mistakes in room files. The daemon starts in spite of them, because it reads them again. */
async function checkRoomFiles({ apps }: Config): Promise<void> {
  const files = await Promise.all(apps.map(({ rooms }) => readRoomFiles(rooms.files)));
  const errors = new Set(files.flat().flatMap((file) => file.errors));
  if (errors.size > 0) throw new ConfigError([...errors]);
}

async function warnOfWorldReadableSecrets(loaded: LoadedConfig, logger: Logger): Promise<void> {
  for (const file of await worldReadableSecretFiles(loaded)) {
    logger.warn({ file }, 'file with a secret is readable by every user: run chmod o-r');
  }
}

function warningsOf(config: Config): readonly ConfigWarning[] {
  const { tasks, timezone } = config;
  const schedules = new Schedules({ tasks, timezone, clock: systemClock, onTrigger: () => {} });
  try {
    return configWarnings(config, (task) => schedules.intervalSeconds(task));
  } finally {
    schedules.stop();
  }
}

function logWarnings(config: Config, logger: Logger): void {
  const warnings = [...warningsOf(config), ...limitWarnings(config, processLimits())];
  for (const { key, found, advice } of warnings) logger.warn({ key }, `${found}; ${advice}`);
}

async function writeRecording(path: string, recording: Recording, logger: Logger): Promise<void> {
  try {
    await writeFile(path, recording.toText());
  } catch (error) {
    throw new ConfigError([`--record: found "${path}", expected a file that can be written: ${errnoText(error)}`]);
  }
  logger.info(
    { file: path },
    'responses recorded without ids, names and accounts: look at the file before you attach it',
  );
}

/** Prints the report of the doctor. Resolves with 0 if all is well, with 1 if not. */
export async function runDoctor(
  invocation: DoctorInvocation,
  { env, stdout }: Pick<ProcessIo, 'env' | 'stdout'>,
): Promise<ExitCode> {
  const loaded = await loadInvokedConfig(invocation, env);
  const logger = createLogger(loaded.config.log);
  await warnOfWorldReadableSecrets(loaded, logger);
  const disposers = new Disposers();
  try {
    let { config } = loaded;
    if (invocation.demo) {
      const demo = await startDemo(() => {});
      disposers.defer(() => demo.simulator.stop());
      config = demo.adapt(config);
    }
    const { record } = invocation;
    const recording = record === undefined ? undefined : new Recording();
    const report = await examine({ config, recording });
    stdout(invocation.format === 'json' ? reportJson(report) : reportText(report));
    if (record !== undefined && recording !== undefined) await writeRecording(record, recording, logger);
    return report.ok ? 0 : 1;
  } finally {
    await disposers.dispose();
  }
}
