import { flagNames, flagOf, type FlagName } from './flags.ts';

const lineWidth = 100;
/** Where the explanations begin; a name that reaches so far has them on the lines below. */
const helpColumn = 42;

const commands: readonly (readonly [name: string, help: string])[] = [
  ['doctor [<flags>]', 'Try each command once for each app, say what is missing and how to fix it, and exit.'],
  ['simulate [<flags>]', 'Run the simulator of the API alone; "simulate --help" shows its flags.'],
];

/** The text of `--help`, in the look of Prometheus' tools. */
export function helpText(): string {
  return [
    'usage: tencent-live-exporter [<flags>] [<command>]',
    '',
    'Prometheus exporter for Tencent Cloud live rooms.',
    '',
    'Flags:',
    ...flagNames.flatMap((name) => entry(flagLabel(name), flagOf(name).help)),
    '',
    'Commands:',
    ...commands.flatMap(([name, help]) => entry(name, help)),
    '',
    ...wrapped(
      'Without a config file, TENCENT_SDK_APP_ID and one of TENCENT_SECRET_KEY, TENCENT_SECRET_KEY_FILE and ' +
        'TENCENT_USER_SIG_FILE configure one app; TENCENT_REGION (default: singapore) and TENCENT_IDENTIFIER ' +
        '(default: administrator) may be given too.',
      lineWidth,
    ),
    '',
  ].join('\n');
}

function flagLabel(name: FlagName): string {
  const { short, value, default: standard } = flagOf(name);
  const start = short === undefined ? '    ' : `-${short}, `;
  return `${start}--${name}${value === undefined ? '' : `="${standard ?? ''}"`}`;
}

function entry(label: string, help: string): readonly string[] {
  const [first = '', ...rest] = wrapped(help, lineWidth - helpColumn);
  const start = `  ${label}`;
  const indent = ' '.repeat(helpColumn);
  const head = start.length > helpColumn - 2 ? [start, indent + first] : [start.padEnd(helpColumn) + first];
  return [...head, ...rest.map((line) => indent + line)];
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
