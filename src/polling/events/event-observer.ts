/**
 * Why an event has no effect.
 *
 * - `duplicate`: it came before.
 * - `late`: it is older than the room, or than its end.
 * - `unknown_room`: no response has proved that the room exists, or too many rooms wait for one.
 * - `other_source`: the room counts the events of another family of webhooks.
 * - `not_exported`: filters, the limit or `rooms.discover` exclude the room.
 * - `not_polled`: this process does not poll the app at present.
 * - `not_forwarded`: Redis could not take it in time.
 */
export type EventDropReason = (typeof eventDropReasons)[number];

export const eventDropReasons = [
  'duplicate',
  'late',
  'unknown_room',
  'other_source',
  'not_exported',
  'not_polled',
  'not_forwarded',
] as const;

/** Is notified of what becomes of the events of webhooks. */
export interface EventObserver {
  /** Events that have no effect. An event about several members counts once for each of them. */
  eventsDropped(dropped: {
    readonly sdkAppId: number;
    readonly reason: EventDropReason;
    readonly events: number;
  }): void;
  /** An event has been applied. The delay is the time since it happened, and 0 if the clocks say that it is still to come. */
  eventApplied(applied: { readonly sdkAppId: number; readonly delaySeconds: number }): void;
}
