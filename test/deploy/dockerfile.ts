import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  Copy,
  DockerfileParser,
  Entrypoint,
  From,
  type Healthcheck,
  type Instruction,
  type JSONInstruction,
} from 'dockerfile-ast';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** One instruction, as far as a build without an engine needs it. */
export type Step =
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string; readonly value: string };

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

export interface Dockerfile {
  readonly stages: readonly Stage[];
  readonly user: string | undefined;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
  readonly labels: readonly string[];
}

/** The repository's Dockerfile. Throws for an instruction that a build without an engine would pass over. */
export function readDockerfile(): Dockerfile {
  const parsed = DockerfileParser.parse(readFileSync(`${repository}Dockerfile`, 'utf8'));
  const instructions = parsed.getInstructions();
  const starts = instructions.flatMap((one, index) => (one instanceof From ? [index] : []));
  const stages = starts.map((start, number): Stage => {
    const from = instructions[start] as From;
    const steps = instructions.slice(start + 1, starts[number + 1]).flatMap(stepOf);
    return { image: from.getImage() ?? '', name: from.getBuildStage() ?? undefined, steps };
  });
  const valuesOf = (keyword: string) =>
    instructions.filter((one) => one.getKeyword() === keyword).flatMap((one) => argumentsOf(one));
  const [healthcheck] = parsed.getHEALTHCHECKs();
  return {
    stages,
    user: valuesOf('USER').at(-1),
    entrypoint: instructions.flatMap((one) => (one instanceof Entrypoint ? strings(one) : [])),
    healthcheck: healthcheck === undefined ? [] : healthCommand(healthcheck),
    labels: valuesOf('LABEL').flatMap((pair) => /^(org\.opencontainers\.image\.\w+)=/.exec(pair)?.[1] ?? []),
  };
}

function stepOf(instruction: Instruction): readonly Step[] {
  const values = argumentsOf(instruction);
  if (instruction instanceof Copy) {
    const from = instruction.getFlags().find((flag) => flag.getName() === 'from');
    const origin = from?.getValue() ?? undefined;
    return [{ kind: 'copy', from: origin, sources: values.slice(0, -1), to: values.at(-1) ?? '' }];
  }
  switch (instruction.getKeyword()) {
    case 'RUN':
      return [{ kind: 'run', command: instruction.getArgumentsContent() ?? '' }];
    case 'WORKDIR':
      return [{ kind: 'workdir', path: values[0] ?? '' }];
    case 'ENV': {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(values[0] ?? '') ?? [];
      return [{ kind: 'env', name, value }];
    }
    case 'ARG':
    case 'LABEL':
    case 'USER':
    case 'EXPOSE':
    case 'HEALTHCHECK':
    case 'ENTRYPOINT':
      return [];
    default:
      throw new Error(`Dockerfile: found ${instruction.getKeyword()}, which these checks do not know`);
  }
}

function argumentsOf(instruction: Instruction): readonly string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

function strings(instruction: JSONInstruction): readonly string[] {
  return instruction.getJSONStrings().map((one) => JSON.parse(one.getValue()) as string);
}

function healthCommand(healthcheck: Healthcheck): readonly string[] {
  const [, command = '[]'] = /CMD\s+(\[.*\])/.exec(healthcheck.getArgumentsContent() ?? '') ?? [];
  return JSON.parse(command) as readonly string[];
}

/** What .dockerignore lets into the build. Throws unless it bars everything first, and then admits plain paths only. */
export function admittedPaths(): readonly string[] {
  const lines = readFileSync(`${repository}.dockerignore`, 'utf8').split('\n');
  const [first, ...rest] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const isPlain = rest.every((line) => /^![\w./-]+$/.test(line));
  if (first !== '*' || !isPlain) throw new Error('.dockerignore: expected "*", then lines such as "!src"');
  return rest.map((line) => line.slice(1));
}
