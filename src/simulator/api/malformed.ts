import { parse, stringify } from 'lossless-json';

/** What an answer can be instead of an answer. */
export const malformations = [
  'html',
  'html_page',
  'truncated',
  'cut_off',
  'garbage',
  'empty',
  'huge',
  'wrong_types',
  'reset',
  'hang',
  'redirect',
  'repeating_cursor',
  'endless_list',
  'duplicate_rooms',
] as const;

export type Malformation = (typeof malformations)[number];

/** What the server does with a request. */
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
  /** JSON that goes on for many megabytes. */
  | { readonly kind: 'flood'; readonly bytes: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

/** Size of a `huge` answer: more than any client should hold. */
const FLOOD_BYTES = 64 * 1024 * 1024;

export function jsonReply(body: string): Reply {
  return { kind: 'send', status: 200, contentType: 'application/json', body };
}

/** Turns a good answer into a malformed one. `serial` counts the calls, so that endless lists never repeat. */
export function malformed(how: Malformation, answer: string, serial: number): Reply {
  switch (how) {
    case 'html':
      return {
        kind: 'send',
        status: 502,
        contentType: 'text/html',
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n',
      };
    case 'html_page':
      return {
        kind: 'send',
        status: 200,
        contentType: 'text/html',
        body: '<!doctype html><html><head><title>Log in</title></head><body><form></form></body></html>\n',
      };
    case 'truncated':
      return jsonReply(answer.slice(0, Math.ceil(answer.length / 2)));
    case 'cut_off':
      return { kind: 'cut-off', body: answer };
    case 'garbage':
      return jsonReply('\u0000\u0001\ufffd{]not json at all');
    case 'empty':
      return jsonReply('');
    case 'huge':
      return { kind: 'flood', bytes: FLOOD_BYTES };
    case 'reset':
    case 'hang':
      return { kind: how };
    case 'redirect':
      return { kind: 'send', status: 302, contentType: 'text/html', body: '', location: '/elsewhere' };
    case 'wrong_types':
      return jsonReply(rewritten(answer, (payload) => mapValues(payload, wrongType)));
    case 'repeating_cursor':
      return jsonReply(rewritten(answer, (payload) => mapValues(payload, repeatedCursor)));
    case 'endless_list':
      return jsonReply(
        rewritten(answer, (payload) => mapValues(payload, (value, name) => endless(value, name, serial))),
      );
    case 'duplicate_rooms':
      return jsonReply(rewritten(answer, (payload) => mapValues(payload, (value) => repeatedRows(value))));
  }
}

type Payload = Readonly<Record<string, unknown>>;

const envelopeFields = new Set(['ActionStatus', 'ErrorInfo', 'ErrorCode', 'RequestId']);

/** Changes the payload of an answer and leaves its envelope; integers beyond 2^53 keep their digits. */
function rewritten(answer: string, change: (payload: Payload) => Payload): string {
  const fields = parse(answer) as Payload;
  const response = fields['Response'];
  if (typeof response === 'object' && response !== null) {
    return stringify({ ...fields, Response: change(response as Payload) }) as string;
  }
  return stringify(change(fields)) as string;
}

function mapValues(payload: Payload, change: (value: unknown, name: string) => unknown): Payload {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [name, envelopeFields.has(name) ? value : change(value, name)]),
  );
}

function wrongType(value: unknown): unknown {
  return typeof value === 'string' ? { wrong: true } : 'wrong';
}

/** Cursors that are accepted, and lead back to themselves. */
function repeatedCursor(value: unknown, name: string): unknown {
  if (name === 'Next') return typeof value === 'string' ? '1693271355000-1540483477' : 1;
  return name === 'NextTimestamp' ? 1_693_271_355_000_001 : value;
}

/** Rows that were never there before, and a cursor to more of them. */
function endless(value: unknown, name: string, serial: number): unknown {
  if (name === 'Next') return typeof value === 'string' ? `1693271355000-${String(serial + 1)}` : serial + 1;
  if (name === 'NextTimestamp') return 1_693_271_355_000_001 + serial * 1_000;
  if (!Array.isArray(value)) return value;
  return Array.from({ length: 20 }, (_, index) => {
    const id = `endless-${String(serial * 20 + index)}`;
    if (name === 'RoomList')
      return { RoomId: id, RoomName: id, Owner_Account: id, CreateTime: 1_693_271_355, ViewCount: 1 };
    return name === 'MemberList' ? { Member_Account: id, JoinTime: 1_693_271_355 } : { GroupId: id };
  });
}

function repeatedRows(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[]), ...(value as unknown[]).slice(0, 5)] : value;
}
