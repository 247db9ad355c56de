import { examine } from '../doctor/doctor.ts';
import { reportJson, reportText } from '../doctor/report.ts';
import { Disposers } from '../platform/disposers.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { startDemo } from './demo.ts';
import type { DoctorInvocation } from './exporter-flags.ts';
import { loadInvokedConfig, warnOfWorldReadableSecrets } from './invoked-config.ts';
import type { ExitCode, ProcessIo } from './run.ts';

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
    const report = await examine({ config, logger });
    stdout(invocation.format === 'json' ? reportJson(report) : reportText(report));
    return report.ok ? 0 : 1;
  } finally {
    await disposers.dispose();
  }
}
