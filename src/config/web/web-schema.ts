import { z } from 'zod';

import { boolean, oneOf, scalar, text, type Parsed } from '../schema/scalars.ts';
import { defaulted, list, section } from '../schema/sections.ts';
import { clientAuthTypes, tlsVersions, type TlsVersion } from './web-security.ts';

/** Suites of TLS 1.2 by the names of RFC 5289 and RFC 7905, which Go uses, in OpenSSL's names. TLS 1.3 has its own. */
const cipherSuites: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
};

const path = () => text({ expected: 'a path', valid: (written) => written !== '' });

const tlsVersion = () =>
  scalar({
    expected: `one of ${Object.keys(tlsVersions).join(', ')}`,
    parse: (name): Parsed<TlsVersion> => {
      const version = Object.entries(tlsVersions).find(([known]) => known === name)?.[1];
      return version === undefined ? {} : { value: version };
    },
  });

const cipherSuite = () =>
  scalar({
    expected: `one of ${Object.keys(cipherSuites).join(', ')}`,
    parse: (name): Parsed<string> => {
      const suite = cipherSuites[name];
      return suite === undefined ? {} : { value: suite };
    },
  });

const headerValue = () =>
  text({ expected: 'printable ASCII characters', valid: (value) => /^[\x20-\x7e]+$/.test(value) }).optional();

/** Cost 4 to 31, 22 characters of salt and 31 of hash. Crypt's variants a, b and y agree in what they compute. */
const bcryptHash = () =>
  text({
    expected: 'a bcrypt hash, as "htpasswd -nBC 10 NAME" prints it after the name and the colon',
    valid: (hash) => /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z\d]{53}$/.test(hash),
  });

const tlsServerConfig = section({
  cert_file: path(),
  key_file: path(),
  client_auth_type: oneOf(clientAuthTypes).prefault('NoClientCert'),
  client_ca_file: path().optional(),
  min_version: tlsVersion().prefault('TLS12'),
  max_version: tlsVersion().prefault('TLS13'),
  cipher_suites: list(cipherSuite(), 'cipher suites').prefault([]),
  prefer_server_cipher_suites: defaulted(boolean(), true),
});

const headers = section({
  'Content-Security-Policy': headerValue(),
  'Strict-Transport-Security': headerValue(),
  'X-Content-Type-Options': headerValue(),
  'X-Frame-Options': headerValue(),
  'X-XSS-Protection': headerValue(),
});

/**
 * The file of `web.config_file`, in the form of exporter-toolkit.
 * Source: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export const webConfigSchema = section({
  tls_server_config: tlsServerConfig.optional().superRefine((tls, context) => {
    if (tls === undefined) return;
    const fault = (message: string, found: string, key: string) =>
      context.addIssue({ code: 'custom', message, params: { found }, path: [key] });
    const verifies = /Verify/.test(tls.client_auth_type);
    if (verifies && tls.client_ca_file === undefined)
      fault('expected client_ca_file beside it', tls.client_auth_type, 'client_auth_type');
    if (!verifies && tls.client_ca_file !== undefined) {
      const expected = 'expected client_auth_type VerifyClientCertIfGiven or RequireAndVerifyClientCert beside it';
      fault(expected, `client_ca_file with ${tls.client_auth_type}`, 'client_ca_file');
    }
    if (tls.min_version > tls.max_version)
      fault('expected at most max_version', 'a min_version above max_version', 'min_version');
  }),
  http_server_config: section({
    // Files are shared between exporters, so the key is taken; HTTP/1.1 is spoken whatever it says.
    http2: defaulted(boolean(), true),
    headers: headers.prefault({}),
  }).prefault({}),
  basic_auth_users: z
    .record(z.string().regex(/^[^:\p{Cc}]+$/u, 'expected a user name without ":"'), bcryptHash(), {
      error: () => 'expected a mapping of user names to bcrypt hashes',
    })
    .prefault({}),
});

/** The file's content after parsing, in the file's own names. */
export type WebConfigFile = z.output<typeof webConfigSchema>;
