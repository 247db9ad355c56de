/** What the file of `web.config_file` says, with the certificates that it names. */
export interface WebSecurity {
  /** Absent for plain HTTP. */
  readonly tls?: TlsConfig;
  /** Passwords' bcrypt hashes by user name; empty lets everybody in. */
  readonly users: ReadonlyMap<string, string>;
  /** Headers of every answer, by name. */
  readonly headers: Readonly<Record<string, string>>;
}

export const tlsVersions = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/** As Go's crypto/tls names them, and so exporter-toolkit. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof clientAuthTypes)[number];

export interface TlsConfig {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** PEM of the authorities that sign clients' certificates. */
  readonly clientCa?: string;
  readonly clientAuthType: ClientAuthType;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Suites of TLS 1.2 in OpenSSL's names; empty for Node's own choice. */
  readonly cipherSuites: readonly string[];
  readonly preferServerCipherSuites: boolean;
}

export type TlsVersion = (typeof tlsVersions)[keyof typeof tlsVersions];

/** No TLS and no password. */
export const openToAll: WebSecurity = { users: new Map(), headers: {} };
