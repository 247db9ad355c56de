import { webhookResults } from '../../../src/status/webhook-status.ts';
import { webhookCommands } from '../../../src/tencent/webhooks/commands.ts';
import type { WebhookEvent } from '../../../src/tencent/webhooks/event.ts';
import { createVerifier } from '../../../src/webhooks/verify.ts';
import { check, type FuzzTarget } from '../target.ts';

const query = 'SdkAppid=1400000000&contenttype=json&ClientIP=203.0.113.7&OptPlatform=Android';
const signed =
  'SdkAppid=1400000001&RequestTime=1669872112&Sign=17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061';
const atMs = 1_669_872_112_000;

/** A request: the query of its URL in the first line, and then its body. */
export const target: FuzzTarget = {
  seeds: [
    `${query}&CallbackCommand=Live.CallbackAfterMemberStateChanged\n{"CallbackCommand":"Live.CallbackAfterMemberStateChanged","RoomId":"room-7","EventType":"Offline","EventCause":"HeartbeatInterrupt","MemberList":[{"Member_Account":"ann"},{"Member_Account":"bo"}],"EventTime":1767225600123}`,
    `${query}\n{"CallbackCommand":"Live.CallbackAfterCreateRoom","Operator_Account":"host1","RoomInfo":{"RoomId":"room-7","CreateTime":1767225600},"EventTime":1767225600123}`,
    `${query}\n{"CallbackCommand":"Live.CallbackAfterDestroyRoom","RoomId":"room-7","EventTime":1767229200123,"RoomInfo":{"ViewCount":42},"Statistic":{"TotalViewers":42,"TotalGiftsSent":3,"TotalGiftCoins":900,"TotalUniqueGiftSenders":2,"TotalLikesReceived":77}}`,
    `${query}\n{"CallbackCommand":"Group.CallbackAfterMemberExit","GroupId":"room-7","Type":"AVChatRoom","ExitType":"Kicked","ExitMemberList":[{"Member_Account":"ann"}],"EventTime":"1767225660123"}`,
    `${signed}\n{"CallbackCommand":"Group.CallbackOnMemberStateChange","GroupId":"room-7","EventType":"Online","EventCause":"Join","MemberList":[{"Member_Account":"ann"}]}`,
  ],
  tokens: ['&', '=', '%', '%zz', '+', '\n', '{', '}', '[', ']', '"', '\\', ',', '-1', '1e999', 'null', '__proto__'],
  maxBytes: 1_048_576,
  limitMs: 100,
  start: () => {
    const verify = createVerifier(() => {});
    const apps = new Map([
      [1_400_000_000, []],
      [1_400_000_001, ['xxxxyyyy']],
    ]);
    return Promise.resolve({
      run: (input) => {
        const text = input.toString();
        const end = text.includes('\n') ? text.indexOf('\n') : text.length;
        const { command, result, event } = verify({ query: text.slice(0, end), body: text.slice(end + 1), atMs }, apps);
        check(command === 'other' || webhookCommands.includes(command), 'a command is a documented one or other');
        check(webhookResults.includes(result), 'a result is one of the label');
        check((event === undefined) === (result !== 'accepted'), 'an event comes from an accepted request only');
        if (event !== undefined) checkEvent(event);
        return Promise.resolve(result);
      },
      stop: () => Promise.resolve(),
    });
  },
};

function checkEvent(event: WebhookEvent): void {
  const { roomId, atMs: eventAtMs } = event;
  check(typeof roomId === 'string' && roomId !== '', 'a room id is text');
  check(eventAtMs === undefined || (Number.isFinite(eventAtMs) && eventAtMs > 0), `a time is a time: ${eventAtMs}`);
  if (event.type === 'members_changed') {
    check(
      event.accounts.every((account) => typeof account === 'string'),
      'an account is text',
    );
  }
  if (event.type === 'room_destroyed') {
    for (const total of Object.values(event.statistic ?? {}) as unknown[]) {
      check(
        total === undefined || (Number.isInteger(total) && Number(total) >= 0),
        `a total is a count: ${String(total)}`,
      );
    }
  }
}
