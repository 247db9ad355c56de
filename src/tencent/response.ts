import type { CommandName } from './command.ts';
import { CallFailure, classifyCode } from './failures.ts';
import { Fields, type FieldType, isObject, odd, type Oddity, parseExactJson, textOrEmpty } from './fields.ts';

interface ReadOptions {
  readonly command: CommandName;
  /** Whether the payload is under `Response`, as in Live's commands, or at the top level. */
  readonly isWrapped: boolean;
  readonly onOddity: (oddity: Oddity) => void;
}

/** What a response says: that the call failed, or its payload, which is undefined if a successful response has none. */
type ReadResponse = { readonly failure: CallFailure } | { readonly payload: Fields | undefined };

/** Codes are documented from 10000 to 100999 and 60000 to 79999; a code that is no code says neither success nor failure. */
const errorCode: FieldType<number> = {
  expected: 'an error code',
  read: (value) => {
    const code = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code < 1e9 ? code : odd;
  },
};

/** `ErrorInfo` is written for developers and is sometimes long. */
const maxErrorInfoLength = 200;
const maxRequestIdLength = 128;

/**
 * Reads what all responses have in common. `ErrorCode` decides whether the call succeeded; if it cannot be read,
 * `ActionStatus` does. A response in which neither can be read is malformed, since what it holds may be the result of a
 * failure. Source: the "Response Packet Field Description" of each command's page.
 */
export function readResponse(body: string, { command, isWrapped, onOddity }: ReadOptions): ReadResponse {
  const malformed = (found: string, requestId?: string) => ({
    failure: new CallFailure({ command, reason: 'malformed', found, requestId }),
  });
  if (body === '') return malformed('empty response, expected JSON');
  let json: unknown;
  try {
    json = parseExactJson(body);
  } catch {
    return malformed(`response is not JSON: ${describeText(body)}`);
  }
  if (!isObject(json)) return malformed('unexpected response: expected an object');
  const fields = new Fields(json, onOddity);
  const code = fields.optional('ErrorCode', errorCode);
  const status = fields.optional('ActionStatus', textOrEmpty);
  const info = fields.optional('ErrorInfo', textOrEmpty)?.slice(0, maxErrorInfoLength) ?? '';
  const requestId = fields.optional('RequestId', textOrEmpty)?.slice(0, maxRequestIdLength);
  const hasFailed = status === 'FAIL';
  if (code === undefined && status !== 'OK' && !hasFailed) {
    return malformed(
      'unexpected response: neither ErrorCode nor ActionStatus says whether the call succeeded',
      requestId,
    );
  }
  if ((code ?? 0) === 0 && !hasFailed) return { payload: isWrapped ? fields.object('Response') : fields };
  const reason = code === undefined || code === 0 ? 'unknown' : classifyCode(code);
  const what =
    code === undefined || code === 0 ? 'ActionStatus FAIL without an error code' : `error ${code} (${reason})`;
  const found = `${what}${info === '' ? '' : `: ${info}`}`;
  return { failure: new CallFailure({ command, reason, code: code ?? 0, requestId, found }) };
}

/** Says what kind of text came instead of JSON. The text itself may name members, so it stays out of logs. */
function describeText(body: string): string {
  const start = body.trimStart();
  const kind = start.startsWith('<') ? 'HTML' : start.startsWith('{') ? 'truncated or invalid' : 'some other text';
  return `${kind}, ${body.length} characters`;
}
