import type { AudienceTrend } from '../../rooms/audience-history.ts';
import type { LatestValues } from '../../rooms/latest-values.ts';
import type { RoomView } from '../../rooms/room.ts';
import type { FamilyHeader, LabelPair } from '../format/text.ts';

/** A family with one sample for each room, or none if the value is unknown. */
interface ValueFamily extends FamilyHeader {
  readonly kind: 'value';
  /** `trend`: how the audience of the room develops, if that is known. */
  readonly value: (room: RoomView, trend?: AudienceTrend) => number | undefined;
}

/** A family whose samples have labels of their own after the labels of the room. */
interface LabelledFamily extends FamilyHeader {
  readonly kind: 'labelled';
  readonly samples: (room: RoomView) => readonly LabelledSample[];
}

export interface LabelledSample {
  readonly labels: readonly LabelPair[];
  readonly value: number;
}

/** One entry of the catalogue of room metrics. */
export type RoomFamily = ValueFamily | LabelledFamily;

type LiveValue = (latest: Readonly<LatestValues>, room: RoomView) => number | boolean | undefined;
type LiveSamples = (latest: Readonly<LatestValues>, room: RoomView) => readonly LabelledSample[];

/** A gauge of rooms that have not ended. Booleans become 0 and 1. */
export function gauge(name: string, help: string, value: LiveValue): RoomFamily {
  return { kind: 'value', name, help, type: 'gauge', value: unlessEnded(value) };
}

/** A counter of rooms that have not ended; its name ends in `_total`. */
export function counter(name: string, help: string, value: LiveValue): RoomFamily {
  return { kind: 'value', name, help, type: 'counter', value: unlessEnded(value) };
}

/** A gauge of rooms that have not ended, whose samples have labels of their own. */
export function labelledGauge(name: string, help: string, samples: LiveSamples): RoomFamily {
  return { kind: 'labelled', name, help, type: 'gauge', samples: noneIfEnded(samples) };
}

/** A counter of rooms that have not ended, whose samples have labels of their own. */
export function labelledCounter(name: string, help: string, samples: LiveSamples): RoomFamily {
  return { kind: 'labelled', name, help, type: 'counter', samples: noneIfEnded(samples) };
}

/** A gauge of rooms whose end is exported: what a room was until then. */
export function finalGauge(name: string, help: string, value: (room: RoomView) => number | undefined): RoomFamily {
  return {
    kind: 'value',
    name: `tencent_live_room_final_${name}`,
    help,
    type: 'gauge',
    value: (room) => (room.endedAtMs === undefined ? undefined : value(room)),
  };
}

/** A gauge of how the audience of a room develops. */
export function audienceGauge(
  name: string,
  help: string,
  value: (trend: AudienceTrend) => number | undefined,
): RoomFamily {
  return {
    kind: 'value',
    name: `tencent_live_room_audience_${name}`,
    help,
    type: 'gauge',
    value: (_room, trend) => trend && value(trend),
  };
}

function unlessEnded(value: LiveValue): (room: RoomView) => number | undefined {
  return (room) => {
    const known = room.endedAtMs === undefined ? value(room.latest, room) : undefined;
    return known === undefined ? undefined : Number(known);
  };
}

function noneIfEnded(samples: LiveSamples): (room: RoomView) => readonly LabelledSample[] {
  return (room) => (room.endedAtMs === undefined ? samples(room.latest, room) : []);
}
