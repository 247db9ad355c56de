import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { CallFailureLog } from '../../../src/polling/queue/call-failure-log.ts';
import type { CommandName } from '../../../src/tencent/command.ts';
import { CallFailure, type CallFailureDetails } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const secondMs = 1000;
const minuteMs = 60_000;

function makeLog() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.replace(/^ts=\S+ /, '').trimEnd());
  const logger = createLogger({ level: 'debug', format: 'logfmt', destination: { write } });
  const log = new CallFailureLog({ clock, logger: logger.child({ sdk_app_id: 14 }) });
  const fail = (details: Partial<CallFailureDetails> = {}, roomId = 'room-1') => {
    const failure = new CallFailure({
      command: 'get_room_info',
      reason: 'timeout',
      found: 'no response within 5 s',
      ...details,
    });
    log.callEnded(failure.command, { failure, roomId });
  };
  const succeed = (command: CommandName = 'get_room_info') => log.callEnded(command, { failure: undefined });
  const refuse = () =>
    log.appRefused(
      new CallFailure({ command: 'get_room_list', reason: 'credentials', found: 'error 70009', code: 70_009 }),
    );
  /** Lines above level debug. */
  const reported = () => lines.filter((line) => !line.startsWith('level=debug'));
  return { clock, lines, log, fail, succeed, refuse, reported };
}

const levels = (lines: readonly string[]) => lines.map((line) => /level=(\w+)/.exec(line)?.[1]);

describe('The log of failed calls', () => {
  it('A failed call is logged with its command, its room and all that is known of the error', () => {
    const { fail, lines } = makeLog();
    fail({ reason: 'bug', found: 'ErrorCode 100002', code: 100002, requestId: 'id-1' });
    expect(lines).toEqual([
      'level=warn msg="call failed" sdk_app_id=14 command=get_room_info room_id=room-1 err.name=CallFailure ' +
        'err.message="get_room_info: ErrorCode 100002" err.code=100002 err.reason=bug err.requestId=id-1',
    ]);
  });

  it('A failed call that concerns no single room is logged without a room', () => {
    const { log, lines } = makeLog();
    const failure = new CallFailure({ command: 'get_room_list', reason: 'timeout', found: 'no response within 5 s' });
    log.callEnded('get_room_list', { failure });
    expect(lines).toEqual([
      'level=warn msg="call failed" sdk_app_id=14 command=get_room_list err.name=CallFailure ' +
        'err.message="get_room_list: no response within 5 s" err.reason=timeout',
    ]);
  });

  it('An outage is one problem, whichever commands it concerns and whatever the transport says', async () => {
    const { clock, fail, lines } = makeLog();
    for (const reason of ['network', 'timeout', 'http', 'malformed', 'transient'] as const) {
      for (const command of ['get_room_list', 'get_room_info', 'get_member_list'] as const) fail({ command, reason });
      await clock.advance(minuteMs);
    }
    expect(levels(lines)).toEqual(['warn', ...Array.from({ length: 14 }, () => 'debug')]);
  });

  it('Errors that the API names are one problem for each command and reason', () => {
    const { fail, lines } = makeLog();
    fail({ reason: 'bug' });
    fail({ reason: 'bug' }, 'room-2');
    fail({ reason: 'unknown' });
    fail({ reason: 'bug', command: 'get_member_list' });
    expect(levels(lines)).toEqual(['warn', 'debug', 'warn', 'warn']);
  });

  it('While a problem lasts, it is a warning every 10 minutes', async () => {
    const { clock, fail, lines } = makeLog();
    for (let minute = 0; minute < 30; minute += 1) {
      fail();
      await clock.advance(minuteMs);
    }
    expect(levels(lines).flatMap((level, minute) => (level === 'warn' ? [minute] : []))).toEqual([0, 10, 20]);
  });

  it('The end of an outage is one line, when every command that failed has responded', async () => {
    const { clock, fail, succeed, reported } = makeLog();
    fail({ command: 'get_room_list' });
    fail();
    await clock.advance(90 * secondMs);
    fail();
    succeed('get_room_list');
    succeed('get_member_list');
    expect(reported().length).toBe(1);
    succeed();
    succeed();
    expect(reported().slice(1)).toEqual(['level=info msg="calls succeed again" sdk_app_id=14 duration_seconds=90']);
  });

  it('The end of another problem names its command and reason', async () => {
    const { clock, fail, succeed, reported } = makeLog();
    fail({ reason: 'bug', code: 100_002 });
    await clock.advance(minuteMs);
    succeed();
    expect(reported().at(-1)).toBe(
      'level=info msg="calls succeed again" sdk_app_id=14 command=get_room_info reason=bug duration_seconds=60',
    );
  });

  it('A response that names another error ends an outage too', async () => {
    const { clock, fail, reported } = makeLog();
    fail();
    await clock.advance(minuteMs);
    fail({ reason: 'gone', code: 100_004 });
    expect(levels(reported())).toEqual(['warn', 'info']);
  });

  it('Single failures that a retry makes good are one warning in 10 minutes, and no other line', async () => {
    const { clock, fail, succeed, reported } = makeLog();
    for (let failures = 0; failures < 100; failures += 1) {
      fail();
      await clock.advance(secondMs);
      succeed();
      await clock.advance(secondMs);
    }
    expect(levels(reported())).toEqual(['warn']);
  });

  it('An outage that returns within 10 minutes is a warning once it has lasted 5 s', async () => {
    const { clock, fail, succeed, reported } = makeLog();
    fail();
    await clock.advance(minuteMs);
    succeed();
    await clock.advance(minuteMs);
    fail();
    expect(levels(reported())).toEqual(['warn', 'info']);
    await clock.advance(5 * secondMs);
    fail();
    fail();
    expect(levels(reported())).toEqual(['warn', 'info', 'warn']);
  });

  it('That a room is gone or is not a live room is never a warning', () => {
    const { fail, lines } = makeLog();
    fail({ reason: 'gone', code: 100004 });
    fail({ reason: 'permission', code: 100006 });
    // Nor does it use up the warning of its reason.
    fail({ reason: 'permission', code: 100007 });
    expect(levels(lines)).toEqual(['debug', 'debug', 'warn']);
  });

  it('A refusal of the app is one error with what to do, again every 10 minutes, and its calls are no warnings', async () => {
    const { clock, fail, refuse, reported } = makeLog();
    for (let minute = 0; minute < 15; minute += 1) {
      fail({ reason: 'credentials', code: 70_009 });
      refuse();
      await clock.advance(minuteMs);
    }
    const [first] = reported();
    expect(levels(reported())).toEqual(['error', 'error']);
    expect(first).toContain('msg="the API refuses this app: all calls stop for 60 s, then one trial call is made"');
    expect(first).toContain('err.code=70009');
    expect(first).toContain('advice="the secret key does not belong to this app: copy it again from the console"');
  });

  it('That the API accepts the app again is logged, and a later refusal is an error at once', () => {
    const { log, refuse, reported } = makeLog();
    refuse();
    log.appAccepted();
    refuse();
    expect(levels(reported())).toEqual(['error', 'info', 'error']);
  });
});
