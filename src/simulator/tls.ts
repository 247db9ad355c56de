/** A key and its certificate, in PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a key and a certificate that signs itself, for loopback and one more host, valid for a week. */
export async function selfSigned(host: string): Promise<KeyPair> {
  // Loaded only where HTTPS is asked for.
  const { generate } = await import('selfsigned');
  const pems = await generate([{ name: 'commonName', value: 'tencent-live-exporter simulator' }], {
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 7 * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
          ...(/^[\d.]+$|:/.test(host) ? [{ type: 7 as const, ip: host }] : [{ type: 2 as const, value: host }]),
        ],
      },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
