import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { admittedPaths, repository, type Dockerfile, type Step } from './dockerfile.ts';

/** A built stage: a folder that stands for the root of its file system. */
export interface BuiltStage {
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Executes the steps of a Dockerfile, each stage in a folder of its own below `directory`, which must be empty. It is
 * no container: commands see this machine's programs. Returns the last stage.
 */
export function buildWithoutEngine({ stages }: Pick<Dockerfile, 'stages'>, directory: string): BuiltStage {
  const built = new Map<string, BuiltStage>();
  let last: BuiltStage | undefined;
  for (const [index, { name, steps }] of stages.entries()) {
    const root = join(directory, `stage-${index}`);
    mkdirSync(root);
    last = steps.reduce<BuiltStage>((stage, step) => execute(step, stage, built), { root, workdir: '/', env: {} });
    built.set(name ?? String(index), last);
  }
  if (last === undefined) throw new Error('Dockerfile: found no stage, expected at least one');
  return last;
}

function execute(step: Step, stage: BuiltStage, built: ReadonlyMap<string, BuiltStage>): BuiltStage {
  switch (step.kind) {
    case 'workdir':
      mkdirSync(join(stage.root, step.path), { recursive: true });
      return { ...stage, workdir: step.path };
    case 'env':
      return { ...stage, env: { ...stage.env, [step.name]: step.value } };
    case 'run': {
      const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...stage.env };
      const cwd = join(stage.root, stage.workdir);
      const { status, stdout, stderr } = spawnSync('sh', ['-c', step.command], { cwd, env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`RUN ${step.command}: exit code ${status}\n${stdout}${stderr}`);
      return stage;
    }
    case 'copy': {
      for (const source of step.sources) {
        const to = join(stage.root, stage.workdir, step.to);
        cpSync(origin(source, step.from, built), step.to.endsWith('/') ? join(to, basename(source)) : to, {
          recursive: true,
          verbatimSymlinks: true,
        });
      }
      return stage;
    }
  }
}

function origin(source: string, from: string | undefined, built: ReadonlyMap<string, BuiltStage>): string {
  if (from === undefined) {
    if (!admittedPaths().includes(source)) throw new Error(`COPY ${source}: .dockerignore keeps it out of the build`);
    return join(repository, source);
  }
  const stage = built.get(from);
  if (stage === undefined) throw new Error(`COPY --from=${from}: found no such stage before it`);
  return join(stage.root, source);
}
