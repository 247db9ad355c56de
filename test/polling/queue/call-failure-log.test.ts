import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { CallFailureLog } from '../../../src/polling/queue/call-failure-log.ts';
import { CallFailure, type CallFailureDetails } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const minuteMs = 60_000;

function makeLog() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^ts=\S+ /, '').trimEnd());
  const logger = createLogger({ level: 'debug', format: 'logfmt', destination: { write } });
  return { clock, lines, log: new CallFailureLog({ clock, logger: logger.child({ sdk_app_id: 14 }) }) };
}

const failure = (details: Partial<CallFailureDetails> = {}) =>
  new CallFailure({ command: 'get_room_info', reason: 'timeout', found: 'no response within 5 s', ...details });

const levels = (lines: readonly string[]) => lines.map((line) => /level=(\w+)/.exec(line)?.[1]);

describe('The log of failed calls', () => {
  it('A failed call is logged with its command, its room and all that is known of the error', () => {
    const { log, lines } = makeLog();
    const details = { reason: 'bug', found: 'ErrorCode 100002', code: 100002, requestId: 'id-1' } as const;
    log.callFailed(failure(details), 'room-1');
    expect(lines).toEqual([
      'level=warn msg="call failed" sdk_app_id=14 command=get_room_info room_id=room-1 err.name=CallFailure ' +
        'err.message="get_room_info: ErrorCode 100002" err.code=100002 err.reason=bug err.requestId=id-1',
    ]);
  });

  it('A failed call that concerns no single room is logged without a room', () => {
    const { log, lines } = makeLog();
    log.callFailed(failure({ command: 'get_room_list' }), undefined);
    expect(lines).toEqual([
      'level=warn msg="call failed" sdk_app_id=14 command=get_room_list err.name=CallFailure ' +
        'err.message="get_room_list: no response within 5 s" err.reason=timeout',
    ]);
  });

  it('The first failure of each command and reason is a warning, repeats within 10 minutes are not', async () => {
    const { clock, log, lines } = makeLog();
    log.callFailed(failure(), 'room-1');
    log.callFailed(failure(), 'room-2');
    log.callFailed(failure({ reason: 'http' }), 'room-2');
    log.callFailed(failure({ command: 'get_member_list' }), 'room-2');
    await clock.advance(10 * minuteMs - 1);
    log.callFailed(failure(), 'room-1');
    expect(levels(lines)).toEqual(['warn', 'debug', 'warn', 'warn', 'debug']);
  });

  it('While calls go on failing, one of them is a warning every 10 minutes', async () => {
    const { clock, log, lines } = makeLog();
    for (let minute = 0; minute < 30; minute += 1) {
      log.callFailed(failure(), 'room-1');
      await clock.advance(minuteMs);
    }
    expect(lines.length).toBe(30);
    expect(levels(lines).flatMap((level, minute) => (level === 'warn' ? [minute] : []))).toEqual([0, 10, 20]);
  });

  it('That a room is gone or is not a live room is never a warning', () => {
    const { log, lines } = makeLog();
    log.callFailed(failure({ reason: 'gone', code: 100004 }), 'room-1');
    log.callFailed(failure({ reason: 'permission', code: 100006 }), 'room-1');
    // Nor does it use up the warning of its reason.
    log.callFailed(failure({ reason: 'permission', code: 100007 }), 'room-1');
    expect(levels(lines)).toEqual(['debug', 'debug', 'warn']);
  });
});
