import { gunzipSync } from 'node:zlib';
import type { ExpositionConfig } from '../../src/config/config.ts';
import type { ExpositionRequest } from '../../src/metrics/exposition.ts';
import { RoomMetrics } from '../../src/metrics/rooms/room-metrics.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { expositionConfig } from './sample-rooms.ts';

/** Both formats in both encodings. */
export const allRequests: readonly ExpositionRequest[] = (['text', 'openmetrics'] as const).flatMap((format) =>
  (['identity', 'gzip'] as const).map((encoding) => ({ format, encoding })),
);

/** The text of rendered chunks in any encoding. */
export function decode(chunks: readonly Buffer[], { encoding }: Pick<ExpositionRequest, 'encoding'>): string {
  const bytes = Buffer.concat(chunks);
  return (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

/** A clock without timers, so that only the refreshes happen that a test waits for. */
const clockWithoutTimers: Clock = { ...systemClock, after: () => () => {} };

/** The metrics of the given rooms, a listener for each app, and everything that is logged. */
export function createRoomMetrics(
  apps: readonly { readonly sdkAppId: number; readonly rooms: Iterable<RoomView> }[],
  config: () => ExpositionConfig = () => expositionConfig,
) {
  const logged: unknown[][] = [];
  const log = (...line: unknown[]): void => void logged.push(line);
  const roomMetrics = new RoomMetrics({ config, clock: clockWithoutTimers, logger: { warn: log, error: log } });
  const listeners = new Map(
    apps.map(({ sdkAppId, rooms }) => {
      const listener = roomMetrics.addApp(sdkAppId);
      for (const room of rooms) listener.published(room);
      return [sdkAppId, listener];
    }),
  );
  return { roomMetrics, listeners, logged };
}
