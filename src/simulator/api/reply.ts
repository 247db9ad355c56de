import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';

/** What the server does with a request: it sends a response, or fails in a certain way. */
export type Reply =
  | {
      readonly kind: 'send';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly location?: string;
    }
  /** Announces the whole body, sends half of it, and closes the connection. */
  | { readonly kind: 'cut-off'; readonly body: string }
  /** Sends valid JSON of this size. */
  | { readonly kind: 'flood'; readonly bytes: number }
  | { readonly kind: 'reset' }
  /** Sends nothing until the client gives up or the simulator stops. */
  | { readonly kind: 'hang' };

export function jsonReply(body: string): Reply {
  return { kind: 'send', status: 200, contentType: 'application/json', body };
}

/** Like JSON.stringify, but writes a `bigint` as an integer of any size. */
export function toJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  // JSON.stringify is much faster, and most responses have no bigint.
  if (!hasBigInt(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  const fields = Object.entries(value as object).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${toJson(field)}`).join(',')}}`;
}

function hasBigInt(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasBigInt);
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  switch (reply.kind) {
    case 'send': {
      const body = Buffer.from(reply.body);
      response.writeHead(reply.status, {
        'Content-Type': reply.contentType,
        'Content-Length': body.length,
        ...(reply.location === undefined ? {} : { Location: reply.location }),
      });
      response.end(body);
      return;
    }
    case 'cut-off': {
      const body = Buffer.from(reply.body);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
      // Close the connection only after the first half is sent.
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    }
    case 'flood':
      flood(response, reply.bytes);
      return;
    case 'reset':
      // Sends an RST, as if the server had crashed. Node cannot do this under TLS, so there the connection just closes.
      if (response.socket instanceof TLSSocket) response.destroy();
      else response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
  }
}

/** Sends a large JSON object, no faster than the client reads. */
function flood(response: ServerResponse, bytes: number): void {
  const head = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"Padding":"';
  const tail = '"}';
  const chunk = Buffer.alloc(256 * 1024, 'x');
  let remaining = bytes - head.length - tail.length;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes });
  response.write(head);
  const sendMore = (): void => {
    while (remaining > 0) {
      const size = Math.min(remaining, chunk.length);
      remaining -= size;
      if (!response.write(chunk.subarray(0, size))) {
        response.once('drain', sendMore);
        return;
      }
    }
    response.end(tail);
  };
  sendMore();
}
