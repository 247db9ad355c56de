import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config-file/issues.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { checkWebConfig, loadWebSecurity } from '../../../src/web/toolkit/load.ts';
import { issue, type Issued } from '../../support/certificates.ts';
import { temporaryDirectories } from '../../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const hash = '$2y$10$abcdefghijklmnopqrstuu5zJQpNfNyvVTvbSKjmCyX4gYrWeDGvq';

let ours: Issued;
let other: Issued;
beforeAll(async () => {
  [ours, other] = await Promise.all([issue('ours'), issue('other')]);
});

function write(text: string): string {
  return makeDirectory({ 'web.yml': text, 'ours.crt': ours.cert, 'ours.key': ours.key, 'other.key': other.key });
}

async function errorsOf(text: string): Promise<readonly string[]> {
  const directory = write(text);
  const error: unknown = await loadWebSecurity(join(directory, 'web.yml'), {}).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error });
  return error.errors.map((line) => line.replaceAll(`${directory}/`, ''));
}

describe('loadWebSecurity', () => {
  it('Every supported key of exporter-toolkit is read', async () => {
    const directory = write(`
tls_server_config:
  cert_file: ours.crt
  key_file: ours.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ./ours.crt
  min_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
http_server_config:
  http2: false
  headers:
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  anna: ${hash}
  "007": ${hash}
`);
    expect(await loadWebSecurity(join(directory, 'web.yml'), {})).toEqual({
      isEmpty: false,
      files: ['web.yml', 'ours.crt', 'ours.key', 'ours.crt'].map((name) => join(directory, name)),
      security: {
        tls: {
          ...ours,
          clientCa: ours.cert,
          clientAuthType: 'RequireAndVerifyClientCert',
          minVersion: 'TLSv1.3',
          maxVersion: 'TLSv1.3',
          cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256'],
          preferServerCipherSuites: false,
        },
        users: new Map([
          ['anna', hash],
          ['007', hash],
        ]),
        headers: { 'Strict-Transport-Security': 'max-age=31536000' },
      },
    });
  });

  it.each(['', '# nothing\n', '{}', 'basic_auth_users:\n'])('The empty file %j configures nothing', async (text) => {
    const { security } = await loadWebSecurity(join(write(text), 'web.yml'), {});
    expect(security).toEqual({ users: new Map(), headers: {} });
  });

  it('All errors are reported with file, line and column, and without passwords or hashes', async () => {
    expect(
      await errorsOf(`tls_server_config:
  cert_file: none.crt
  key_file: ours.key
  client_auth_type: Any
  min_version: TLS11
  curve_preferences: [X25519]
http_server_config:
  headers: { X-Powered-By: me }
basic_auth_users:
  anna: p4ssw0rd
  bob: ${hash}x
  "bob:by": ${hash}
rate_limit: {}
`),
    ).toEqual([
      'web.yml:2:14: tls_server_config.cert_file: found "none.crt", expected a readable file: no such file',
      'web.yml:4:21: tls_server_config.client_auth_type: found "Any", expected one of NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert',
      'web.yml:5:16: tls_server_config.min_version: found "TLS11", expected one of TLS12, TLS13',
      'web.yml:6:3: tls_server_config: found the unknown key "curve_preferences", expected the keys cert_file, key_file, client_auth_type, client_ca_file, min_version, max_version, cipher_suites, prefer_server_cipher_suites',
      'web.yml:8:14: http_server_config.headers: found the unknown key "X-Powered-By", expected the keys Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection',
      'web.yml:10:9: basic_auth_users.anna: found <secret>, expected a bcrypt hash, as "htpasswd -nBC 10 NAME" prints it after the name and the colon',
      'web.yml:11:8: basic_auth_users.bob: found <secret>, expected a bcrypt hash, as "htpasswd -nBC 10 NAME" prints it after the name and the colon',
      'web.yml:12:3: basic_auth_users: found the key "bob:by", expected a user name without ":"',
      'web.yml:13:1: found the unknown key "rate_limit", expected the keys tls_server_config, http_server_config, basic_auth_users',
    ]);
  });

  it('The path of a file is quoted in full, also if a variable holds it', async () => {
    const key = '/run/secrets/a-folder-with-a-name-of-more-than-32-characters/server.key';
    const directory = write('tls_server_config:\n  cert_file: ours.crt\n  key_file: ${KEY_FILE}\n');
    await expect(loadWebSecurity(join(directory, 'web.yml'), { KEY_FILE: key })).rejects.toMatchObject({
      errors: [
        `${directory}/web.yml:3:13: tls_server_config.key_file: found "${key}" from "\${KEY_FILE}", expected a readable file: no such file`,
      ],
    });
  });

  it('A password in the place of the mapping of users is not quoted', async () => {
    expect(await errorsOf('basic_auth_users: anna:p4ssw0rd\n')).toEqual([
      'web.yml:1:19: basic_auth_users: found <secret>, expected a mapping of user names to bcrypt hashes',
    ]);
  });

  it('A user named __proto__ is refused: the exporter would have no user at all', async () => {
    expect(await errorsOf(`basic_auth_users: { __proto__: ${hash} }\n`)).toEqual([
      'web.yml:1:19: basic_auth_users: found a mapping, expected another user name than __proto__',
    ]);
  });

  it('A secret in the place of a user name is not quoted', async () => {
    const errors = await errorsOf(`basic_auth_users: { ${'0123456789abcdef'.repeat(4)}: no-hash }\n`);
    expect(errors.map((error) => error.replace(/, expected.*/, ''))).toEqual([
      'web.yml:1:87: basic_auth_users.<64 characters>: found <secret>',
    ]);
  });

  it.each([
    [
      'cert_file: none.crt\n  key_file: ours.key',
      '2:14: tls_server_config.cert_file: found "none.crt", expected a readable file: no such file',
    ],
    [
      'cert_file: ours.key\n  key_file: ours.key',
      '2:14: tls_server_config.cert_file: found "ours.key", expected a certificate in PEM',
    ],
    [
      'cert_file: ours.crt\n  key_file: ours.crt',
      '3:13: tls_server_config.key_file: found "ours.crt", expected a private key in PEM without a passphrase',
    ],
    [
      'cert_file: ours.crt\n  key_file: other.key',
      '3:13: tls_server_config.key_file: found "other.key", expected the key of the certificate in cert_file',
    ],
    ['cert_file: ours.crt', '2:3: tls_server_config.key_file: found nothing, expected a path'],
    [
      'cert_file: ours.crt\n  key_file: ours.key\n  client_auth_type: VerifyClientCertIfGiven',
      '4:21: tls_server_config.client_auth_type: found VerifyClientCertIfGiven, expected client_ca_file as well',
    ],
    [
      'cert_file: ours.crt\n  key_file: ours.key\n  client_ca_file: ours.crt',
      '4:19: tls_server_config.client_ca_file: found client_ca_file with NoClientCert, expected client_auth_type VerifyClientCertIfGiven or RequireAndVerifyClientCert as well',
    ],
    [
      'cert_file: ours.crt\n  key_file: ours.key\n  client_ca_file: web.yml\n  client_auth_type: RequireAndVerifyClientCert',
      '4:19: tls_server_config.client_ca_file: found "web.yml", expected certificates in PEM',
    ],
    [
      'cert_file: ours.crt\n  key_file: ours.key\n  min_version: TLS13\n  max_version: TLS12',
      '4:16: tls_server_config.min_version: found a min_version above max_version, expected at most max_version',
    ],
  ])('The TLS section %j is an error', async (section, error) => {
    expect(await errorsOf(`tls_server_config:\n  ${section}\n`)).toEqual([`web.yml:${error}`]);
  });
});

