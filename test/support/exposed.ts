import { gunzipSync } from 'node:zlib';
import type { Clock } from '../../src/platform/clock.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { ExpositionConfig } from '../../src/config/config.ts';
import type { WantedExposition } from '../../src/metrics/exposition.ts';
import { RoomExposition } from '../../src/metrics/rooms/room-exposition.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { expositionConfig } from './room-samples.ts';

/** Both formats in both encodings. */
export const everyForm: readonly WantedExposition[] = (['text', 'openmetrics'] as const).flatMap((format) =>
  (['identity', 'gzip'] as const).map((encoding) => ({ format, encoding })),
);

/** The text of an answer, whatever its encoding. */
export function textOf(chunks: readonly Buffer[], { encoding }: Pick<WantedExposition, 'encoding'>): string {
  const bytes = Buffer.concat(chunks);
  return (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

/** A clock whose timers never fire, so that nothing is refreshed but what a test waits for. */
export const timerless: Clock = { ...systemClock, after: () => () => {} };

/** An exposition of rooms, with all that it logs. */
export function exposeRooms(
  apps: readonly { readonly sdkAppId: number; readonly rooms: Iterable<RoomView> }[],
  config: () => ExpositionConfig = () => expositionConfig,
) {
  const logged: unknown[][] = [];
  const log = (...line: unknown[]): void => void logged.push(line);
  const exposition = new RoomExposition({ config, clock: timerless, logger: { warn: log, error: log } });
  const listeners = new Map(
    apps.map(({ sdkAppId, rooms }) => {
      const listener = exposition.addApp(sdkAppId);
      for (const room of rooms) listener.published(room);
      return [sdkAppId, listener];
    }),
  );
  return { exposition, listeners, logged };
}
