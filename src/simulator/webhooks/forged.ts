import type { WebhookIncident } from '../incidents/incident.ts';
import { hash } from '../world/random.ts';
import type { WebhookCall } from './calls.ts';
import { beforeCommands } from './settings.ts';

interface ForgedCall {
  readonly call: WebhookCall;
  /** A captured signature is valid for any body for a minute. */
  readonly signature: 'valid' | 'other' | 'none';
}

/** A call that does not report what happened. `roomId` is a room on the air; by default, one that does not exist. */
export function forgedCall(
  incident: Exclude<WebhookIncident, { kind: 'delivery' }>,
  {
    serial,
    atMs,
    roomId = `forged-${hash(serial, 9).toString(36)}-${serial}`,
  }: {
    readonly serial: number;
    readonly atMs: number;
    readonly roomId?: string | undefined;
  },
): ForgedCall {
  if (incident.kind === 'before') {
    const command = beforeCommands[serial % 2] ?? beforeCommands[0];
    return { call: { command, roomId, atMs, body: JSON.stringify(beforeBody(command, roomId)) }, signature: 'valid' };
  }
  const signature = ({ unsigned: 'none', bad_sign: 'other', replayed: 'valid', destroy: 'valid' } as const)[
    incident.how
  ];
  const command = incident.how === 'destroy' ? 'Live.CallbackAfterDestroyRoom' : 'Live.CallbackAfterMemberStateChanged';
  const event =
    incident.how === 'destroy'
      ? { EventType: 'DestroyByUser', Statistic: { TotalViewers: 1_000_000 } }
      : { EventType: 'Online', EventCause: 'Enter', MemberList: [{ Member_Account: `nobody-${serial}` }] };
  const body = JSON.stringify({ CallbackCommand: command, RoomId: roomId, ...event, EventTime: atMs });
  return { call: { command, roomId, atMs, body }, signature };
}

function beforeBody(command: string, roomId: string): object {
  if (command === 'Group.CallbackBeforeSendMsg') {
    const MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'private words' } }];
    return { CallbackCommand: command, GroupId: roomId, Type: 'Live', From_Account: 'ann', MsgBody };
  }
  return { CallbackCommand: command, RoomId: roomId, Sender_Account: 'ann', GiftId: 'rose', GiftCount: 1 };
}
