import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { malformations } from '../../src/simulator/api/malformed.ts';
import { type IncidentInput, startSimulator } from '../../src/simulator/simulator.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Recorder } from '../support/recorder/recorder.ts';
import { startRecordingApi } from '../support/recorder/recording-api.ts';
import { simulatedConfig } from '../support/simulated-config.ts';

jest.setTimeout(120_000);

let releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.toReversed()) await release();
  releases = [];
});

const stormSeconds = 300;
const incidentSeconds = 10;

/**
 * Time passes in steps between which everything in this process goes on, so that a busy machine cannot make a response late. A value
 * becomes stale nevertheless.
 */
const stepMs = 200;
const stepsPerScrape = 10;

// A response that never comes would need real time.
const malformed = malformations
  .filter((how) => how !== 'hang')
  .map((how): IncidentInput => ({ kind: 'malformed', how, rate: 0.5 }));
const errorCodes = [60008, 60007, 60011, 70009, 10007, 10010, 100004, 99999];
const errors = errorCodes.map((code): IncidentInput => ({ kind: 'error', code, rate: 0.5 }));
const worldChanges: readonly IncidentInput[] = [
  { kind: 'outage', how: 'reset' },
  { kind: 'outage', how: 'html' },
  { kind: 'slow', delay: '50ms' },
  { kind: 'audience', share: 0.5, factor: 3 },
  { kind: 'zero', share: 0.3 },
  { kind: 'end', share: 0.1 },
  { kind: 'recreate', share: 0.2 },
];
const incidents = [...malformed, ...errors, ...worldChanges];

describe('A storm of faults', () => {
  it('In five minutes of malformed responses, errors, outages and rooms that end and return, no value is untrue', async () => {
    const clock = new FakeClock(Date.UTC(2026, 4, 1, 20));
    const simulator = await startSimulator({
      rooms: 30,
      seed: 9,
      now: clock.now,
      wallNow: clock.now,
      monotonicNow: clock.monotonic,
    });
    releases.push(() => simulator.stop());
    const recorder = new Recorder({ inFlightMs: 10_000 });
    const api = await startRecordingApi({ target: simulator.origin, recorder, now: clock.monotonic });
    releases.push(() => api.stop());
    const every15s = { schedule: '*/15 * * * * *', enabled: true };
    const config = await simulatedConfig(simulator, {
      sections: {
        tasks: {
          room_list: every15s,
          room_info: every15s,
          online_members: every15s,
          member_list: every15s,
          room_stats: every15s,
          seat_list: every15s,
        },
        http: { timeout: '10s' },
      },
    });
    const exporter = await startExporter({
      config: { ...config, apps: config.apps.map((app) => ({ ...app, baseUrl: api.origin })) },
      version: '0.0.0',
      clock,
      logger: createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } }),
    });
    releases.push(() => exporter.stop());

    for (let step = 0; clock.monotonic() < stormSeconds * 1000; step += 1) {
      if ((step * stepMs) % (incidentSeconds * 1000) === 0) {
        simulator.withdraw();
        // Steps of eleven mix the kinds.
        simulator.inject(
          incidents[((step * stepMs * 11) / (incidentSeconds * 1000)) % incidents.length] as IncidentInput,
        );
      }
      await clock.advance(stepMs);
      await pause(1);
      if (step % stepsPerScrape > 0) continue;
      const nowMs = clock.monotonic();
      recorder.check(await (await fetch(`http://${exporter.address}/metrics`)).text(), nowMs);
    }
    process.stdout.write(`${recorder.summary}\n`);
    expect([recorder.untrue, recorder.checked > 10_000]).toEqual([[], true]);
  });
});
