import { describe, expect, it } from '@jest/globals';
import { infoLabels } from '../../../src/config/config.ts';
import { roomCatalogue } from '../../../src/metrics/rooms/catalogue.ts';
import { golden } from '../../support/golden.ts';
import { renderRooms } from '../../support/render-rooms.ts';
import { completeRoom, endedRoom, hostileRooms, namedRoom } from '../../support/sample-rooms.ts';

const apps = [
  { sdkAppId: 1_400_000_000, rooms: [completeRoom, ...hostileRooms, endedRoom] },
  { sdkAppId: 1_400_000_001, rooms: new Set([namedRoom('room-1', 'the same id in another app')]) },
];

describe('renderRooms, the specification of the room metrics,', () => {
  it.each(['text', 'openmetrics'] as const)('renders hostile names in two apps as in golden/rooms.%s.txt', (format) => {
    const { text } = renderRooms({ apps, families: roomCatalogue(infoLabels), format });
    expect(text).toBe(golden(`rooms.${format}.txt`, text));
  });

  it('counts the sample lines', () => {
    const { text, series } = renderRooms({ apps, families: roomCatalogue(infoLabels), format: 'text' });
    expect(series).toBe(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length);
  });

  it('renders the same sample lines in both formats', () => {
    const [text, openmetrics] = (['text', 'openmetrics'] as const).map((format) =>
      renderRooms({ apps, families: roomCatalogue(infoLabels), format })
        .text.split('\n')
        .filter((line) => !line.startsWith('#')),
    );
    expect(text).toEqual(openmetrics);
  });

  it('omits a family without samples', () => {
    const rooms = [endedRoom];
    expect(renderRooms({ apps: [{ sdkAppId: 1, rooms }], families: roomCatalogue([]), format: 'text' })).toEqual({
      text: `# HELP tencent_live_room_ended_timestamp_seconds Unix time at which the exporter found that the room had ended; an ended room has no other series.
# TYPE tencent_live_room_ended_timestamp_seconds gauge
tencent_live_room_ended_timestamp_seconds{sdk_app_id="1",room_id="ended"} 1693268554.123
`,
      series: 1,
    });
  });

  it('renders nothing without a room', () => {
    expect(renderRooms({ apps: [], families: roomCatalogue([]), format: 'openmetrics' })).toEqual({
      text: '',
      series: 0,
    });
  });
});
