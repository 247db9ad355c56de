import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readVersion } from '../../src/platform/version.ts';

function printed(...argv: readonly string[]): string {
  const invocation = parseCommandLine(argv);
  return invocation.kind === 'print' ? invocation.text : '';
}

describe('The help', () => {
  it('The help of the program has the flags of the daemon and the commands', () => {
    expect(printed('--help')).toBe(`Usage: tencent-live-exporter [flags] [command]

Prometheus exporter for Tencent Cloud live rooms.

Flags:
  --config.file <path>            Config file. If the default, relative to the current folder, does
                                  not exist, environment variables configure one app. (default:
                                  "config/exporter.yml")
  --config.check                  Check the config and exit: 0 if it is valid, 2 with its errors if
                                  not.
  --config.auto-reload            Reload the config file when its content changes.
  --web.listen-address <address>  Address of the web server: host:port or :port. Port 0 picks a free
                                  port. (default: ":19123")
  --web.telemetry-path <path>     Path of the metrics. (default: "/metrics")
  --web.config.file <path>        File with TLS and basic auth settings, in the format of
                                  Prometheus' exporter-toolkit.
  --log.level <level>             Minimum level to log. (choices: "debug", "info", "warn", "error",
                                  default: "info")
  --log.format <format>           Format of the log lines. (choices: "logfmt", "json", default:
                                  "logfmt")
  --once                          Collect once, write the metrics to stdout and exit: 0 if they are
                                  complete, 1 if not.
  --demo                          Poll the built-in simulator instead of Tencent; needs no
                                  credentials.
  --version                       Show the version and exit.
  -h, --help                      Show this help and exit.

Commands:
  doctor [flags]                  Try every command of each app with one room, check configured
                                  rooms, schedules and the number of series, say what is wrong and
                                  how to fix it, and exit. Uses at most a tenth of the quota.
  rules [flags]                   Print the alert rules for Prometheus, with your job name,
                                  addresses and thresholds.
  sessions [flags] <file>         Print the rooms that have ended, from the file to which the
                                  exporter appends them.
  simulate [flags]                Run the simulator of Tencent's API alone.

Without a config file, TENCENT_SDK_APP_ID and one of TENCENT_SECRET_KEY, TENCENT_SECRET_KEY_FILE and
TENCENT_USER_SIG_FILE configure one app. TENCENT_REGION (default: by the SDKAppID) and
TENCENT_IDENTIFIER (default: administrator) are optional. The config/exporter.yml of this package
reads the same variables.
`);
  });

  it('The help of doctor has the flags of doctor', () => {
    expect(printed('doctor', '--help')).toBe(`Usage: tencent-live-exporter doctor [flags]

Try every command of each app with one room, check configured rooms, schedules and the number of
series, say what is wrong and how to fix it, and exit. Uses at most a tenth of the quota.

Flags:
  --config.file <path>   Config file. If the default, relative to the current folder, does not
                         exist, environment variables configure one app. (default:
                         "config/exporter.yml")
  --log.level <level>    Minimum level to log. (choices: "debug", "info", "warn", "error", default:
                         "info")
  --log.format <format>  Format of the log lines. (choices: "logfmt", "json", default: "logfmt")
  --format <format>      Format of the report. (choices: "text", "json", default: "text")
  --record <path>        File to write with one response of each command, in which ids, names and
                         accounts are replaced: for a bug report.
  --demo                 Poll the built-in simulator instead of Tencent; needs no credentials.
  --version              Show the version and exit.
  -h, --help             Show this help and exit.
`);
  });

  it('The help of rules has the flags of rules', () => {
    expect(printed('rules', '--help')).toBe(`Usage: tencent-live-exporter rules [flags]

Print the alert rules for Prometheus, with your job name, addresses and thresholds.

Flags:
  --job <name>                     Name of the scrape job in your Prometheus, if it is not
                                   "tencent-live".
  --dashboard-url <url>            Address of your Grafana. Without it, alerts link to no dashboard.
  --runbook-url <url>              Address of the folder with your copies of docs/runbooks. Without
                                   it, alerts link to the ones on GitHub.
  --threshold <[app:]name=number>  Another number for a threshold, or for that of one app if its
                                   SDKAppID comes first. Repeatable.
  --format <format>                A rule file, or a PrometheusRule of the Prometheus operator.
                                   (choices: "prometheus", "kubernetes", default: "prometheus")
  --version                        Show the version and exit.
  -h, --help                       Show this help and exit.
`);
  });

  it('The help of sessions has its argument and its flags', () => {
    expect(printed('sessions', '--help')).toBe(`Usage: tencent-live-exporter sessions [flags] <file>

Print the rooms that have ended, from the file to which the exporter appends them.

Arguments:
  file               File that sessions.file of the config names, or a renamed one.

Flags:
  --sort <key>       What comes first: the last end, or the largest value. (choices: "ended",
                     "peak", "viewer-hours", "mean-stay", default: "ended")
  --limit <n>        The most rooms to print. (default: 20)
  --format <format>  Format of the list. (choices: "table", "csv", default: "table")
  --version          Show the version and exit.
  -h, --help         Show this help and exit.
`);
  });

  it('The help of simulate has the flags of simulate', () => {
    expect(printed('simulate', '--help')).toBe(`Usage: tencent-live-exporter simulate [flags]

Run the simulator of Tencent's API alone.

Flags:
  --rooms <n>                 Rooms of each app: all live at the start, nearly all at any time
                              after. (default: 200)
  --seed <n>                  Seed of the random world. The same seed and start time give the same
                              world. (default: 1)
  --apps <n>                  Number of apps. Each has rooms and quotas of its own. (default: 1)
  --latency <duration>        Time that each response takes, such as 30ms. (default: "0s")
  --enforce-quotas            Refuse calls beyond Tencent's documented quotas.
  --zipf <exponent>           Zipf exponent of the audience sizes; a larger one makes most rooms
                              smaller. (default: 1.2)
  --speed <n>                 Seconds that pass in the simulated world in each real second.
                              (default: 1)
  --scenario <path>           YAML file with incidents to simulate, or "gentle" for the incidents of
                              the demo.
  --replay <path>             Recorded audience (unix_ts,viewers; .csv or .csv.gz) that adds a room.
                              Repeatable.
  --tls.cert-file <path>      Serve HTTPS with this certificate (PEM). Needs --tls.key-file.
  --tls.key-file <path>       Private key of the certificate (PEM). Needs --tls.cert-file.
  --webhooks.url <url>        Send the webhooks of all apps to this address.
  --webhooks.token <token>    Sign the webhooks with this token. Needs --webhooks.url.
  --webhooks.family <name>    Send only the webhooks of this family. Needs --webhooks.url. (choices:
                              "live", "chat")
  --listen-address <address>  Address to listen on: host:port or :port. Port 0 picks a free port.
                              (default: "127.0.0.1:19124")
  --version                   Show the version and exit.
  -h, --help                  Show this help and exit.
`);
  });

  it('The short flag -h prints the same help as --help', () => {
    expect(printed('-h')).toBe(printed('--help'));
    expect(printed('--demo', 'doctor', '-h')).toBe(printed('doctor', '--help'));
  });

  it.each([
    [['--help']],
    [['doctor', '--help']],
    [['rules', '--help']],
    [['sessions', '--help']],
    [['simulate', '--help']],
  ])('The text of %j fits into 100 columns', (argv) => {
    const lengths = printed(...argv)
      .split('\n')
      .map(({ length }) => length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
  });

  it('The help shows the defaults that the config has', async () => {
    const env = { TENCENT_SDK_APP_ID: '1', TENCENT_SECRET_KEY: 'k' };
    const { config } = await loadConfig({ path: 'no/such.yml', explicit: false, env, flags: {} });
    const flags = printed('--help').replaceAll(/\s+/g, ' ').split(' --');
    const shown = (name: string) =>
      /default: "([^"]*)"/.exec(flags.find((flag) => flag.startsWith(`${name} `)) ?? '')?.[1];

    // These keys have no flag.
    const { allowedHosts: _, readyWhen: __, ...flagsOfWeb } = config.web;
    expect({
      listenAddress: shown('web.listen-address'),
      telemetryPath: shown('web.telemetry-path'),
      configFile: shown('web.config.file'),
      level: shown('log.level'),
      format: shown('log.format'),
    }).toEqual({ configFile: undefined, ...flagsOfWeb, ...config.log });
  });
});

describe('The version', () => {
  it.each([
    [['--version']],
    [['doctor', '--version']],
    [['rules', '--version']],
    [['sessions', '--version']],
    [['simulate', '--version']],
  ])('The version is printed for %j', (argv) => {
    expect(printed(...argv)).toBe(`tencent-live-exporter, version ${readVersion()} (node ${process.version})\n`);
  });
});
