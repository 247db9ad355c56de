import { listenAddressExpected, parseListenAddress } from '../config/listen-address.ts';
import { isTelemetryPath, telemetryPathExpected } from '../config/schema/formats.ts';
import { logFormats, logLevels } from '../config/schema/schema.ts';

/** What is run: the daemon, or the sub-command that tries each call once. `simulate` has flags of its own. */
export type Command = 'run' | 'doctor';

export interface Flag {
  readonly short?: string;
  /** Stands for the value in messages; absent where the flag takes none. */
  readonly value?: string;
  /** What applies without the flag, as the help shows it. */
  readonly default?: string;
  readonly of: readonly Command[];
  /** One sentence or two, for the help. */
  readonly help: string;
  /** What was expected instead of this value; undefined where it will do. */
  readonly problem?: (value: string) => string | undefined;
}

export const defaultConfigFile = 'config/exporter.yml';

/** In the order of the help. Flags that the config file has too win over it; the defaults shown are the file's. */
export const flags = {
  help: { short: 'h', of: ['run', 'doctor'], help: 'Show this help and exit.' },
  version: { of: ['run', 'doctor'], help: 'Show the version and exit.' },
  'config.file': {
    value: 'FILE',
    default: defaultConfigFile,
    of: ['run', 'doctor'],
    help: 'Config file. If the default does not exist, variables of the environment configure one app.',
  },
  'config.check': { of: ['run'], help: 'Check the config and exit: 0 if it is valid, 2 with its faults if not.' },
  'config.auto-reload': { of: ['run'], help: 'Load the config file again when its content changes.' },
  'web.listen-address': {
    value: 'ADDRESS',
    default: ':19123',
    of: ['run'],
    help: 'Address of the web server, host:port or :port. Port 0 picks a free one and logs it.',
    problem: (value) => (parseListenAddress(value) === undefined ? listenAddressExpected : undefined),
  },
  'web.telemetry-path': {
    value: 'PATH',
    default: '/metrics',
    of: ['run'],
    help: 'Path of the metrics.',
    problem: (value) => (isTelemetryPath(value) ? undefined : telemetryPathExpected),
  },
  'web.config.file': {
    value: 'FILE',
    default: '',
    of: ['run'],
    help: "File with TLS and basic auth, in the form of Prometheus' exporter-toolkit.",
  },
  'log.level': {
    value: 'LEVEL',
    default: 'info',
    of: ['run', 'doctor'],
    help: `Least severe level that is logged. One of: ${logLevels.join(', ')}.`,
    problem: choiceOf(logLevels),
  },
  'log.format': {
    value: 'FORMAT',
    default: 'logfmt',
    of: ['run', 'doctor'],
    help: `Form of the log lines. One of: ${logFormats.join(', ')}.`,
    problem: choiceOf(logFormats),
  },
  once: {
    of: ['run'],
    help: 'Collect everything once, write the metrics to stdout and exit: 0 if all is complete, 1 if not.',
  },
  demo: { of: ['run', 'doctor'], help: 'Use the embedded simulator as the API: needs no credentials.' },
  format: {
    value: 'FORMAT',
    default: 'text',
    of: ['doctor'],
    help: 'Form of the report of doctor. One of: text, json.',
    problem: choiceOf(['text', 'json']),
  },
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof flags;

export const flagNames = Object.keys(flags) as readonly FlagName[];

/** The same flag with every property of a flag, absent ones too. */
export function flagOf(name: FlagName): Flag {
  return flags[name];
}

function choiceOf(choices: readonly string[]): (value: string) => string | undefined {
  return (value) => (choices.includes(value) ? undefined : `one of ${choices.join(', ')}`);
}
