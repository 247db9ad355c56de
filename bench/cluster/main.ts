import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fiveMinutesApart, saturated } from '../../test/support/faults/cluster/cluster-under-test.ts';
import { type ClusterFaultName, clusterFaults } from '../../test/support/faults/cluster/faults.ts';
import { FaultMatrix, type FaultMeasurement } from '../../test/support/faults/cluster/measure-fault.ts';
import { type PrometheusPhase, scrapeSeconds, watchWithPrometheus } from './watch-with-prometheus.ts';

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    faults: { type: 'string', default: Object.keys(clusterFaults).join(',') },
    lease: { type: 'string', default: '3' },
    isolation: { type: 'string', default: '12' },
    clocks: { type: 'boolean', default: false },
    prometheus: { type: 'boolean', default: false },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const wanted = values.faults.split(',').filter((name) => Object.hasOwn(clusterFaults, name)) as ClusterFaultName[];
const folder = mkdtempSync(join(tmpdir(), 'bench-cluster-'));
const options = {
  folder,
  leaseSeconds: Number(values.lease),
  isolationSeconds: Number(values.isolation),
  clockOffsetsSeconds: values.clocks ? fiveMinutesApart : [],
};
if (wanted.length === 0 || !(options.leaseSeconds > 0) || !(options.isolationSeconds >= 0)) {
  const names = Object.keys(clusterFaults).join(',');
  console.error(
    `usage: npm run bench -- cluster [--faults=${names}] [--lease=3] [--isolation=12] [--clocks] [--prometheus]`,
  );
  process.exitCode = 2;
} else {
  print(
    `3 replicas, 12 apps, lease ${options.leaseSeconds} s, isolation ${options.isolationSeconds} s, logs in ${folder}`,
  );
  if (values.prometheus) {
    const alerts = await watchWithPrometheus(options, reportPhase);
    print(`alerts: ${alerts.length === 0 ? 'none' : alerts.join('; ')}`);
  } else {
    await runMatrix();
  }
}

async function runMatrix(): Promise<void> {
  const matrix = new FaultMatrix({ ...options, workload: saturated });
  for (const name of wanted) {
    print(`${name}: ${clusterFaults[name].title}`);
    try {
      reportFault(await matrix.measure(name));
    } catch (error) {
      print(`  FAILED: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  await matrix.stop();
}

function reportFault({ peak, silence, absent, twice, settled }: FaultMeasurement): void {
  const extent = ({ rooms, seconds, room }: typeof absent) =>
    rooms === 0 ? 'none' : `at most ${rooms}, ${room} for ${seconds.toFixed(1)} s`;
  const calls =
    peak.ratio <= 1
      ? ''
      : `: ${peak.command} of ${peak.sdkAppId} at ${peak.times.map((at) => at.toFixed(3)).join(' ')} s`;
  print(`  highest count in any second ÷ rate     ${peak.ratio.toFixed(3)}${calls}`);
  print(`  longest time without a call of an app  ${silence.toFixed(1)} s`);
  print(`  rooms exported by no replica           ${extent(absent)}`);
  print(`  rooms exported by two                  ${extent(twice)}`);
  print(`  one owner at the full rate after       ${settled.toFixed(1)} s`);
}

function reportPhase({ name, absentSeconds, lowestSum, highestSum }: PrometheusPhase): void {
  print(name);
  print(
    `  longest absence of a room's audience     ${absentSeconds} s, ${Math.floor(absentSeconds / scrapeSeconds)} scrapes`,
  );
  print(`  audience of all apps ÷ the true one      ${lowestSum.toFixed(3)} to ${highestSum.toFixed(3)}`);
}
