import { readFileSync } from 'node:fs';
import type { Command } from '../../../src/tencent/command.ts';
import { getAppidGroupList } from '../../../src/tencent/commands/get-appid-group-list.ts';
import { getMemberList } from '../../../src/tencent/commands/get-member-list.ts';
import { getMembers } from '../../../src/tencent/commands/get-members.ts';
import { getOnlineMemberNum } from '../../../src/tencent/commands/get-online-member-num.ts';
import { getRoomInfo } from '../../../src/tencent/commands/get-room-info.ts';
import { getRoomList } from '../../../src/tencent/commands/get-room-list.ts';
import { getRoomStats } from '../../../src/tencent/commands/get-room-stats.ts';
import { getSeatList } from '../../../src/tencent/commands/get-seat-list.ts';
import { maxResponseBytes } from '../../../src/tencent/connections.ts';
import { CallFailure, failureReasons } from '../../../src/tencent/failures.ts';
import { readResponse } from '../../../src/tencent/response.ts';
import { check, type FuzzTarget } from '../target.ts';

const commands = [
  getRoomList,
  getRoomInfo,
  getMemberList,
  getRoomStats,
  getOnlineMemberNum,
  getMembers,
  getSeatList,
  getAppidGroupList,
] as const satisfies readonly Command<never, unknown>[];

/** Members' accounts and a UserSig that a server repeats: no error may contain them. */
const account = 'account-of-a-member-4711';
const userSig = `eJw${'tzE0LgjAcx*9*C'.repeat(8)}_`;
const secrets = [account, userSig];

/** Fields in which a negative number makes sense: the app defines the one, the other is a cursor. */
const signedFields = new Set(['activityStatus', 'nextTimestamp']);

const longestText = 4096;
const longestMessage = 500;

const bodies = ['documentation', 'odd'].flatMap((name) =>
  readFileSync(`test/recordings/${name}.txt`, 'utf8')
    .split(/^## .*$/m)
    .slice(1),
);

/** The text of a response, which each command reads. */
export const target: FuzzTarget = {
  seeds: [
    ...bodies,
    `{"ActionStatus":"FAIL","ErrorInfo":"${account} is no member","ErrorCode":10010,"RequestId":"${userSig}"}`,
    `{"ErrorCode":0,"MemberList":[{"Member_Account":"${account}","JoinTime":1693271354}],"NextTimestamp":1,"Next":0}`,
    `{"ErrorCode":0,"Response":{"SeatList":[{"Index":1,"Member_Account":"${account}"}]}}`,
  ],
  tokens: [
    'null',
    'true',
    'false',
    '0',
    '-1',
    '-0',
    '1e400',
    '-1e-400',
    '1.5',
    '4294967295',
    '18446744073709551615',
    '144115233775727695',
    '1e15',
    '"1693271354000"',
    '"NaN"',
    '""',
    '" "',
    '[]',
    '{}',
    '[[',
    '{"a":',
    '"',
    '\\',
    '\\ud800',
    '\\u0000',
    '"\\"',
    '\\\\',
    '{"__proto__":{"RoomId":1}}',
    '"__proto__":',
    '"toJSON":',
    '\u2028',
    '"ErrorCode":',
    '"ErrorCode":0,',
    '"ActionStatus":"FAIL",',
    '"Response":',
    '1234567890123456',
    `"${account}"`,
    `"${userSig}"`,
    '<html>',
    '\ufeff',
    '\t',
    '\n',
    ',',
    ':',
  ],
  maxBytes: maxResponseBytes,
  // Eight commands read each response.
  limitMs: 8 * 100,
  start: () =>
    Promise.resolve({
      run: (input) => {
        const body = input.toString();
        const found = new Set(commands.map((command) => readWith(command, body)));
        return Promise.resolve(found.has('accepted') ? 'accepted' : [...found].join(' or '));
      },
      stop: () => Promise.resolve(),
    }),
};

function readWith(command: Command<never, unknown>, body: string): string {
  try {
    const { response, oddities, payload } = readResponse(body, command);
    checkValue(response, command.name);
    command.isAbout?.(payload, { roomId: 'rid-123' } as never);
    for (const { field, found, expected } of oddities) {
      check(`${field}${found}${expected}`.length <= longestMessage, 'an oddity has a bounded length');
      checkSecrets(found);
    }
    return 'accepted';
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    check(error.message.length <= longestMessage, 'an error has a bounded length');
    check((error.requestId ?? '').length <= 128, 'a RequestId has a bounded length');
    check(failureReasons.includes(error.reason), 'a reason is documented');
    checkSecrets(error.message + (error.requestId ?? ''));
    return error.reason;
  }
}

function checkSecrets(text: string): void {
  check(!secrets.some((secret) => text.includes(secret)), 'an error contains no secret and no account');
}

/** Each value has a type of the parsers, and each number makes sense. */
function checkValue(value: unknown, field: string): void {
  if (typeof value === 'number') {
    check(Number.isSafeInteger(value) && (value >= 0 || signedFields.has(field)), `${field} is a number: ${value}`);
  } else if (typeof value === 'string') {
    check(value.length <= longestText, `${field} has a bounded length`);
    check(
      field !== 'roomId' || (value.trim() !== '' && Buffer.from(value).toString() === value),
      'a room id is text that UTF-8 can hold',
    );
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) checkValue(inner, Array.isArray(value) ? field : name);
  } else {
    check(value === undefined || typeof value === 'boolean', `${field} has a documented type: ${typeof value}`);
  }
}
