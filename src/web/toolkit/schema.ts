import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { errnoText } from '../../config-file/files.ts';
import { quotePath, quoteSecret } from '../../config-file/issues.ts';
import { boolean, oneOf, type Parsed, scalar, secret, text } from '../../config-file/scalars.ts';
import { list, section } from '../../config-file/sections.ts';
import { readTextFile } from '../../platform/text-file.ts';

/** The names of Go's crypto/tls, which exporter-toolkit uses. */
const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof clientAuthTypes)[number];

const tlsVersions = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;
export type TlsVersion = (typeof tlsVersions)[keyof typeof tlsVersions];

/** OpenSSL's names of TLS 1.2 cipher suites by their names in RFC 5289 and RFC 7905, which Go uses. */
export const cipherSuites: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
};

/**
 * The file of `web.config_file`, in the format of exporter-toolkit. The certificates that it names are read while it is
 * parsed; relative paths are resolved against `directory`.
 * Source: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export function webConfigSchema(directory: string) {
  return section({
    tlsServerConfig: tlsSection(directory).superRefine(checkTls).optional(),
    httpServerConfig: section({
      // The key is accepted because exporters share such files. The server always speaks HTTP/1.1.
      http2: boolean().prefault(true),
      headers: headersSection().prefault({}),
    }).prefault({}),
    basicAuthUsers: usersSection().prefault({}),
  });
}

type TlsSection = z.output<ReturnType<typeof tlsSection>>;

function tlsSection(directory: string) {
  return section({
    certFile: pemFile(directory, {
      expected: 'a certificate in PEM',
      isValid: (cert) => isAccepted({ cert }),
    }),
    keyFile: pemFile(directory, {
      expected: 'a private key in PEM without a passphrase',
      isValid: (key) => isAccepted({ key }),
    }),
    clientAuthType: oneOf(clientAuthTypes).prefault('NoClientCert'),
    clientCaFile: pemFile(directory, {
      expected: 'certificates in PEM',
      // OpenSSL ignores text without any certificate.
      isValid: (ca) => /-BEGIN /.test(ca) && isAccepted({ ca }),
    }).optional(),
    minVersion: nameIn(tlsVersions).prefault('TLS12'),
    maxVersion: nameIn(tlsVersions).prefault('TLS13'),
    cipherSuites: list(nameIn(cipherSuites), 'cipher suites').prefault([]),
    preferServerCipherSuites: boolean().prefault(true),
  });
}

/** Checks values against each other once each of them is valid. */
function checkTls(tls: TlsSection, context: z.core.$RefinementCtx): void {
  const report = (key: string, expected: string, found?: string) =>
    context.addIssue({ code: 'custom', message: expected, path: [key], params: { found, quote: quotePath } });
  const verifies = /Verify/.test(tls.clientAuthType);
  if (verifies && tls.clientCaFile === undefined) {
    report('client_auth_type', 'expected client_ca_file as well', tls.clientAuthType);
  }
  if (!verifies && tls.clientCaFile !== undefined) {
    const expected = 'expected client_auth_type VerifyClientCertIfGiven or RequireAndVerifyClientCert as well';
    report('client_ca_file', expected, `client_ca_file with ${tls.clientAuthType}`);
  }
  if (tls.minVersion > tls.maxVersion) {
    report('min_version', 'expected at most max_version', 'a min_version above max_version');
  }
  if (!isAccepted({ cert: tls.certFile.pem, key: tls.keyFile.pem })) {
    report('key_file', 'expected the key of the certificate in cert_file');
  }
}

interface PemFile {
  /** Absolute. */
  readonly path: string;
  readonly pem: string;
}

/** The path of a PEM file. Each file is validated on its own, so that a message names the file that is wrong. */
function pemFile(
  directory: string,
  { expected, isValid }: { readonly expected: string; readonly isValid: (pem: string) => boolean },
) {
  return scalar({
    expected: 'a path',
    parse: async (name): Promise<Parsed<PemFile>> => {
      if (name === '') return {};
      const path = resolve(directory, name);
      try {
        const pem = await readTextFile(path);
        return isValid(pem) ? { value: { path, pem } } : { expected };
      } catch (error) {
        return { expected: `a readable file: ${errnoText(error)}` };
      }
    },
    format: ({ path }) => path,
    quote: quotePath,
  });
}

function isAccepted(options: { readonly cert?: string; readonly key?: string; readonly ca?: string }): boolean {
  try {
    createSecureContext(options);
    return Object.values(options).every((pem) => pem.trim() !== '');
  } catch {
    return false;
  }
}

/** One of the names of a table, which stands for the value there. */
function nameIn<T extends string>(table: Readonly<Record<string, T>>) {
  const nameOf = (value: T) => Object.keys(table).find((name) => table[name] === value) ?? value;
  return scalar({
    expected: `one of ${Object.keys(table).join(', ')}`,
    parse: (name): Parsed<T> => {
      const value = Object.hasOwn(table, name) ? table[name] : undefined;
      return value === undefined ? {} : { value };
    },
    format: nameOf,
  });
}

function headersSection() {
  const value = () =>
    text({ expected: 'printable ASCII characters', valid: (header) => /^[\x20-\x7e]+$/.test(header) }).optional();
  return section({
    'Content-Security-Policy': value(),
    'Strict-Transport-Security': value(),
    'X-Content-Type-Options': value(),
    'X-Frame-Options': value(),
    'X-XSS-Protection': value(),
  });
}

function usersSection() {
  const mapping = z.custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    { error: () => 'expected a mapping of user names to bcrypt hashes', params: { quote: quoteSecret } },
  );
  const name = z.string().regex(/^[^:\p{Cc}]+$/u, 'expected a user name without ":"');
  // zod skips this key, which would leave the exporter without a password.
  const noPrototype = mapping.refine((users) => !Object.hasOwn(users, '__proto__'), {
    error: () => 'expected another user name than __proto__',
    params: { quote: quoteSecret },
  });
  return noPrototype.pipe(z.record(name, bcryptHash()));
}

/** Cost 4 to 31, 22 characters of salt and 31 of hash. Crypt's variants a, b and y compute the same. */
function bcryptHash() {
  return secret('a bcrypt hash, as "htpasswd -nBC 10 NAME" prints it after the name and the colon', {
    valid: (hash) => /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z\d]{53}$/.test(hash),
  });
}
