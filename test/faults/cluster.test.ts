import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultApps, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { until } from '../e2e/until.ts';
import { CallLog } from '../support/faults/cluster/call-log.ts';
import { pollingConfig, saturated } from '../support/faults/cluster/cluster-under-test.ts';
import { type ClusterFaultName, clusterFaults } from '../support/faults/cluster/faults.ts';
import { FaultMatrix } from '../support/faults/cluster/measure-fault.ts';
import { Replica } from '../support/faults/cluster/replica.ts';
import { requireProgram } from '../support/require-program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cluster-faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('The count of calls', () => {
  const calls = new CallLog();
  const exporters: Replica[] = [];
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({
      rooms: 55,
      seed: 1,
      apps: defaultApps(1, 2),
      onCall: (call) => calls.add(call),
    });
  });
  afterAll(async () => {
    for (const exporter of exporters) await exporter.kill();
    await simulator.stop();
  });

  /** Starts another exporter with the same apps. Resolves with the highest count, relative to the rate, after a hundred calls. */
  async function peakOfAnother(): Promise<number> {
    const name = `independent-${exporters.length}`;
    const exporter = new Replica({ name, folder, config: pollingConfig(simulator, saturated), cluster: undefined });
    exporters.push(exporter);
    await exporter.start();
    const callsMade = () => simulator.calls(1_400_000_001, 'get_room_info');
    const before = callsMade();
    const fromMs = performance.now();
    await until({
      what: '100 calls',
      deadlineMs: fromMs + 25_000,
      find: callsMade,
      isEnough: (count) => count >= before + 100,
    });
    return calls.peakSince(fromMs, saturated.ratesPerSecond).ratio;
  }

  it('One exporter uses its whole rate, but not more', async () => {
    expect(await peakOfAnother()).toBe(1);
  });

  it('A second exporter that does not share the apps makes the count exceed the rate', async () => {
    expect(await peakOfAnother()).toBeGreaterThan(1.5);
  });
});

const leaseSeconds = 3;

/** Most of them; the benchmark runs all. */
const faultNames = [
  'stop',
  'join',
  'kill-two',
  'pause',
  'clocks',
  'redis-down',
  'redis-snapshot',
  'redis-empty',
  'redis-flush',
  'silence-one',
  'flapping-one',
  'cut-all',
  'cut-two',
  'cut-and-empty',
] as const satisfies readonly ClusterFaultName[];

const programs = [
  { program: 'redis-server', from: 'redis-server' },
  { program: 'faketime', from: 'faketime' },
];

requireProgram(programs, 'Three replicas that share twelve apps', () => {
  let matrix: FaultMatrix;
  beforeAll(() => {
    matrix = new FaultMatrix({
      folder,
      leaseSeconds,
      isolationSeconds: 6,
      clockOffsetsSeconds: [],
      workload: saturated,
    });
  });
  afterAll(() => matrix.stop());

  it.each(faultNames.map((name) => ({ name, ...clusterFaults[name] })))(
    'The server never counts more calls than the rate allows, and no app stays without calls, when $title',
    async ({ name, takesOver }) => {
      const { peak, silence } = await matrix.measure(name);
      expect(peak.ratio).toBeLessThanOrEqual(1);
      expect(silence).toBeLessThan(takesOver ? leaseSeconds + 5 : leaseSeconds);
    },
    120_000,
  );
});
