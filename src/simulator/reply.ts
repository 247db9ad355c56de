import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';

import type { Reply } from './api/malformed.ts';

/** Sends an answer, or does to the connection what stands in its place. */
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
      // The half is on its way before the connection closes.
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    }
    case 'flood':
      flood(response, reply.bytes);
      return;
    case 'reset':
      // An RST, as from a server that died; under TLS Node has none to give, and the connection merely closes.
      if (response.socket instanceof TLSSocket) response.destroy();
      else response.socket?.resetAndDestroy();
      return;
    case 'hang':
      // The client waits until it gives up, or until the simulator stops.
      return;
  }
}

/** Sends JSON of many bytes, no faster than it is read. */
function flood(response: ServerResponse, bytes: number): void {
  const head = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"Padding":"';
  const tail = '"}';
  const chunk = Buffer.alloc(256 * 1024, 'x');
  let left = bytes - head.length - tail.length;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': bytes });
  response.write(head);
  const more = (): void => {
    while (left > 0) {
      const size = Math.min(left, chunk.length);
      left -= size;
      if (!response.write(chunk.subarray(0, size))) {
        response.once('drain', more);
        return;
      }
    }
    response.end(tail);
  };
  more();
}
