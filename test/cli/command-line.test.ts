import { describe, expect, it } from '@jest/globals';

import { parseCommandLine, UsageError } from '../../src/cli/command-line.ts';

const runByDefault = {
  kind: 'run',
  configFile: { path: 'config/exporter.yml', explicit: false },
  configCheck: false,
  configAutoReload: false,
  once: false,
  demo: false,
};

describe('parseCommandLine', () => {
  it('runs the daemon when nothing is asked for', () => {
    expect(parseCommandLine([])).toEqual(runByDefault);
  });

  it('reads every flag of the daemon, its value after a space or an equals sign', () => {
    const argv = [
      '--config.file=other.yml',
      '--config.auto-reload',
      '--web.listen-address',
      ':9100',
      '--web.telemetry-path=/m',
      '--web.config.file',
      'web.yml',
      '--log.level=debug',
      '--log.format',
      'json',
      '--demo',
    ];

    expect(parseCommandLine(argv)).toEqual({
      kind: 'run',
      configFile: { path: 'other.yml', explicit: true },
      configCheck: false,
      configAutoReload: true,
      once: false,
      demo: true,
      webListenAddress: ':9100',
      webTelemetryPath: '/m',
      webConfigFile: 'web.yml',
      logLevel: 'debug',
      logFormat: 'json',
    });
  });

  it.each([
    [['--once'], { ...runByDefault, once: true }],
    [['--config.check'], { ...runByDefault, configCheck: true }],
    [['--web.listen-address=[::1]:0'], { ...runByDefault, webListenAddress: '[::1]:0' }],
    [['--version'], { kind: 'version' }],
    [['--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['doctor', '--help'], { kind: 'help' }],
  ])('reads %j', (argv, invocation) => {
    expect(parseCommandLine(argv)).toEqual(invocation);
  });

  it('takes the default path as named when the user writes it', () => {
    expect(parseCommandLine(['--config.file=config/exporter.yml'])).toMatchObject({ configFile: { explicit: true } });
  });

  it('reads doctor with its flags on either side', () => {
    const argv = ['--config.file=a.yml', '--log.level=error', 'doctor', '--format', 'json', '--demo'];

    expect(parseCommandLine(argv)).toEqual({
      kind: 'doctor',
      configFile: { path: 'a.yml', explicit: true },
      demo: true,
      format: 'json',
      logLevel: 'error',
    });
  });

  it('leaves what follows simulate to the simulator', () => {
    expect(parseCommandLine(['simulate', '--rooms=5', '--help', 'doctor'])).toEqual({
      kind: 'simulate',
      args: ['--rooms=5', '--help', 'doctor'],
    });
  });

  it.each([
    [['--web.listen-adress=:0'], 'unknown flag --web.listen-adress, did you mean --web.listen-address?'],
    [['--scrape.interval=1s'], 'unknown flag --scrape.interval, see --help'],
    [['-x'], 'unknown flag -x, see --help'],
    [['--no-once'], 'unknown flag --no-once, see --help'],
    [[`--${'5b'.repeat(32)}`], 'unknown flag <66 characters>, see --help'],
    [['dcotor'], 'unexpected argument "dcotor", did you mean doctor?'],
    [['start'], 'unexpected argument "start", expected flags, doctor or simulate'],
    [['doctor', 'doctor'], 'unexpected argument "doctor", did you mean doctor?'],
    [['--', '--once'], 'unexpected argument "--once", expected flags, doctor or simulate'],
    [['--demo', 'simulate'], 'found "simulate" after other arguments, expected it first'],
    [['--config.file'], '--config.file needs a value: --config.file=FILE'],
    [['--config.file='], '--config.file needs a value: --config.file=FILE'],
    [['--log.level', '--once'], '--log.level needs a value: --log.level=LEVEL'],
    [['--once=true'], '--once takes no value'],
    [['--once', '--once'], '--once stands twice, expected once'],
    [['--log.level=trace'], '--log.level: found "trace", expected one of debug, info, warn, error'],
    [['--log.format=xml'], '--log.format: found "xml", expected one of logfmt, json'],
    [['doctor', '--format=xml'], '--format: found "xml", expected one of text, json'],
    [
      ['--web.listen-address=19123'],
      '--web.listen-address: found "19123", expected host:port, [IPv6 address]:port or :port, with a port from 0 to 65535',
    ],
    [
      ['--web.telemetry-path=/'],
      '--web.telemetry-path: found "/", expected a path such as /metrics: "/" first, then letters, digits and -._~/, ' +
        'and neither "/", "/config" nor below "/-/"',
    ],
    [['--format=json'], '--format goes with doctor only'],
    [['doctor', '--once'], '--once does not go with doctor'],
    [['--once', '--config.check'], '--config.check and --once exclude each other'],
    [['--once', '--config.auto-reload'], '--once and --config.auto-reload exclude each other'],
  ])('refuses %j in one clear line', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(new UsageError(message));
  });
});
