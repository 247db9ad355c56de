import { recorded } from '../series.ts';
import type { Audience } from './audience-data.ts';

/** Unix seconds of minute 0 of every replayed series. */
export const replayStart = 1_700_000_040;

/** Series of one set, as the recorded audience that the rules read; the room's id is its index. */
export function openMetricsLines(set: string, audiences: readonly Audience[]): readonly string[] {
  return audiences.flatMap((audience, index) =>
    audience.flatMap((viewers, minute) =>
      viewers === undefined
        ? []
        : [
            `${recorded.fresh}{job="replay",sdk_app_id="${set}",room_id="${String(index)}"} ${String(viewers)} ${String(replayStart + minute * 60)}`,
          ],
    ),
  );
}

export function openMetricsText(lines: readonly string[]): string {
  return `# TYPE ${recorded.fresh} gauge\n${lines.join('\n')}\n# EOF\n`;
}
