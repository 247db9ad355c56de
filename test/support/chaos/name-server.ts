import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** `well`: every name has the address 127.0.0.1. `failing`: every query gets SERVFAIL. */
export type NameServerState = 'well' | 'failing' | 'silent';

export interface NameServer {
  /** As `host:port`. */
  readonly address: string;
  /** The state for names that have no other one. */
  state: NameServerState;
  /** The states of single names. */
  readonly states: Map<string, NameServerState>;
  /** Queries that have arrived. */
  readonly queries: number;
  stop(): void;
}

const typeA = 1;
const headerBytes = 12;

/** Starts a name server on a free port of loopback. Source of the format: RFC 1035. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  let queries = 0;
  const server: NameServer = {
    get address() {
      return `127.0.0.1:${socket.address().port}`;
    },
    state: 'well',
    states: new Map(),
    get queries() {
      return queries;
    },
    stop: () => socket.close(),
  };
  socket.on('message', (query, { port, address }) => {
    queries += 1;
    const { name, end } = questionOf(query);
    const state = server.states.get(name) ?? server.state;
    if (state !== 'silent') socket.send(responseTo(query.subarray(0, end), state), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return server;
}

/** The name of the question, and where the question ends. */
function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (;;) {
    const length = query[at] ?? 0;
    at += 1;
    // The type and the class follow.
    if (length === 0) return { name: labels.join('.'), end: at + 4 };
    labels.push(query.toString('latin1', at, at + length));
    at += length;
  }
}

function responseTo(question: Buffer, state: NameServerState): Buffer {
  const isAddress = state === 'well' && question.readUInt16BE(question.length - 4) === typeA;
  const response = Buffer.from(question);
  // A response that recursion is available for, with the code 0 or SERVFAIL, one question, and no other records.
  response.writeUInt16BE(state === 'failing' ? 0x8182 : 0x8180, 2);
  response.writeUInt16BE(1, 4);
  response.writeUInt16BE(isAddress ? 1 : 0, 6);
  response.fill(0, 8, headerBytes);
  // The name of the question, type A, class IN, valid for 0 s, four bytes.
  const record = Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
  return isAddress ? Buffer.concat([response, record]) : response;
}
