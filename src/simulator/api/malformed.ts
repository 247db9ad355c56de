import { jsonReply, type Reply, toJson } from './reply.ts';

/** The ways in which a response can be malformed. */
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

type Fields = Readonly<Record<string, unknown>>;

/** The size of a `huge` response: more than a client should accept. */
const hugeBytes = 64 * 1024 * 1024;

/** Turns a valid response into a malformed one. `serial` counts the requests, so that an endless list never repeats. */
export function malformedReply(options: {
  readonly how: Malformation;
  /** The valid response. */
  readonly response: Fields;
  readonly serial: number;
}): Reply {
  const { how, response, serial } = options;
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
    case 'truncated': {
      const json = toJson(response);
      return jsonReply(json.slice(0, Math.ceil(json.length / 2)));
    }
    case 'cut_off':
      return { kind: 'cut-off', body: toJson(response) };
    case 'garbage':
      return jsonReply('\u0000\u0001\ufffd{]not json at all');
    case 'empty':
      return jsonReply('');
    case 'huge':
      return { kind: 'flood', bytes: hugeBytes };
    case 'reset':
    case 'hang':
      return { kind: how };
    case 'redirect':
      return { kind: 'send', status: 302, contentType: 'text/html', body: '', location: '/elsewhere' };
    case 'wrong_types':
      return rewritten(response, ({ value }) => (typeof value === 'string' ? { wrong: true } : 'wrong'));
    case 'repeating_cursor':
      return rewritten(response, repeatCursor);
    case 'endless_list':
      return rewritten(response, (field) => endlessList(field, serial));
    case 'duplicate_rooms':
      return rewritten(response, ({ value }) => (Array.isArray(value) ? [...value, ...value.slice(0, 5)] : value));
  }
}

interface Field {
  readonly name: string;
  readonly value: unknown;
}

const envelopeFields = new Set(['ActionStatus', 'ErrorInfo', 'ErrorCode', 'RequestId']);

/** Changes each field of the payload and leaves the envelope as it is. */
function rewritten(response: Fields, change: (field: Field) => unknown): Reply {
  const changeFields = (fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, envelopeFields.has(name) ? value : change({ name, value })]),
    );
  const payload = response['Response'];
  const isLive = typeof payload === 'object' && payload !== null;
  return jsonReply(
    toJson(isLive ? { ...response, Response: changeFields(payload as Fields) } : changeFields(response)),
  );
}

/** Cursors that are valid but lead to themselves. */
function repeatCursor({ name, value }: Field): unknown {
  if (name === 'Next') return typeof value === 'string' ? '1693271355000-1540483477' : 1;
  return name === 'NextTimestamp' ? 1_693_271_355_000_001 : value;
}

/** Rows that no page had before, and a cursor to more of them. */
function endlessList({ name, value }: Field, serial: number): unknown {
  if (name === 'Next') return typeof value === 'string' ? `1693271355000-${serial + 1}` : serial + 1;
  if (name === 'NextTimestamp') return 1_693_271_355_000_001 + serial * 1_000;
  if (!Array.isArray(value)) return value;
  return Array.from({ length: 20 }, (_, index) => {
    const id = `endless-${serial * 20 + index}`;
    if (name === 'RoomList')
      return { RoomId: id, RoomName: id, Owner_Account: id, CreateTime: 1_693_271_355, ViewCount: 1 };
    return name === 'MemberList' ? { Member_Account: id, JoinTime: 1_693_271_355 } : { GroupId: id };
  });
}
