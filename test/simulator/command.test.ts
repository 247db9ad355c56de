import { describe, expect, it } from '@jest/globals';

import { acceleratedClock, parseSimulateFlags, runSimulate, simulateHelp } from '../../src/simulator/command.ts';

describe('the flags of simulate', () => {
  it('have defaults', () => {
    expect(parseSimulateFlags([])).toEqual({
      kind: 'run',
      rooms: 200,
      seed: 1,
      apps: 1,
      latencyMs: 0,
      enforceQuotas: false,
      https: false,
      host: '127.0.0.1',
      port: 19124,
      zipfExponent: 1.2,
      speed: 1,
      scenario: undefined,
      replays: [],
    });
  });

  it('set everything', () => {
    const args =
      '--rooms=5 --seed=9 --apps=2 --latency=30ms --enforce-quotas --https --zipf=1.0 --speed=60 --scenario=gentle ' +
      '--replay=a.csv --replay=b.csv.gz --listen-address=[::1]:0';
    expect(parseSimulateFlags(args.split(' '))).toEqual({
      kind: 'run',
      rooms: 5,
      seed: 9,
      apps: 2,
      latencyMs: 30,
      enforceQuotas: true,
      https: true,
      host: '::1',
      port: 0,
      zipfExponent: 1,
      speed: 60,
      scenario: 'gentle',
      replays: ['a.csv', 'b.csv.gz'],
    });
  });

  it.each([
    [['--rooms', 'many'], '--rooms: found "many", expected a whole number from 0 to 1000000'],
    [['--latency', '30'], '--latency: found "30", expected a duration such as 30ms or 2s'],
    [['--zipf', '-1'], "Option '--zipf' argument is ambiguous. Did you forget"],
    [['--zipf=1e1'], '--zipf: found "1e1", expected a number from 0 to 5'],
    [['--speed', 'x'], '--speed: found "x", expected a number from 0 to 100000'],
    [['--listen-address', 'localhost'], '--listen-address: found "localhost", expected host:port or :port'],
    [['--listen-address', ':99999'], '--listen-address: found ":99999", expected host:port or :port'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['extra'], 'Unexpected argument'],
  ])('%j are refused with one clear line', (args, message) => {
    expect(() => parseSimulateFlags(args)).toThrow(message);
  });
});

describe('simulate', () => {
  it('says where it listens and with which key, and stops on a signal', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    await runSimulate(parseSimulateFlags(['--rooms=3', '--listen-address=:0']), {
      signal: stop.signal,
      stdout: (text) => {
        lines.push(text);
        stop.abort();
      },
    });
    expect(lines.join('')).toMatch(
      /^Simulating 3 rooms at http:\/\/127\.0\.0\.1:\d+ \(seed 1\)\n {2}sdk_app_id: 1400000001\n {2}identifier: administrator\n {2}secret_key: [0-9a-f]{64}\n$/,
    );
  });

  it('prints its help', async () => {
    const lines: string[] = [];
    await runSimulate(parseSimulateFlags(['--help']), {
      signal: new AbortController().signal,
      stdout: (text) => lines.push(text),
    });
    expect(lines).toEqual([simulateHelp]);
  });
});

describe('an accelerated clock', () => {
  it('starts at the system’s time and runs as many times as fast', () => {
    let system = 1_000_000;
    const clock = acceleratedClock(60, () => system);
    system += 500;
    expect(clock()).toBe(1_030_000);
  });
});
