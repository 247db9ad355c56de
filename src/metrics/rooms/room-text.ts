import type { RoomView } from '../../rooms/room.ts';
import type { ExpositionFormat } from '../format/escape.ts';
import { familyHeader, labelText, sampleLine } from '../format/metric-family.ts';
import type { RoomFamily } from './room-family.ts';

export interface RenderedRooms {
  readonly text: string;
  /** Sample lines in the text. */
  readonly series: number;
}

/**
 * All room metrics from scratch, families in the order given, each with its rooms in theirs. Both formats want the
 * lines of a family together, so the loop over families is the outer one. A family without a sample is left out. This
 * says what the exposition is; what the daemon shows is kept up incrementally, and equals it byte for byte.
 */
export function renderRooms(input: {
  readonly apps: readonly { readonly sdkAppId: number; readonly rooms: Iterable<RoomView> }[];
  readonly families: readonly RoomFamily[];
  readonly format: ExpositionFormat;
}): RenderedRooms {
  const rooms = input.apps.flatMap(({ sdkAppId, rooms: ofApp }) =>
    [...ofApp].map((room) => ({ room, labels: roomLabels(sdkAppId, room.id) })),
  );
  const rendered = input.families.map((family) => ({
    family,
    lines: rooms.flatMap(({ room, labels }) => sampleLines(family, room, labels)),
  }));
  return {
    text: rendered
      .filter(({ lines }) => lines.length > 0)
      .map(({ family, lines }) => familyHeader(family, input.format) + lines.join(''))
      .join(''),
    series: rendered.reduce((series, { lines }) => series + lines.length, 0),
  };
}

/** The labels that every series of a room carries. */
export function roomLabels(sdkAppId: number, roomId: string): string {
  return labelText([
    ['sdk_app_id', String(sdkAppId)],
    ['room_id', roomId],
  ]);
}

/** A room's lines in a family: the same in both formats. `labels` are the room's, as `roomLabels` gives them. */
export function sampleLines(family: RoomFamily, room: RoomView, labels: string): readonly string[] {
  if (family.kind === 'value') {
    const value = family.value(room);
    return value === undefined ? [] : [sampleLine(family.name, labels, value)];
  }
  return family
    .samples(room)
    .map((sample) =>
      sampleLine(family.name, [labels, labelText(sample.labels)].filter((text) => text !== '').join(','), sample.value),
    );
}
