import { scrub } from '../platform/logging/errors.ts';
import type { Command, CommandName } from './command.ts';
import { CallFailure, classifyCode } from './failures.ts';
import { Fields, type FieldType, isObject, odd, type Oddity, parseExactJson, textOrEmpty } from './fields.ts';

/** What a successful response says. */
interface ReadResponse<Response> {
  readonly response: Response;
  /** Undefined if there is none. */
  readonly payload: Fields | undefined;
  /** Fields whose value was ignored, each field once. */
  readonly oddities: Iterable<Oddity>;
}

/** Codes are documented from 10000 to 100999 and 60000 to 79999; a code that is no code says neither success nor failure. */
const errorCode: FieldType<number> = {
  expected: 'an error code',
  read: (value) => {
    const code = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code < 1e9 ? code : odd;
  },
};

/** Logs and the status page show it, so whatever is not an id, such as a UserSig that is repeated here, is ignored. */
const requestIdType: FieldType<string> = {
  expected: 'an id of at most 128 letters, digits and punctuation marks',
  read: (value) => {
    if (value === '') return undefined;
    return typeof value === 'string' && /^[\w.:=+/-]{1,128}$/.test(value) && scrub(value) === value ? value : odd;
  },
};

/**
 * Reads a response. Throws a CallFailure if the API says that the call failed, or if the response is malformed: if it cannot
 * be said whether the call succeeded. `ErrorCode` decides that; if it makes no sense, `ActionStatus` does. A successful
 * response is never malformed, whatever is missing in it. Source: "Response Packet Field Description" of each command's page.
 */
export function readResponse<Response>(
  body: string,
  command: Pick<Command<never, Response>, 'name' | 'payload' | 'parse'>,
): ReadResponse<Response> {
  const { name, parse } = command;
  const oddities = new Map<string, Oddity>();
  const fields = new Fields(parseObject(body, name), (oddity) => {
    if (!oddities.has(oddity.field)) oddities.set(oddity.field, oddity);
  });
  const code = fields.optional('ErrorCode', errorCode);
  const status = fields.optional('ActionStatus', textOrEmpty);
  const requestId = fields.optional('RequestId', requestIdType);
  if (code === undefined && status !== 'OK' && status !== 'FAIL') {
    const found = 'unexpected response: neither ErrorCode nor ActionStatus says whether the call succeeded';
    throw new CallFailure({ command: name, reason: 'malformed', found, requestId });
  }
  const hasCode = code !== undefined && code !== 0;
  if (hasCode || status === 'FAIL') {
    const reason = hasCode ? classifyCode(code) : 'unknown';
    // ErrorInfo may name accounts, so it is not read. The code says what it says.
    const found = hasCode ? `error ${code} (${reason})` : 'ActionStatus FAIL without an error code';
    throw new CallFailure({ command: name, reason, code: code ?? 0, requestId, found });
  }
  const payload = command.payload === 'Response' ? fields.object('Response') : fields;
  return { response: parse(payload), oddities: oddities.values(), payload };
}

function parseObject(body: string, command: CommandName): Readonly<Record<string, unknown>> {
  const malformed = (found: string) => new CallFailure({ command, reason: 'malformed', found });
  if (body === '') throw malformed('empty response, expected JSON');
  let json: unknown;
  try {
    json = parseExactJson(body);
  } catch {
    throw malformed(`response is not JSON: ${describeText(body)}`);
  }
  if (!isObject(json)) throw malformed('unexpected response: expected an object');
  return json;
}

/** Says what kind of text came instead of JSON. The text itself may name members, so it stays out of logs. */
function describeText(body: string): string {
  const start = body.trimStart();
  const kind = start.startsWith('<') ? 'HTML' : start.startsWith('{') ? 'truncated or invalid' : 'some other text';
  return `${kind}, ${body.length} characters`;
}
