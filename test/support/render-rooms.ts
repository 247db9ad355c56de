import { type ExpositionFormat, familyHeader, labelText, sampleLine } from '../../src/metrics/format/text.ts';
import { roomLabels } from '../../src/metrics/rooms/blocks.ts';
import type { RoomFamily } from '../../src/metrics/rooms/family.ts';
import type { AudienceHistory, AudienceTrend } from '../../src/rooms/audience-history.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { audienceTrend } from '../../src/rooms/room-audience.ts';

export interface RenderedRooms {
  readonly text: string;
  /** Sample lines in the text. */
  readonly series: number;
}

interface RenderedApp {
  readonly sdkAppId: number;
  readonly rooms: Iterable<RoomView>;
  readonly audiences?: Pick<AudienceHistory, 'trend'>;
}

/**
 * Renders all room metrics from scratch. This is the specification of the room metrics: what the exporter renders
 * incrementally must equal it byte for byte. Both formats require the lines of a family together, so the loop over the
 * families is the outer one. A family without a sample is left out.
 */
export function renderRooms(input: {
  readonly apps: readonly RenderedApp[];
  readonly families: readonly RoomFamily[];
  readonly format: ExpositionFormat;
}): RenderedRooms {
  const rooms = input.apps.flatMap((app) =>
    [...app.rooms].map((room) => ({
      room,
      trend: audienceTrend(room, app.audiences),
      labels: roomLabels(app.sdkAppId, room.id),
    })),
  );
  const rendered = input.families.map((family) => ({
    family,
    lines: rooms.flatMap(({ room, labels, trend }) => sampleLines(family, room, labels, trend)),
  }));
  return {
    text: rendered
      .filter(({ lines }) => lines.length > 0)
      .map(({ family, lines }) => familyHeader(family, input.format) + lines.join(''))
      .join(''),
    series: rendered.reduce((series, { lines }) => series + lines.length, 0),
  };
}

/** The lines of a room in a family, which are the same in both formats. `labels` is the result of `roomLabels`. */
export function sampleLines(
  family: RoomFamily,
  room: RoomView,
  labels: string,
  trend?: AudienceTrend,
): readonly string[] {
  if (family.kind === 'value') {
    const value = family.value(room, trend);
    return value === undefined ? [] : [sampleLine(family.name, labels, value)];
  }
  return family
    .samples(room)
    .map((sample) =>
      sampleLine(family.name, [labels, labelText(sample.labels)].filter((text) => text !== '').join(','), sample.value),
    );
}
