import type { LatestValues, RoomView } from '../../rooms/room.ts';
import type { FamilyHeader, LabelPair } from '../format/metric-family.ts';

/** A family with one sample a room, or none where the value is unknown. */
export interface ValueFamily extends FamilyHeader {
  readonly kind: 'value';
  readonly value: (room: RoomView) => number | undefined;
}

/** A family whose samples carry labels of their own, after the room's. */
export interface LabelledFamily extends FamilyHeader {
  readonly kind: 'labelled';
  readonly samples: (room: RoomView) => readonly LabelledSample[];
}

export interface LabelledSample {
  readonly labels: readonly LabelPair[];
  readonly value: number;
}

/** One line of the catalogue of room metrics. */
export type RoomFamily = ValueFamily | LabelledFamily;

type LivingValue = (latest: Readonly<LatestValues>) => number | boolean | undefined;
type LivingSamples = (latest: Readonly<LatestValues>) => readonly LabelledSample[];

/** A gauge of rooms that live: an ended room has no value but its end. Booleans are 0 and 1. */
export function gauge(name: string, help: string, value: LivingValue): RoomFamily {
  return { kind: 'value', name, help, type: 'gauge', value: ofLiving(value) };
}

/** A counter of rooms that live; its name ends in `_total`. */
export function counter(name: string, help: string, value: LivingValue): RoomFamily {
  return { kind: 'value', name, help, type: 'counter', value: ofLiving(value) };
}

/** A gauge of rooms that live whose samples carry labels of their own. */
export function labelledGauge(name: string, help: string, samples: LivingSamples): RoomFamily {
  return {
    kind: 'labelled',
    name,
    help,
    type: 'gauge',
    samples: (room) => (room.endedAtMs === undefined ? samples(room.latest) : []),
  };
}

function ofLiving(value: LivingValue): (room: RoomView) => number | undefined {
  return (room) => {
    const known = room.endedAtMs === undefined ? value(room.latest) : undefined;
    return known === undefined ? undefined : Number(known);
  };
}
