import type { IncomingMessage } from 'node:http';

/** A whole answer. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks are sent one after another, and never copied. */
  readonly body: string | readonly Buffer[];
}

/** A path and what it answers. A route that takes GET takes HEAD. */
export interface Route {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** A rejection becomes a 500 and a line in the log. */
  readonly reply: (request: IncomingMessage) => Reply | Promise<Reply>;
}

/** One paragraph of plain text. */
export function textReply(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: `${text}\n` };
}
