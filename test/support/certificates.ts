import { generate } from 'selfsigned';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Creates a self-signed certificate for loopback, this name and further hosts, which is its own authority. */
export async function createCertificate(name: string, hosts: readonly string[] = []): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...['localhost', name, ...hosts].map((value) => ({ type: 2, value }) as const),
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert: pems.cert, key: pems.private };
}

export { createCertificate as issue, type Certificate as Issued };
