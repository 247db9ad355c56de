import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A test of `promtool test rules`. */
export interface PromtoolTest {
  /** Distance of the samples. */
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly promql_expr_test: readonly ExprTest[];
}

export interface ExprTest {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

/** Throws what promtool says unless every query has the expected result. */
export async function promtoolTest(test: PromtoolTest): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'promtool-'));
  try {
    const path = join(folder, 'test.json');
    await writeFile(path, JSON.stringify({ rule_files: [], tests: [test] }));
    const { stdout } = await promisify(execFile)('promtool', ['test', 'rules', path]);
    if (!stdout.includes('SUCCESS')) throw new Error(`expected SUCCESS, found ${stdout}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
