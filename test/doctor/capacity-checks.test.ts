import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { checkSchedules } from '../../src/doctor/capacity-checks.ts';
import { writeTemporary } from '../support/simulated-config.ts';

/** What is found about the schedule of online_members with the default quota. */
async function foundFor(rooms: number): Promise<string | undefined> {
  const path = writeTemporary('exporter.yml', 'apps: [{ sdk_app_id: 1400000000, secret_key: k }]\n');
  const { config } = await loadConfig({ path, explicit: true, env: {}, flags: {} });
  const [app] = config.apps;
  if (app === undefined) throw new Error('expected an app');
  const counted = { count: rooms, isLowerBound: false };
  const checks = checkSchedules({ app, config, rooms: counted, intervalSeconds: () => 10 });
  return checks.find(({ name }) => name === 'schedule online_members')?.found;
}

describe('The check of the schedules', () => {
  it('If the quota makes drop alerts late in a part of the rooms, the check says in how many they can be in time', async () => {
    expect(await foundFor(60_000)).toBe('60000 rooms in 600 s, every 10 s');
    expect(await foundFor(60_001)).toBe(
      '60001 rooms in 601 s, every 10 s; drop alerts are late in all but 60000 rooms at most, because the others are not read every 600 s',
    );
  });
});
