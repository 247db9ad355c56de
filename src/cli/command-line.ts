import { parseArgs } from 'node:util';

import { closest } from '../config/closest.ts';
import type { LogFormat, LogLevel } from '../config/config.ts';
import { shown, withoutKeys } from '../config/shown.ts';
import type { ConfigFlags } from '../config/to-config.ts';
import { defaultConfigFile, flagNames, flagOf, type Command, type FlagName } from './flags.ts';

/** What the command line asks for. */
export type Invocation =
  | RunInvocation
  | DoctorInvocation
  | { readonly kind: 'simulate'; readonly args: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' };

export interface ConfigFile {
  readonly path: string;
  /** Whether the flag was given: the file must then exist. */
  readonly explicit: boolean;
}

export interface RunInvocation extends ConfigFlags {
  readonly kind: 'run';
  readonly configFile: ConfigFile;
  readonly configCheck: boolean;
  readonly configAutoReload: boolean;
  readonly once: boolean;
  readonly demo: boolean;
}

export interface DoctorInvocation extends Pick<ConfigFlags, 'logLevel' | 'logFormat'> {
  readonly kind: 'doctor';
  readonly configFile: ConfigFile;
  readonly demo: boolean;
  readonly format: 'text' | 'json';
}

/** A command line that cannot be understood; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/** Reads the arguments that follow the program's name. Throws a UsageError. What follows `simulate` is not looked at. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  if (argv[0] === 'simulate') return { kind: 'simulate', args: argv.slice(1) };
  const { command, values } = readTokens(argv);
  if (values.has('help')) return { kind: 'help' };
  if (values.has('version')) return { kind: 'version' };
  for (const name of values.keys()) {
    if (flagOf(name).of.includes(command)) continue;
    throw new UsageError(command === 'run' ? `--${name} goes with doctor only` : `--${name} does not go with doctor`);
  }
  return command === 'doctor' ? doctor(values) : run(values);
}

type Values = ReadonlyMap<FlagName, string>;

function run(values: Values): RunInvocation {
  const exclusive = (['config.check', 'once', 'config.auto-reload'] as const).filter((name) => values.has(name));
  if (exclusive.length > 1) {
    throw new UsageError(`--${exclusive[0] ?? ''} and --${exclusive[1] ?? ''} exclude each other`);
  }
  const listenAddress = values.get('web.listen-address');
  const telemetryPath = values.get('web.telemetry-path');
  const webConfigFile = values.get('web.config.file');
  return {
    kind: 'run',
    configFile: configFile(values),
    configCheck: values.has('config.check'),
    configAutoReload: values.has('config.auto-reload'),
    once: values.has('once'),
    demo: values.has('demo'),
    ...(listenAddress === undefined ? {} : { webListenAddress: listenAddress }),
    ...(telemetryPath === undefined ? {} : { webTelemetryPath: telemetryPath }),
    ...(webConfigFile === undefined ? {} : { webConfigFile }),
    ...logFlags(values),
  };
}

function doctor(values: Values): DoctorInvocation {
  return {
    kind: 'doctor',
    configFile: configFile(values),
    demo: values.has('demo'),
    format: values.get('format') === 'json' ? 'json' : 'text',
    ...logFlags(values),
  };
}

function configFile(values: Values): ConfigFile {
  const path = values.get('config.file');
  return { path: path ?? defaultConfigFile, explicit: path !== undefined };
}

/** The values were checked against the choices before. */
function logFlags(values: Values): Pick<ConfigFlags, 'logLevel' | 'logFormat'> {
  const level = values.get('log.level') as LogLevel | undefined;
  const format = values.get('log.format') as LogFormat | undefined;
  return {
    ...(level === undefined ? {} : { logLevel: level }),
    ...(format === undefined ? {} : { logFormat: format }),
  };
}

function readTokens(argv: readonly string[]): { readonly command: Command; readonly values: Values } {
  const options = Object.fromEntries(
    flagNames.map((name) => {
      const { short, value } = flagOf(name);
      const type = value === undefined ? ('boolean' as const) : ('string' as const);
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
  // Not strict: only our own checks know which flag was meant.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  let command: Command = 'run';
  const values = new Map<FlagName, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (token.value !== 'doctor' || command === 'doctor') throw strayArgument(token.value);
      command = 'doctor';
    } else if (token.kind === 'option') {
      const name = knownFlag(token.name, token.rawName);
      if (values.has(name)) throw new UsageError(`--${name} stands twice, expected once`);
      values.set(name, valueOf(name, token));
    }
  }
  return { command, values };
}

interface OptionToken {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function valueOf(name: FlagName, { value, inlineValue }: OptionToken): string {
  const flag = flagOf(name);
  if (flag.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${name} takes no value`);
    return '';
  }
  // After a space, what begins with a dash is more likely the next flag than a value.
  if (value === undefined || value === '' || (inlineValue === false && value.startsWith('-'))) {
    throw new UsageError(`--${name} needs a value: --${name}=${flag.value}`);
  }
  const expected = flag.problem?.(value);
  if (expected !== undefined) throw new UsageError(`--${name}: found ${shown(value)}, expected ${expected}`);
  return value;
}

function knownFlag(name: string, rawName: string): FlagName {
  const known = flagNames.find((flag) => flag === name);
  if (known !== undefined) return known;
  const meant = closest(name, flagNames);
  const hint = meant === undefined ? 'see --help' : `did you mean --${meant}?`;
  throw new UsageError(`unknown flag ${withoutKeys(rawName)}, ${hint}`);
}

function strayArgument(argument: string): UsageError {
  if (argument === 'simulate') return new UsageError('found "simulate" after other arguments, expected it first');
  const meant = closest(argument, ['doctor', 'simulate']);
  const hint = meant === undefined ? 'expected flags, doctor or simulate' : `did you mean ${meant}?`;
  return new UsageError(`unexpected argument ${shown(argument)}, ${hint}`);
}
