import { Command, CommanderError } from 'commander';
import { quoteRedacted, withoutKeys } from '../config-file/issues.ts';
import { readVersion } from '../platform/version.ts';
import {
  daemonFlags,
  type DaemonInvocation,
  daemonInvocation,
  doctorFlags,
  type DoctorInvocation,
  doctorInvocation,
} from './exporter-flags.ts';
import { type Flag, UsageError } from './flag.ts';
import { rulesFlags, type RulesInvocation, rulesInvocation } from './rules.ts';
import { sessionsFlags, type SessionsInvocation, sessionsInvocation } from './sessions.ts';
import { simulateFlags, type SimulateInvocation, simulateInvocation } from './simulate-flags.ts';

/** What the command line asks for. `print` is for `--help` and `--version`. */
type Invocation =
  | DaemonInvocation
  | DoctorInvocation
  | RulesInvocation
  | SessionsInvocation
  | SimulateInvocation
  | { readonly kind: 'print'; readonly text: string };

/** Reads the arguments that follow the program's name. Throws a UsageError. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  let invocation: Invocation = { kind: 'print', text: '' };
  const program = createProgram((parsed) => {
    invocation = parsed;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander also throws, with exit code 0, after it has printed the help or the version.
    if (error.exitCode !== 0) throw usageError(error, { program, argv });
  }
  return invocation;
}

const environmentHelp = `
Without a config file, TENCENT_SDK_APP_ID and one of TENCENT_SECRET_KEY, TENCENT_SECRET_KEY_FILE and
TENCENT_USER_SIG_FILE configure one app. TENCENT_REGION (default: by the SDKAppID) and
TENCENT_IDENTIFIER (default: administrator) are optional. The config/exporter.yml of this package
reads the same variables.`;

function createProgram(onParsed: (invocation: Invocation) => void): Command {
  let printed = '';
  const program = new Command('tencent-live-exporter')
    .description('Prometheus exporter for Tencent Cloud live rooms.')
    .helpCommand(false)
    .addHelpText('after', environmentHelp)
    .configureHelp({ helpWidth: 100, subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({
      writeOut: (text) => {
        printed += text;
        onParsed({ kind: 'print', text: printed });
      },
      writeErr: () => {},
    })
    .exitOverride()
    // Flags after a command belong to the command, which refuses those that it does not have.
    .enablePositionalOptions();
  const doctor = program
    .command('doctor')
    .description(
      'Try every command of each app with one room, check configured rooms, schedules and the number of series, say what ' +
        'is wrong and how to fix it, and exit. Uses at most a tenth of the quota.',
    );
  const rules = program
    .command('rules')
    .description('Print the alert rules for Prometheus, with your job name, addresses and thresholds.');
  const sessions = program
    .command('sessions')
    .argument('<file>', 'File that sessions.file of the config names, or a renamed one.')
    .description('Print the rooms that have ended, from the file to which the exporter appends them.');
  const simulate = program.command('simulate').description("Run the simulator of Tencent's API alone.");

  const given = new Set<string>();
  addFlags(program, { flags: daemonFlags(), given });
  addFlags(doctor, { flags: doctorFlags(), given });
  addFlags(rules, { flags: rulesFlags(), given });
  addFlags(sessions, { flags: sessionsFlags(), given });
  sessions.usage('[flags] <file>');
  addFlags(simulate, { flags: simulateFlags(), given });
  program.usage('[flags] [command]');
  program.hook('preSubcommand', (_, command) => handOver(program, command));

  program.action(() => onParsed(daemonInvocation(program)));
  doctor.action(() => onParsed(doctorInvocation(doctor)));
  rules.action(() => onParsed(rulesInvocation(rules)));
  sessions.action(() => onParsed(sessionsInvocation(sessions)));
  simulate.action(() => onParsed(simulateInvocation(simulate)));
  return program;
}

/** `given` collects the names of the flags on the command line, to find those that are given twice. */
function addFlags(
  command: Command,
  { flags, given }: { readonly flags: readonly Flag[]; readonly given: Set<string> },
): void {
  command.usage('[flags]').optionsGroup('Flags:').helpOption('-h, --help', 'Show this help and exit.');
  for (const flag of flags) {
    command.addOption(flag);
    command.on(`option:${flag.name()}`, () => {
      if (given.has(flag.name()) && !flag.repeatable) throw new UsageError(`--${flag.name()} may be given only once`);
      given.add(flag.name());
    });
  }
  command.version(
    `tencent-live-exporter, version ${readVersion()} (node ${process.version})`,
    '--version',
    'Show the version and exit.',
  );
}

/** Gives a command the flags that stand before it: `--config.file=x doctor` is `doctor --config.file=x`. */
function handOver(program: Command, command: Command): void {
  for (const flag of program.options) {
    const key = flag.attributeName();
    if (program.getOptionValueSource(key) !== 'cli') continue;
    if (command.options.every(({ long }) => long !== flag.long)) {
      throw new UsageError(`--${flag.name()} cannot be used with ${command.name()}`);
    }
    command.setOptionValueWithSource(key, program.getOptionValue(key), 'cli');
  }
}

/** Rewords an error of commander that is unclear, or that repeats a value, which may be a secret. */
function usageError(
  { code, message }: CommanderError,
  { program, argv }: { readonly program: Command; readonly argv: readonly string[] },
): UsageError {
  const command = program.commands.find((candidate) => candidate.name() === program.args[0]);
  const unexpectedFrom = command?.registeredArguments.length ?? 0;
  const operand = (command ?? program).args[unexpectedFrom];
  // commander does not quote an unexpected argument, and reports the flags after an unknown command instead of it.
  if (operand !== undefined && (code === 'commander.excessArguments' || !operand.startsWith('-'))) {
    if (command !== undefined)
      return new UsageError(`${command.name()}: unexpected argument ${quoteRedacted(operand)}`);
    const names = program.commands.map((candidate) => candidate.name());
    const expected = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names);
    return new UsageError(`unknown command ${quoteRedacted(operand)}, expected ${expected}`);
  }
  // For `--name=value`, commander quotes the value too, and compares all of it with the names that it suggests.
  const [, name] = (code === 'commander.unknownOption' && /'(--[^=']+)=/.exec(message)) || [];
  if (name !== undefined) {
    // Throws if the flag is unknown. If the flag is known, its value is the error.
    parseCommandLine(argv.map((argument) => (argument.startsWith(`${name}=`) ? name : argument)));
    return new UsageError(`${name} takes no value`);
  }
  const text = message
    .replace(/^error: /, '')
    .replaceAll("option '", "flag '")
    .replaceAll(/\s+/g, ' ');
  return new UsageError(withoutKeys(command === undefined ? text : `${command.name()}: ${text}`));
}
