import { describe, expect, it } from '@jest/globals';

import { flagNames, flagOf } from '../../src/cli/flags.ts';
import { helpText } from '../../src/cli/help.ts';
import { loadConfig } from '../../src/config/load.ts';

describe('helpText', () => {
  it('lists every flag with its default, aligned', () => {
    expect(helpText()).toBe(`usage: tencent-live-exporter [<flags>] [<command>]

Prometheus exporter for Tencent Cloud live rooms.

Flags:
  -h, --help                              Show this help and exit.
      --version                           Show the version and exit.
      --config.file="config/exporter.yml"
                                          Config file. If the default does not exist, variables of
                                          the environment configure one app.
      --config.check                      Check the config and exit: 0 if it is valid, 2 with its
                                          faults if not.
      --config.auto-reload                Load the config file again when its content changes.
      --web.listen-address=":19123"       Address of the web server, host:port or :port. Port 0
                                          picks a free one and logs it.
      --web.telemetry-path="/metrics"     Path of the metrics.
      --web.config.file=""                File with TLS and basic auth, in the form of Prometheus'
                                          exporter-toolkit.
      --log.level="info"                  Least severe level that is logged. One of: debug, info,
                                          warn, error.
      --log.format="logfmt"               Form of the log lines. One of: logfmt, json.
      --once                              Collect everything once, write the metrics to stdout and
                                          exit: 0 if all is complete, 1 if not.
      --demo                              Use the embedded simulator as the API: needs no
                                          credentials.
      --format="text"                     Form of the report of doctor. One of: text, json.

Commands:
  doctor [<flags>]                        Try each command once for each app, say what is missing
                                          and how to fix it, and exit.
  simulate [<flags>]                      Run the simulator of the API alone; "simulate --help"
                                          shows its flags.

Without a config file, TENCENT_SDK_APP_ID and one of TENCENT_SECRET_KEY, TENCENT_SECRET_KEY_FILE and
TENCENT_USER_SIG_FILE configure one app; TENCENT_REGION (default: singapore) and TENCENT_IDENTIFIER
(default: administrator) may be given too.
`);
  });

  it('fits into 100 columns', () => {
    expect(
      Math.max(
        ...helpText()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  it('shows the defaults that the config has', async () => {
    const env = { TENCENT_SDK_APP_ID: '1', TENCENT_SECRET_KEY: 'k' };
    const { config } = await loadConfig({ path: 'no/such.yml', explicit: false, env, flags: {} });
    const shown = Object.fromEntries(flagNames.map((name) => [name, flagOf(name).default]));

    expect(shown).toMatchObject({
      'web.listen-address': config.web.listenAddress,
      'web.telemetry-path': config.web.telemetryPath,
      'web.config.file': config.web.configFile ?? '',
      'log.level': config.log.level,
      'log.format': config.log.format,
    });
  });
});
