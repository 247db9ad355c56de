import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

/** A rule file with one mistake: the histories in test/rules should notice it. */
interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly change: string;
  readonly text: string;
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const rulesFolder = join(repository, 'config/rules');
const testsFolder = join(repository, 'test/rules');
/** By the number of mutants that they noticed. */
const killed = new Map(
  readdirSync(testsFolder)
    .filter((name) => name.endsWith('.test.yml'))
    .map((name) => [name, 0]),
);

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: { guards: { type: 'boolean', default: false }, file: { type: 'string' } },
});

/** A guard or a branch of an expression (`and …`, `unless …`, `or …`), or a waiting time. */
const removable = /^ {10,}(?:and|unless|or) |^ {8}(?:for|keep_firing_for): /;
/** A bound or a factor. Durations and the bounds 0 and 1 are left alone. */
const numbers = /(?<=[<>]=? )(?!0 |0$|0\)|1\b)\d+(?:\.\d+)?|(?<=[(+<>-] ?)\d+(?:\.\d+)?(?= \* )/g;

function mutantsOf(file: string): readonly Mutant[] {
  const lines = readFileSync(join(rulesFolder, file), 'utf8').split('\n');
  return lines.flatMap((line, index): readonly Mutant[] => {
    if (/^\s*(?:#|summary:|description:|- name:)/.test(line)) return [];
    const mutant = (change: string, count: number, ...replacement: readonly string[]): Mutant => ({
      file,
      line: index + 1,
      change,
      text: lines.toSpliced(index, count, ...replacement).join('\n'),
    });
    const removed = removable.test(line) ? [mutant(`without ${line.trim()}`, lengthOf(lines, index))] : [];
    const changed =
      !values.guards && /^ {10}/.test(line)
        ? [...line.matchAll(numbers)].flatMap(({ 0: number, index: at }) =>
            [0.75, 1.25].map((factor) => {
              const other = String(Number((Number(number) * factor).toPrecision(6)));
              const text = line.slice(0, at) + other + line.slice(at + number.length);
              return mutant(`${number} → ${other} in ${line.trim()}`, 1, text);
            }),
          )
        : [];
    return [...removed, ...changed];
  });
}

/** Lines of a guard: one that opens a parenthesis goes on to the line that closes it. */
function lengthOf(lines: readonly string[], start: number): number {
  const indent = /^ */.exec(lines[start] ?? '')?.[0] ?? '';
  return lines[start]?.endsWith('(') === true
    ? lines.findIndex((line, at) => at > start && line.startsWith(`${indent})`)) - start + 1
    : 1;
}

/** The first test file that fails with the mutant, or undefined if it survives. */
async function killerOf({ file, text }: Mutant): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'rule-mutant-'));
  try {
    cpSync(rulesFolder, join(folder, 'config/rules'), { recursive: true });
    writeFileSync(join(folder, 'config/rules', file), text);
    mkdirSync(join(folder, 'test'));
    cpSync(testsFolder, join(folder, 'test/rules'), { recursive: true });
    try {
      await promisify(execFile)('promtool', ['check', 'rules', join(folder, 'config/rules', file)]);
    } catch {
      return 'no rule file';
    }
    for (const [name, count] of [...killed].toSorted(([, a], [, b]) => b - a)) {
      try {
        await promisify(execFile)('promtool', ['test', 'rules', join(folder, 'test/rules', name)]);
      } catch {
        killed.set(name, count + 1);
        return name;
      }
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const mutants = readdirSync(rulesFolder)
  .filter((file) => values.file === undefined || file === values.file)
  .flatMap(mutantsOf);
let survivors = 0;
for (const mutant of mutants) {
  const killer = await killerOf(mutant);
  if (killer === undefined) survivors += 1;
  console.log(`${killer ?? 'SURVIVES'}: ${mutant.file}:${String(mutant.line)} ${mutant.change}`);
}
console.log(`${String(mutants.length)} mutants, ${String(survivors)} survive`);
