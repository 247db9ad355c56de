import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CallPeak } from './call-log.ts';
import { type ClusterOptions, ClusterUnderTest } from './cluster-under-test.ts';
import type { Extent } from './exposure-watch.ts';
import { type ClusterFault, type ClusterFaultName, clusterFaults } from './faults.ts';

export interface FaultMeasurement {
  readonly peak: CallPeak;
  /** The longest time in which an app was not called, in seconds. */
  readonly silence: number;
  /** Rooms that no replica exported. */
  readonly absent: Extent;
  /** Rooms that two replicas exported. */
  readonly twice: Extent;
  /** Seconds from the end of the cause until each app has one owner, which polls it at the full rate. */
  readonly settled: number;
}

/** Injects one fault after the other into the same cluster. If the cluster does not recover, the next one gets another cluster. */
export class FaultMatrix {
  readonly #options: ClusterOptions;
  #cluster: ClusterUnderTest | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  /** Resolves when the cluster is settled again; rejects if that takes too long. */
  async measure(name: ClusterFaultName): Promise<FaultMeasurement> {
    try {
      this.#cluster ??= await this.#start(name);
      return await measureFault(this.#cluster, clusterFaults[name]);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#cluster?.stop();
    this.#cluster = undefined;
  }

  #start(name: string): Promise<ClusterUnderTest> {
    const folder = join(this.#options.folder, name);
    mkdirSync(folder);
    return ClusterUnderTest.start({ ...this.#options, folder });
  }
}

async function measureFault(cluster: ClusterUnderTest, { inject }: ClusterFault): Promise<FaultMeasurement> {
  // The fault before may have delayed the values of some rooms.
  await cluster.exportedBy(cluster.replicas);
  cluster.watch.expect(cluster.rooms);
  const fromMs = performance.now();
  await inject(cluster);
  const settled = await cluster.settled();
  await cluster.balanced();
  return {
    peak: cluster.calls.peakSince(fromMs, cluster.options.workload.ratesPerSecond),
    silence: cluster.calls.longestSilence(cluster.sdkAppIds, fromMs, performance.now()),
    ...cluster.watch.extents(),
    settled,
  };
}
