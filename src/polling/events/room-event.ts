import { hash } from 'node:crypto';
import type { MembersChanged, RoomCreated, RoomDestroyed, WebhookEvent } from '../../tencent/webhooks/event.ts';

/** Members of a room who came or went. It does not name them. */
export interface MembersCounted extends Omit<MembersChanged, 'accounts' | 'atMs'> {
  readonly members: number;
  /** One for each member, the same in each copy of the event; undefined without a time: then copies cannot be recognised. */
  readonly keys?: readonly number[] | undefined;
  readonly atMs?: number | undefined;
}

type Untimed<Event> = Omit<Event, 'atMs'> & { readonly atMs?: number | undefined };

/** An event as it is forwarded and applied. It survives JSON. */
export type RoomEvent = MembersCounted | Untimed<RoomCreated> | Untimed<RoomDestroyed>;

/** So that applying one event takes less than a millisecond: a webhook may name ten thousand members. */
const mostMembers = 200;

/** The events of an app, as they are forwarded and applied. */
export function roomEvents(sdkAppId: number, events: readonly WebhookEvent[]): readonly RoomEvent[] {
  return events.flatMap((event): readonly RoomEvent[] =>
    event.type === 'members_changed' ? membersCounted(sdkAppId, event) : [event],
  );
}

function membersCounted(sdkAppId: number, event: MembersChanged): readonly MembersCounted[] {
  const { accounts, ...rest } = event;
  const prefix = [sdkAppId, event.source, event.roomId, event.change, event.atMs].join('\0');
  const counted: MembersCounted[] = [];
  for (let from = 0; from < accounts.length; from += mostMembers) {
    const part = accounts.slice(from, from + mostMembers);
    const keys = event.atMs === undefined ? {} : { keys: part.map((account) => keyOf(`${prefix}\0${account}`)) };
    counted.push({ ...rest, members: part.length, ...keys });
  }
  return counted;
}

/** 48 bits of a hash, and never 0: among a million keys, two different ones are equal once in 500 cases. */
function keyOf(text: string): number {
  return Number.parseInt(hash('sha1', text).slice(0, 12), 16) + 1;
}

/** How many events this one counts for: one for each member. */
export function countOf(event: RoomEvent): number {
  return event.type === 'members_changed' ? event.members : 1;
}
