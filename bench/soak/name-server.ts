import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What the name server does with queries: it knows every name, is silent, or fails (SERVFAIL). */
export type NameServerState = 'well' | 'silent' | 'failing';

export interface NameServer {
  readonly port: number;
  /** Queries that arrived so far. */
  readonly queries: number;
  set(state: NameServerState): void;
  close(): void;
}

const headerBytes = 12;
const typeA = 1;
const serverFailure = 2;

/** Starts a name server on a free port of loopback. All names have the address 127.0.0.1. */
export async function startNameServer(): Promise<NameServer> {
  let state: NameServerState = 'well';
  let queries = 0;
  const socket = createSocket('udp4', (query, { port, address }) => {
    queries += 1;
    if (state !== 'silent') socket.send(responseTo(query, state), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    get queries() {
      return queries;
    },
    set: (next) => (state = next),
    close: () => socket.close(),
  };
}

/** Source: RFC 1035, section 4. A query for an address of another family gets a response without one. */
function responseTo(query: Buffer, state: NameServerState): Buffer {
  const questionEnd = query.indexOf(0, headerBytes) + 5;
  const hasAddress = state === 'well' && query.readUInt16BE(questionEnd - 4) === typeA;
  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (state === 'failing' ? serverFailure : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(Number(hasAddress), 6);
  // The name of the question, type A, class IN, for 5 s, 4 bytes.
  const record = Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, query.subarray(headerBytes, questionEnd), ...(hasAddress ? [record] : [])]);
}
