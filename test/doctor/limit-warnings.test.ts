import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { limitWarnings } from '../../src/doctor/limit-warnings.ts';
import { openFilesIn, type ProcessLimits, processLimits } from '../../src/platform/process-limits.ts';
import { writeTemporary } from '../support/simulated-config.ts';

const plenty: ProcessLimits = { openFiles: 1_048_576, heapBytes: 2 ** 31 };

async function warningsOf(limits: Partial<ProcessLimits>, more = ''): Promise<readonly string[]> {
  const apps = 'apps: [{ sdk_app_id: 1, secret_key: k, rooms: { limit: 100000 } }]\n';
  const path = writeTemporary('exporter.yml', apps + more);
  const { config } = await loadConfig({ path, explicit: true, env: {}, flags: {} });
  return limitWarnings(config, { ...plenty, ...limits }).map(({ key, found, advice }) => `${key}: ${found}; ${advice}`);
}

describe('The warnings about limits of the process', () => {
  it('There is none if the limits suffice, or are not known', async () => {
    expect([await warningsOf({}), await warningsOf({ openFiles: undefined })]).toEqual([[], []]);
  });

  it('A limit of open files that is too low is named, with what may be needed', async () => {
    expect(await warningsOf({ openFiles: 256 })).toEqual([
      'ulimit -n: 256 open files are allowed, and 856 may be needed: 600, and http.concurrency for each app and task; ' +
        'raise the limit (LimitNOFILE of systemd, --ulimit of Docker), or lower http.concurrency',
    ]);
  });

  it('A receiver of webhooks needs files for its connections', async () => {
    const [warning] = await warningsOf({ openFiles: 256 }, 'webhooks: { listen_address: ":0" }');
    expect(warning).toContain('256 open files are allowed, and 1880 may be needed: 1624, and http.concurrency');
  });

  it('Too little memory for the configured number of rooms is named', async () => {
    expect(await warningsOf({ heapBytes: 2 ** 28 })).toEqual([
      'rooms.limit: Node may use 256 MiB, and 100000 rooms may need 455 MiB; ' +
        'give it more with NODE_OPTIONS=--max-old-space-size, or lower rooms.limit',
    ]);
  });
});

describe('processLimits', () => {
  it('The limit in force is read, and not the one up to which it can be raised', () => {
    expect(
      openFilesIn(
        'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n',
      ),
    ).toBe(1024);
    expect(openFilesIn('Max open files            unlimited            unlimited            files\n')).toBeUndefined();
  });

  it('Node names its own limit of memory', () => {
    expect(processLimits().heapBytes).toBeGreaterThan(0);
  });
});
