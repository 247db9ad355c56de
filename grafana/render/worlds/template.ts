import { roomIdOf, type Sample, samplesOf } from '../../../test/grafana/recording/samples.ts';

/** Series of a real exporter, whose names and labels the worlds take over. */
export interface Template {
  readonly ofProcess: readonly Sample[];
  /** Of one app; without `sdk_app_id`. */
  readonly ofApp: readonly Sample[];
  /** Of one room; without `sdk_app_id`, `room_id` and `room_name`. */
  readonly ofRoom: readonly Sample[];
}

export function templateOf(exposition: string): Template {
  const samples = samplesOf(exposition);
  const ids = new Set(samples.flatMap((sample) => roomIdOf(sample) ?? []));
  // Some rooms have no webhooks or gifts yet.
  const [ofRoom = []] = [...ids]
    .map((id) => samples.filter((sample) => roomIdOf(sample) === id))
    .toSorted((a, b) => b.length - a.length);
  const others = samples.filter((sample) => roomIdOf(sample) === undefined);
  const isOfApp = ({ labels }: Sample): boolean => labels.includes('sdk_app_id="');
  return {
    ofProcess: others.filter((sample) => !isOfApp(sample)),
    ofApp: others.filter(isOfApp).map((sample) => without(sample, 'sdk_app_id', 'name')),
    ofRoom: ofRoom.map((sample) => without(sample, 'sdk_app_id', 'room_id', 'room_name')),
  };
}

function without(sample: Sample, ...names: readonly string[]): Sample {
  const label = new RegExp(String.raw`(?:^|,)(?:${names.join('|')})="(?:[^"\\]|\\.)*"`, 'g');
  return { ...sample, labels: sample.labels.replaceAll(label, '').replace(/^,/, '') };
}
