import { type EventReader, EventStreams } from '../cluster/event-streams.ts';
import { type Config, redisAddress } from '../config/config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { EventObserver } from '../polling/events/event-observer.ts';
import { countOf, type RoomEvent, roomEvents } from '../polling/events/room-event.ts';
import type { RoomEvents } from '../polling/events/room-events.ts';
import type { WebhookEvent } from '../tencent/webhooks/event.ts';
import type { PolledApps } from './polled-apps.ts';

/** Takes the verified events of an app. */
export type DeliverEvents = (sdkAppId: number, events: readonly WebhookEvent[]) => void;

interface WebhookEventsOptions {
  readonly config: Config['cluster'];
  readonly apps: Pick<PolledApps, 'pollers' | 'pollerOf'>;
  readonly observer: EventObserver;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The way of events from the receiver to the pollers. */
export interface WebhookEvents {
  readonly deliver: DeliverEvents;
  /** The state of an app was saved. `position`: the last entry of its stream that is part of it. */
  readonly stateSaved: (sdkAppId: number, position: string | undefined) => void;
  /** Forwards what waits. Never rejects. Idempotent. */
  readonly stop: () => Promise<void>;
}

/** Without a cluster, events are applied at once. With one, they go through Redis to the replica that polls the app. */
export function createWebhookEvents(options: WebhookEventsOptions): WebhookEvents {
  const { config, apps, observer } = options;
  const address = redisAddress(config);
  if (address === undefined) {
    return {
      deliver: (sdkAppId, given) => {
        const events = roomEvents(sdkAppId, given);
        const poller = apps.pollerOf(sdkAppId);
        if (poller !== undefined) poller.events.apply(events);
        // A reload has just removed the app.
        else
          for (const event of events)
            observer.eventsDropped({ sdkAppId, reason: 'not_polled', events: countOf(event) });
      },
      stateSaved: () => {},
      stop: async () => {},
    };
  }
  const streams = new EventStreams({
    ...options,
    address,
    keyPrefix: config.keyPrefix,
    readers: () => apps.pollers().map(({ sdkAppId, poller: { events } }) => readerOf(sdkAppId, events)),
    onDrop: (sdkAppId, events) => observer.eventsDropped({ sdkAppId, reason: 'not_forwarded', events }),
  });
  streams.start();
  return {
    deliver: (sdkAppId, given) => {
      for (const event of roomEvents(sdkAppId, given)) {
        streams.send(sdkAppId, { text: JSON.stringify(event), events: countOf(event) });
      }
    },
    stateSaved: (sdkAppId, position) => {
      if (position !== undefined) streams.trim(sdkAppId, position);
    },
    stop: () => streams.stop(),
  };
}

function readerOf(sdkAppId: number, events: RoomEvents): EventReader {
  return {
    sdkAppId,
    get isOpen() {
      return events.isOpen;
    },
    get position() {
      return events.position;
    },
    apply: (position: string, entry: string) => events.applyEntry(position, JSON.parse(entry) as readonly RoomEvent[]),
    caughtUp: (position: string) => events.caughtUp(position),
  };
}
