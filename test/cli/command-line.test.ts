import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { UsageError } from '../../src/cli/flag.ts';

const daemonByDefault = {
  kind: 'daemon',
  configFile: { path: 'config/exporter.yml', explicit: false },
  configFlags: {},
  configCheck: false,
  configAutoReload: false,
  once: false,
  demo: false,
};

const simulateByDefault = {
  kind: 'simulate',
  rooms: 200,
  seed: 1,
  apps: 1,
  latencyMs: 0,
  zipf: 1.2,
  speed: 1,
  listenAddress: { port: 19124 },
};

describe('parseCommandLine', () => {
  it('Without arguments, the daemon runs with the defaults', () => {
    expect(parseCommandLine([])).toEqual(daemonByDefault);
  });

  it('The daemon takes all of its flags, with the value after a space or after an equals sign', () => {
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
      kind: 'daemon',
      configFile: { path: 'other.yml', explicit: true },
      configCheck: false,
      configAutoReload: true,
      once: false,
      demo: true,
      configFlags: {
        webListenAddress: ':9100',
        webTelemetryPath: '/m',
        webConfigFile: 'web.yml',
        logLevel: 'debug',
        logFormat: 'json',
      },
    });
  });

  it.each([
    [['--once'], { ...daemonByDefault, once: true }],
    [['--config.check'], { ...daemonByDefault, configCheck: true }],
    [['--web.listen-address=[::1]:0'], { ...daemonByDefault, configFlags: { webListenAddress: '[::1]:0' } }],
  ])('The daemon takes %j', (argv, invocation) => {
    expect(parseCommandLine(argv)).toEqual(invocation);
  });

  it('A config file with the default path counts as explicit if the user writes it', () => {
    expect(parseCommandLine(['--config.file=config/exporter.yml'])).toMatchObject({ configFile: { explicit: true } });
  });

  it('A flag that is given with its default value overrides the config file', () => {
    expect(parseCommandLine(['--log.level=info'])).toEqual({ ...daemonByDefault, configFlags: { logLevel: 'info' } });
  });

  it('The doctor takes its flags before and after the command', () => {
    const argv = ['--config.file=a.yml', '--log.level=error', 'doctor', '--format', 'json', '--demo'];

    expect(parseCommandLine(argv)).toEqual({
      kind: 'doctor',
      configFile: { path: 'a.yml', explicit: true },
      demo: true,
      format: 'json',
      configFlags: { logLevel: 'error' },
    });
  });

  it('Without flags, the rules are printed as they are', () => {
    expect(parseCommandLine(['rules'])).toEqual({ kind: 'rules', format: 'prometheus' });
  });

  it('The rules take all of their flags, and --threshold more than once', () => {
    const argv =
      'rules --job=rooms --dashboard-url=https://grafana.example.org --runbook-url=https://wiki.example.org/runbooks/ ' +
      '--threshold=room_drop_ratio=0.5 --threshold=1400000000:room_min_members=80 --format=kubernetes';

    expect(parseCommandLine(argv.split(' '))).toEqual({
      kind: 'rules',
      job: 'rooms',
      dashboardUrl: 'https://grafana.example.org/',
      runbookUrl: 'https://wiki.example.org/runbooks/',
      threshold: [
        { name: 'room_drop_ratio', value: 0.5 },
        { app: '1400000000', name: 'room_min_members', value: 80 },
      ],
      format: 'kubernetes',
    });
  });

  it('Without flags, the simulator runs with the defaults', () => {
    expect(parseCommandLine(['simulate'])).toEqual(simulateByDefault);
  });

  it('The simulator takes all of its flags, and --replay more than once', () => {
    const argv =
      'simulate --rooms=5 --seed=9 --apps=2 --latency=30ms --enforce-quotas --zipf=1.0 --speed=60 --scenario=gentle ' +
      '--replay=a.csv --replay=b.csv.gz --tls.cert-file=cert.pem --tls.key-file=key.pem --listen-address=[::1]:0 ' +
      '--webhooks.url=http://localhost:19125/webhooks --webhooks.token=t --webhooks.family=live';

    expect(parseCommandLine(argv.split(' '))).toEqual({
      kind: 'simulate',
      rooms: 5,
      seed: 9,
      apps: 2,
      latencyMs: 30,
      enforceQuotas: true,
      zipf: 1,
      speed: 60,
      scenario: 'gentle',
      replay: ['a.csv', 'b.csv.gz'],
      tlsCertFile: 'cert.pem',
      tlsKeyFile: 'key.pem',
      listenAddress: { host: '::1', port: 0 },
      webhooksUrl: 'http://localhost:19125/webhooks',
      webhooksToken: 't',
      webhooksFamily: 'live',
    });
  });

  const key = '5b'.repeat(32);
  it.each([
    // Unknown flags and commands
    [['--web.listen-adress=:0'], "unknown flag '--web.listen-adress' (Did you mean --web.listen-address?)"],
    [['--web.listen-adress', ':0'], "unknown flag '--web.listen-adress' (Did you mean --web.listen-address?)"],
    [['--scrape.interval=1s'], "unknown flag '--scrape.interval'"],
    [['-x'], "unknown flag '-x'"],
    [['--no-once'], "unknown flag '--no-once' (Did you mean --once?)"],
    [['--format=json'], "unknown flag '--format'"],
    [['dcotor'], 'unknown command "dcotor", expected doctor, rules, sessions or simulate'],
    [['dcotor', '--format=json'], 'unknown command "dcotor", expected doctor, rules, sessions or simulate'],
    [['start'], 'unknown command "start", expected doctor, rules, sessions or simulate'],
    [['--', '--once'], 'unknown command "--once", expected doctor, rules, sessions or simulate'],
    [['doctor', 'doctor'], 'doctor: unexpected argument "doctor"'],
    [['simulate', '--rooms=1', 'extra'], 'simulate: unexpected argument "extra"'],
    [['doctor', '--once'], "doctor: unknown flag '--once'"],
    [['doctor', '--formt=json'], "doctor: unknown flag '--formt' (Did you mean --format?)"],
    [['simulate', '--nonsense'], "simulate: unknown flag '--nonsense'"],
    // Secrets in the wrong place
    [[`--${key}`], "unknown flag '<66 characters>'"],
    [['--password=hunter2'], "unknown flag '--password'"],
    [[key], 'unknown command "<64 characters>", expected doctor, rules, sessions or simulate'],
    [['doctor', key], 'doctor: unexpected argument "<64 characters>"'],
    [['--log.level', key], '--log.level: found "<64 characters>", expected one of debug, info, warn, error'],
    // Combinations
    [['--once', '--once'], '--once may be given only once'],
    [['--log.level=info', '--log.level=info'], '--log.level may be given only once'],
    [['--log.level=info', 'doctor', '--log.level=info'], '--log.level may be given only once'],
    [['simulate', '--seed=1', '--seed=1'], '--seed may be given only once'],
    [['--demo', 'simulate'], '--demo cannot be used with simulate'],
    [['--once', 'doctor'], '--once cannot be used with doctor'],
    [['--once', '--config.check'], "flag '--config.check' cannot be used with flag '--once'"],
    [['--once', '--config.auto-reload'], "flag '--config.auto-reload' cannot be used with flag '--once'"],
    [
      ['--config.check', '--config.auto-reload'],
      "flag '--config.check' cannot be used with flag '--config.auto-reload'",
    ],
    [['sessions'], "sessions: missing required argument 'file'"],
    [['sessions', 'a', 'b'], 'sessions: unexpected argument "b"'],
    [['sessions', 'a', '--once'], "sessions: unknown flag '--once'"],
    [['sessions', 'a', '--sort=size'], '--sort: found "size", expected one of ended, peak, viewer-hours, mean-stay'],
    [['simulate', '--tls.cert-file=a'], '--tls.cert-file and --tls.key-file need each other'],
    [['simulate', '--tls.key-file=a'], '--tls.cert-file and --tls.key-file need each other'],
    [['simulate', '--webhooks.token=a'], '--webhooks.token and --webhooks.family need --webhooks.url'],
    [
      ['simulate', '--webhooks.url=http://localhost/?a=b'],
      '--webhooks.url: found "http://localhost/?a=b", expected an http or https address without query',
    ],
    // Values
    [['--config.file'], "flag '--config.file <path>' argument missing"],
    [['--config.file='], '--config.file: found "", expected a path'],
    [['--config.file', '--once'], '--config.file: found "--once", expected a path'],
    [['--log.level', '--once'], '--log.level: found "--once", expected one of debug, info, warn, error'],
    [['--once=true'], '--once takes no value'],
    [['--help=true'], '--help takes no value'],
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
        'but not "/", "/config" or a path below "/-/"',
    ],
    [['rules', '--job='], '--job: found "", expected the name of a job'],
    [
      ['rules', '--dashboard-url=grafana'],
      '--dashboard-url: found "grafana", expected an http or https address without query',
    ],
    [
      ['rules', '--threshold=room_drop_ratio'],
      '--threshold: found "room_drop_ratio", expected name=number or SDKAppID:name=number, such as room_drop_ratio=0.5',
    ],
    [
      ['rules', '--threshold=main-site:room_drop_ratio=0.4'],
      '--threshold: found "main-site:room_drop_ratio=0.4", expected name=number or SDKAppID:name=number, such as room_drop_ratio=0.5',
    ],
    [['simulate', '--rooms', 'many'], '--rooms: found "many", expected a whole number from 0 to 1000000'],
    [['simulate', '--latency', '30'], '--latency: found "30", expected a duration such as 30ms or 2s'],
    [['simulate', '--zipf', '-1'], '--zipf: found "-1", expected a number from 0 to 5'],
    [['simulate', '--zipf=1e1'], '--zipf: found "1e1", expected a number from 0 to 5'],
    [['simulate', '--speed', 'x'], '--speed: found "x", expected a number from 0 to 100000'],
    [
      ['simulate', '--listen-address', 'localhost'],
      '--listen-address: found "localhost", expected host:port, [IPv6 address]:port or :port, with a port from 0 to 65535',
    ],
    [
      ['simulate', '--listen-address', ':99999'],
      '--listen-address: found ":99999", expected host:port, [IPv6 address]:port or :port, with a port from 0 to 65535',
    ],
  ])('The arguments %j are refused in one line', (argv, message) => {
    expect(() => parseCommandLine(argv)).toThrow(new UsageError(message));
  });
});
