import type { MemberChange, RoomStatistic } from '../tencent/webhooks/event.ts';
import type { RoomTaskName } from '../tasks/tasks.ts';
import { confirmAfterMs, type Lifecycle, verifyingTask } from './lifecycle.ts';

/** How many members came and went, by the events of webhooks. */
export interface MemberChanges extends Readonly<Record<MemberChange, number>> {
  /**
   * Whether the numbers may be smaller than those that a process before has exported, so that they are not exported: in
   * Prometheus, a counter that falls has counted all of its new value again.
   */
  readonly isHeld: boolean;
}

/** A webhook has reported that the room was destroyed. Anybody may forge that, so it proves nothing. */
export interface ReportedEnd {
  /** Unix milliseconds of the steady clock at which the report arrived. */
  readonly atMs: number;
  /** The totals at the end, which the API does not give any more. */
  readonly statistic: RoomStatistic | undefined;
}

/** What webhooks have reported in one life of a room. */
export interface WebhookFacts {
  /** Undefined before the first event that counts. */
  readonly memberChanges: MemberChanges | undefined;
  readonly reportedEnd: ReportedEnd | undefined;
}

type StoredFacts = { -readonly [Key in keyof WebhookFacts]: WebhookFacts[Key] };

export const noWebhookFacts: WebhookFacts = { memberChanges: undefined, reportedEnd: undefined };

/** Before the first event. */
export const noMemberChanges: MemberChanges = {
  enter: 0,
  reconnect: 0,
  leave: 0,
  disconnect: 0,
  kicked: 0,
  other: 0,
  isHeld: false,
};

export function countMembers(room: StoredFacts, counted: Readonly<Partial<Record<MemberChange, number>>>): void {
  const changes: { -readonly [Key in keyof MemberChanges]: MemberChanges[Key] } = room.memberChanges ?? {
    ...noMemberChanges,
  };
  for (const [change, members] of Object.entries(counted)) changes[change as MemberChange] += members;
  room.memberChanges = changes;
}

/** The numbers are exported again: as they are, or from 0 on if events since they were saved are lost. */
export function releaseMemberChanges(room: StoredFacts, { areComplete }: { readonly areComplete: boolean }): void {
  const { memberChanges } = room;
  if (memberChanges?.isHeld === true) {
    room.memberChanges = areComplete ? { ...memberChanges, isHeld: false } : { ...noMemberChanges };
  }
}

/** The task has read the room: if it could have proved the reported end by now, the report was wrong. */
export function dropDisprovedEnd(
  room: StoredFacts & { readonly lifecycle: Lifecycle },
  { task, askedAtMs }: { readonly task: RoomTaskName; readonly askedAtMs: number },
): void {
  const { reportedEnd, lifecycle } = room;
  if (reportedEnd === undefined || task !== verifyingTask(lifecycle.kind)) return;
  if (askedAtMs - reportedEnd.atMs >= confirmAfterMs) room.reportedEnd = undefined;
}
