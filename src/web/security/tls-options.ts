import type { TlsOptions, TLSSocket } from 'node:tls';
import type { ClientAuthType, TlsConfig } from '../../config/web/web-security.ts';

/** Who shakes hands for longer holds a connection for nothing. */
const handshakeTimeoutMs = 10_000;

/** The suites of TLS 1.3 are not for a configuration to choose, as in Go. */
const tls13Suites = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

/** What Node's TLS server needs to know. */
export function tlsOptions(tls: TlsConfig): TlsOptions {
  return {
    cert: tls.cert,
    key: tls.key,
    ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }),
    requestCert: tls.clientAuthType !== 'NoClientCert',
    // The other types let in some whom OpenSSL would refuse: they are looked at after the handshake.
    rejectUnauthorized: tls.clientAuthType === 'RequireAndVerifyClientCert',
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    ...(tls.cipherSuites.length === 0 ? {} : { ciphers: [...tls13Suites, ...tls.cipherSuites].join(':') }),
    honorCipherOrder: tls.preferServerCipherSuites,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshakeTimeoutMs,
  };
}

/** Whether a client may go on after its handshake. */
export function mayEnter(socket: TLSSocket, clientAuthType: ClientAuthType): boolean {
  switch (clientAuthType) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return showedCertificate(socket);
    case 'VerifyClientCertIfGiven':
      return socket.authorized || !showedCertificate(socket);
    case 'RequireAndVerifyClientCert':
      return socket.authorized;
  }
}

/** Node gives an empty object, against its type, where there is no certificate. */
function showedCertificate(socket: TLSSocket): boolean {
  return Object.keys(socket.getPeerCertificate()).length > 0;
}
