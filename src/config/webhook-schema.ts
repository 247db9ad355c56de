import { resolve } from 'node:path';
import { z } from 'zod';
import { errnoText, existingFile } from '../config-file/files.ts';
import { listenAddressExpected, parseListenAddress } from '../config-file/formats.ts';
import { quotePath, quoteSecret } from '../config-file/issues.ts';
import { type Parsed, scalar, secret, text } from '../config-file/scalars.ts';
import { list, section } from '../config-file/sections.ts';
import { readTextFile } from '../platform/text-file.ts';

/** The path of a file with secrets, and what it holds. */
interface SecretsFile {
  /** Absolute; empty if there is no file. */
  readonly path: string;
  readonly secrets: readonly string[];
}

const secretExpected = 'a secret of 16 to 128 letters, digits and hyphens';
const isSecret = (written: string): boolean => /^[A-Za-z\d-]{16,128}$/.test(written);

const tokenExpected = 'a token of 1 to 128 characters';
const isToken = (written: string): boolean => written.length <= 128 && written.trim() !== '';

/** The receiver of webhooks. Relative paths are resolved against `directory`. */
export function webhooksSection(directory: string) {
  return section(
    {
      listenAddress: text({
        expected: `${listenAddressExpected}, or nothing`,
        valid: (address) => address === '' || parseListenAddress(address) !== undefined,
      })
        .prefault('')
        .describe(
          "Address at which Tencent's webhooks are received, on a port of its own. If empty, none is received.",
        ),
      path: text({
        expected: 'a path such as /webhooks: "/" first, then letters, digits and -._~/',
        valid: (path) => /^(?:\/[\w\-.~]+)+$/.test(path),
      })
        .prefault('/webhooks')
        .describe('Path of the webhooks. Without a secret, every path below it is accepted as well.'),
      secret: text({
        expected: secretExpected,
        valid: (written) => written === '' || isSecret(written),
        format: (written) => (written === '' ? '' : '<secret>'),
        quote: quoteSecret,
      })
        .prefault('')
        .describe(
          'The last part of the path, which only Tencent or your gateway knows: /webhooks/SECRET. If empty, the path has no secret.',
        ),
      secretFile: secretsFile(directory, { expected: `one line, ${secretExpected}`, isValid: isOneSecret })
        .prefault('')
        .describe('File that holds the secret, instead of secret. Relative to this file.'),
      configFile: existingFile(directory, { mayBeEmpty: true })
        .optional()
        .describe(
          "File with TLS for this port in the form of Prometheus' exporter-toolkit, without basic auth. Relative to this file.",
        ),
    },
    (webhooks, report) => {
      const inFile = (webhooks['secret_file'] as SecretsFile | undefined)?.path ?? '';
      if ((webhooks['secret'] ?? '') !== '' && inFile !== '') {
        report({ found: 'secret and secret_file', expected: 'expected only one of them', key: 'secret_file' });
      }
    },
  );
}

/** How the webhooks of an app are verified. */
export function appWebhooksSection(directory: string) {
  return section({
    tokens: tokenList()
      .prefault([])
      .describe(
        'Tokens of Live and of Chat with which Tencent may sign: the old and the new one while a token is rotated. Without any, nothing is verified.',
      ),
    tokensFile: secretsFile(directory, {
      expected: `one or more lines, each with ${tokenExpected}`,
      isValid: (tokens) => tokens.length > 0 && tokens.every(isToken),
    })
      .prefault('')
      .describe('File with one token in each line, in addition to tokens. Relative to this file.'),
  });
}

/** A list. A token that is written in its place must not be repeated in the message. */
function tokenList() {
  const anyList = z.custom<readonly (string | number | boolean)[]>((value) => Array.isArray(value), {
    error: () => 'expected a list of tokens',
    params: { quote: quoteSecret },
  });
  const tokens = list(secret(tokenExpected, { valid: isToken }), 'tokens');
  return anyList.pipe(tokens).meta({ type: 'array', items: { type: 'string', minLength: 1 } });
}

type WebhooksConfig = z.output<ReturnType<typeof webhooksSection>>;
type AppWebhooksConfig = z.output<ReturnType<typeof appWebhooksSection>>;

/** The last part of the path; empty if the path has no secret. */
export function webhookSecret({ secret: written, secretFile }: Pick<WebhooksConfig, 'secret' | 'secretFile'>): string {
  return written === '' ? (secretFile.secrets[0] ?? '') : written;
}

/** All tokens with which the webhooks of an app may be signed. */
export function webhookTokens({ tokens, tokensFile }: AppWebhooksConfig): readonly string[] {
  return [...tokens, ...tokensFile.secrets];
}

/** The files that hold the secret and the tokens. */
export function webhookSecretFiles({
  webhooks,
  apps,
}: {
  readonly webhooks: Pick<WebhooksConfig, 'secretFile'>;
  readonly apps: readonly { readonly webhooks: AppWebhooksConfig }[];
}): readonly string[] {
  return [webhooks.secretFile, ...apps.map((app) => app.webhooks.tokensFile)]
    .map(({ path }) => path)
    .filter((path) => path !== '');
}

function isOneSecret(lines: readonly string[]): boolean {
  return lines.length === 1 && lines.every(isSecret);
}

/** The path of a file of which each line that is not empty holds a secret. */
function secretsFile(
  directory: string,
  { expected, isValid }: { readonly expected: string; readonly isValid: (lines: readonly string[]) => boolean },
) {
  const read = async (path: string): Promise<Parsed<SecretsFile>> => {
    try {
      const lines = (await readTextFile(path)).split('\n').map((line) => line.trim());
      const secrets = lines.filter((line) => line !== '');
      return isValid(secrets) ? { value: { path, secrets } } : { expected: `a file with ${expected}` };
    } catch (error) {
      return { expected: `a readable file: ${errnoText(error)}` };
    }
  };
  return scalar({
    expected: 'a path',
    parse: (written): Parsed<SecretsFile> | Promise<Parsed<SecretsFile>> =>
      written === '' ? { value: { path: '', secrets: [] } } : read(resolve(directory, written)),
    format: ({ path }) => path,
    quote: quotePath,
  });
}
