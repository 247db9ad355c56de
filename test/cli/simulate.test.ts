import { get } from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import type { SimulateInvocation } from '../../src/cli/simulate-flags.ts';
import { acceleratedClock, runSimulate } from '../../src/cli/simulate.ts';
import { issue } from '../support/certificates.ts';
import { writeTemporary } from '../support/simulated-config.ts';

const invocation = (...flags: readonly string[]) =>
  parseCommandLine(['simulate', '--rooms=3', '--listen-address=:0', ...flags]) as SimulateInvocation;

/** Runs the simulator until it has printed its first text and `onRunning`, which gets the text, is done. */
async function simulate(
  flags: readonly string[],
  onRunning: (text: string) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const stop = new AbortController();
  let output = '';
  await runSimulate(invocation(...flags), {
    signal: stop.signal,
    stdout: (text) => {
      output += text;
      void onRunning(text).finally(() => stop.abort());
    },
  });
  return output;
}

function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, ca }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

describe('The simulate command', () => {
  it('The simulator prints its address and its credentials, and stops when the signal aborts', async () => {
    expect(await simulate([])).toMatch(
      /^Simulating 3 rooms at http:\/\/127\.0\.0\.1:\d+ \(seed 1\)\n {2}sdk_app_id: 1400000001\n {2}identifier: administrator\n {2}secret_key: [0-9a-f]{64}\n$/,
    );
  });

  it('The simulator stops if the signal has aborted before it runs', async () => {
    const lines: string[] = [];
    await runSimulate(invocation(), { signal: AbortSignal.abort(), stdout: (text) => lines.push(text) });
    expect(lines).toHaveLength(1);
  });

  it('The simulator serves HTTPS with the certificate and the key from the files', async () => {
    const { cert, key } = await issue('simulator');
    const flags = [
      `--tls.cert-file=${writeTemporary('cert.pem', cert)}`,
      `--tls.key-file=${writeTemporary('key.pem', key)}`,
    ];
    let status: number | undefined;
    await simulate(flags, async (text) => {
      const [origin = ''] = /https:\S+/.exec(text) ?? [];
      status = await statusOf(`${origin}/x`, cert);
    });
    expect(status).toBe(200);
  });

  it.each([
    ['--scenario=no/such.yml', "--scenario: ENOENT: no such file or directory, open 'no/such.yml'"],
    ['--replay=no/such.csv', "--replay: ENOENT: no such file or directory, open 'no/such.csv'"],
    ['--tls.cert-file=no/such.pem', "--tls.cert-file: ENOENT: no such file or directory, open 'no/such.pem'"],
  ])('The file of %s, which does not exist, is a usage error', async (flag, message) => {
    const flags = flag.startsWith('--tls') ? [flag, '--tls.key-file=no/such.key'] : [flag];
    await expect(simulate(flags)).rejects.toMatchObject({ name: 'UsageError', message });
  });

  it('A key that does not belong to the certificate is a usage error', async () => {
    const [{ cert }, { key }] = await Promise.all([issue('one'), issue('other')]);
    const flags = [
      `--tls.cert-file=${writeTemporary('cert.pem', cert)}`,
      `--tls.key-file=${writeTemporary('key.pem', key)}`,
    ];
    await expect(simulate(flags)).rejects.toThrow(/^--tls\.key-file: .*key values mismatch/);
  });

  it('An address that another server uses is an error in one line', async () => {
    await simulate([], async (text) => {
      const [, port = ''] = /:(\d+) /.exec(text) ?? [];
      const second = parseCommandLine(['simulate', `--listen-address=:${port}`]) as SimulateInvocation;
      await expect(runSimulate(second, { signal: AbortSignal.abort(), stdout: () => {} })).rejects.toMatchObject({
        name: 'ListenError',
        message: `cannot start the simulator: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
      });
    });
    expect.assertions(1);
  });
});

describe('acceleratedClock', () => {
  it('An accelerated clock starts at the time of the system and runs as many times as fast', () => {
    let system = 1_000_000;
    const clock = acceleratedClock(60, () => system);
    system += 500;
    expect(clock()).toBe(1_030_000);
  });
});
