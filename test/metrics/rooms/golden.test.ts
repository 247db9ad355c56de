import { describe, expect, it } from '@jest/globals';
import { infoLabels } from '../../../src/config/config.ts';
import { roomCatalogue } from '../../../src/metrics/rooms/catalogue.ts';
import { golden } from '../../support/golden.ts';
import { renderRooms } from '../../support/render-rooms.ts';
import { completeRoom, endedRoom, hostileRooms, losingTrend, namedRoom, startMs } from '../../support/sample-rooms.ts';

const apps = [
  {
    sdkAppId: 1_400_000_000,
    rooms: [completeRoom, ...hostileRooms, endedRoom],
    audiences: { trend: () => losingTrend },
  },
  { sdkAppId: 1_400_000_001, rooms: new Set([namedRoom('room-1', 'the same id in another app')]) },
];

describe('renderRooms, the specification of the room metrics', () => {
  it.each(['text', 'openmetrics'] as const)('Hostile names in two apps match golden/rooms.%s.txt', (format) => {
    const { text } = renderRooms({ apps, families: roomCatalogue(infoLabels), format });
    expect(text).toBe(golden(`rooms.${format}.txt`, text));
  });

  it('The number of series is the number of sample lines', () => {
    const { text, series } = renderRooms({ apps, families: roomCatalogue(infoLabels), format: 'text' });
    expect(series).toBe(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length);
  });

  it('The sample lines are the same in both formats', () => {
    const [text, openmetrics] = (['text', 'openmetrics'] as const).map((format) =>
      renderRooms({ apps, families: roomCatalogue(infoLabels), format })
        .text.split('\n')
        .filter((line) => !line.startsWith('#')),
    );
    expect(text).toEqual(openmetrics);
  });

  it('A family without samples is omitted', () => {
    const rooms = [{ id: 'ended', latest: {}, endedAtMs: startMs + 123 }];
    expect(renderRooms({ apps: [{ sdkAppId: 1, rooms }], families: roomCatalogue([]), format: 'text' })).toEqual({
      text: `# HELP tencent_live_room_ended_timestamp_seconds Unix time at which the exporter found that the room had ended; an ended room has only this series and its final ones.
# TYPE tencent_live_room_ended_timestamp_seconds gauge
tencent_live_room_ended_timestamp_seconds{sdk_app_id="1",room_id="ended"} 1693268554.123
`,
      series: 1,
    });
  });

  it('Nothing is rendered if there is no room', () => {
    expect(renderRooms({ apps: [], families: roomCatalogue([]), format: 'openmetrics' })).toEqual({
      text: '',
      series: 0,
    });
  });
});