describe('Passwords without a build of bcrypt', () => {
  const failToLoad = () => Promise.reject(new Error('No native build was found for platform=plan9\n  loaded from: /x'));

  it('A file with users is an error that says what to do', async () => {
    const path = join(write(`\nbasic_auth_users:\n  anna: ${hash}\n`), 'web.yml');
    await expect(loadWebSecurity(path, {}, failToLoad)).rejects.toEqual(
      new ConfigError([
        `${path}:2:1: found user names and passwords, expected the native module bcrypt, which cannot be loaded ` +
          '(No native build was found for platform=plan9): run "npm rebuild bcrypt", or remove basic_auth_users',
      ]),
    );
  });

  it('A file without users is valid', async () => {
    const path = join(write('basic_auth_users: {}\n'), 'web.yml');
    expect((await loadWebSecurity(path, {}, failToLoad)).security.users).toEqual(new Map());
  });
});

describe('checkWebConfig', () => {
  it('An error in the web config file that a config names is reported', async () => {
    const directory = makeDirectory({
      'exporter.yml': 'web: { config_file: web.yml }\napps: [{ sdk_app_id: 1, secret_key: k }]\n',
      'web.yml': 'basic_auth_user: {}\n',
    });
    const { config } = await loadConfig({ path: join(directory, 'exporter.yml'), explicit: true, env: {}, flags: {} });
    await expect(checkWebConfig(config, {})).rejects.toEqual(
      new ConfigError([
        `${directory}/web.yml:1:1: found the unknown key "basic_auth_user", did you mean "basic_auth_users"?`,
      ]),
    );
  });
});
