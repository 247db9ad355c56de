import { generate } from 'selfsigned';

export interface Issued {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for loopback that signs itself; it is its own authority. */
export async function issue(name: string): Promise<Issued> {
  const pems = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}
