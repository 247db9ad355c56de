import type { Command } from 'commander';
import { parseDuration } from '../config-file/duration.ts';
import { type ListenAddress, listenAddressExpected, parseListenAddress } from '../config-file/formats.ts';
import type { WebhookFamily } from '../simulator/webhooks/settings.ts';
import { Flag, UsageError } from './flag.ts';

/** The flags of `simulate`, by name. */
export interface SimulateInvocation {
  readonly kind: 'simulate';
  readonly rooms: number;
  readonly seed: number;
  readonly apps: number;
  readonly latencyMs: number;
  readonly enforceQuotas?: boolean;
  readonly zipf: number;
  readonly speed: number;
  readonly scenario?: string;
  readonly replay?: readonly string[];
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  readonly listenAddress: ListenAddress;
  readonly webhooksUrl?: string;
  readonly webhooksToken?: string;
  readonly webhooksFamily?: WebhookFamily;
}

/** In the order of the help. */
export const simulateFlags = (): readonly Flag[] => [
  new Flag('--rooms <n>', 'Rooms of each app: all live at the start, nearly all at any time after.')
    .default(200)
    .acceptWholeNumber({ min: 0, max: 1_000_000 }),
  new Flag('--seed <n>', 'Seed of the random world. The same seed and start time give the same world.')
    .default(1)
    .acceptWholeNumber({ min: 0, max: 0xffff_ffff }),
  new Flag('--apps <n>', 'Number of apps. Each has rooms and quotas of its own.')
    .default(1)
    .acceptWholeNumber({ min: 1, max: 100 }),
  new Flag('--latency <duration>', 'Time that each response takes, such as 30ms.')
    .default(0, '"0s"')
    .accept(parseDuration, 'a duration such as 30ms or 2s'),
  new Flag('--enforce-quotas', "Refuse calls beyond Tencent's documented quotas."),
  new Flag('--zipf <exponent>', 'Zipf exponent of the audience sizes; a larger one makes most rooms smaller.')
    .default(1.2)
    .acceptNumber({ min: 0, max: 5 }),
  new Flag('--speed <n>', 'Seconds that pass in the simulated world in each real second.')
    .default(1)
    .acceptNumber({ min: 0, max: 100_000 }),
  new Flag(
    '--scenario <path>',
    'YAML file with incidents to simulate, or "gentle" for the incidents of the demo.',
  ).acceptPath(),
  new Flag('--replay <path>', 'Recorded audience (unix_ts,viewers; .csv or .csv.gz) that adds a room. Repeatable.')
    .repeats()
    .acceptPath(),
  new Flag('--tls.cert-file <path>', 'Serve HTTPS with this certificate (PEM). Needs --tls.key-file.').acceptPath(),
  new Flag('--tls.key-file <path>', 'Private key of the certificate (PEM). Needs --tls.cert-file.').acceptPath(),
  new Flag('--webhooks.url <url>', 'Send the webhooks of all apps to this address.').acceptUrl(),
  new Flag('--webhooks.token <token>', 'Sign the webhooks with this token. Needs --webhooks.url.').accept(
    (text) => (text === '' ? undefined : text),
    'a token',
  ),
  new Flag('--webhooks.family <name>', 'Send only the webhooks of this family. Needs --webhooks.url.').acceptOneOf([
    'live',
    'chat',
  ]),
  new Flag('--listen-address <address>', 'Address to listen on: host:port or :port. Port 0 picks a free port.')
    .default({ port: 19124 }, '"127.0.0.1:19124"')
    .accept(parseListenAddress, listenAddressExpected),
];

export function simulateInvocation(command: Command): SimulateInvocation {
  const { latency: latencyMs, ...values } = command.opts<
    Omit<SimulateInvocation, 'kind' | 'latencyMs'> & { readonly latency: number }
  >();
  if ((values.tlsCertFile === undefined) !== (values.tlsKeyFile === undefined)) {
    throw new UsageError('--tls.cert-file and --tls.key-file need each other');
  }
  if (values.webhooksUrl === undefined && (values.webhooksToken ?? values.webhooksFamily) !== undefined) {
    throw new UsageError('--webhooks.token and --webhooks.family need --webhooks.url');
  }
  return { kind: 'simulate', latencyMs, ...values };
}
