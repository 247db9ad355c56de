import { z } from 'zod';
import { servedCommandNames } from '../api/commands.ts';
import { malformations } from '../api/malformed.ts';
import { parseDurationMs } from '../duration.ts';

const duration = z.string().transform((text, context) => {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `found "${text}", expected a duration such as 30s or 10m` });
  return z.NEVER;
});

/** When, and in which app. Times are world time. `at` counts from the start of the simulator, or from the injection. */
const when = {
  /** Default: at once. */
  at: duration.optional(),
  /** Repeats the incident; it begins first at `at`. */
  every: duration.optional(),
  /** An SDKAppID; default: all apps. */
  app: z.number().int().optional(),
};

/** Which rooms: by id, all, the largest on the air, or a share of those on the air. */
const target = {
  rooms: z.union([z.literal('all'), z.array(z.string()).min(1)]).optional(),
  top: z.number().int().positive().optional(),
  share: z.number().positive().max(1).optional(),
};

/** Which calls; `rate` is the affected share, evenly spread. With `rooms`, only calls about these rooms. */
const calls = {
  command: z.enum(servedCommandNames).optional(),
  rooms: z.array(z.string()).min(1).optional(),
  rate: z.number().positive().max(1).default(1),
};

/** How long. Default: until the incident is withdrawn. */
const lasting = { for: duration.optional() };

const incidentKinds = [
  /** Multiplies audiences by a factor; the transition takes `over`. */
  z.strictObject({
    kind: z.literal('audience'),
    ...when,
    ...target,
    ...lasting,
    factor: z.number().min(0),
    over: duration.default(5_000),
  }),
  /** The online count is reported as 0 although the members stay. */
  z.strictObject({ kind: z.literal('zero'), ...when, ...target, ...lasting }),
  /** Rooms end. */
  z.strictObject({ kind: z.literal('end'), ...when, ...target }),
  /** A new broadcast under the same room id. */
  z.strictObject({ kind: z.literal('recreate'), ...when, ...target }),
  /** Sets single values of rooms. */
  z.strictObject({
    kind: z.literal('edit'),
    ...when,
    ...target,
    audience: z.number().int().min(0).optional(),
    view_count: z.number().int().min(0).optional(),
    room_name: z.string().optional(),
    public: z.boolean().optional(),
    listed: z.boolean().optional(),
    muted: z.boolean().optional(),
  }),
  /** Adds a live room, or a plain AVChatRoom group. */
  z.strictObject({
    kind: z.literal('add'),
    ...when,
    room: z.string().regex(/^[\u0020-\u007e]{1,48}$/, 'expected at most 48 printable ASCII characters'),
    group: z.boolean().default(false),
    audience: z.number().int().min(0).default(0),
  }),
  /** Calls fail with an error code. */
  z.strictObject({ kind: z.literal('error'), ...when, ...calls, ...lasting, code: z.number().int().positive() }),
  /** Responses are delayed. */
  z.strictObject({ kind: z.literal('slow'), ...when, ...calls, ...lasting, delay: duration }),
  /** Responses are malformed. */
  z.strictObject({ kind: z.literal('malformed'), ...when, ...calls, ...lasting, how: z.enum(malformations) }),
  /** No call gets a proper response. */
  z.strictObject({
    kind: z.literal('outage'),
    ...when,
    ...lasting,
    how: z.enum(['reset', 'hang', 'html']).default('reset'),
  }),
  /** Enforces a different quota; without `command`, for the app as a whole. */
  z.strictObject({
    kind: z.literal('quota'),
    ...when,
    command: z.enum(servedCommandNames).optional(),
    ...lasting,
    calls_per_second: z.number().int().min(0),
  }),
] as const;

const kindNames = incidentKinds.map(({ shape }) => shape.kind.value);

const anyIncident = z.discriminatedUnion('kind', incidentKinds, {
  error: ({ code, input }) =>
    code === 'invalid_union' ? `${foundKind(input)}, expected one of ${kindNames.join(', ')}` : undefined,
});

function foundKind(incident: unknown): string {
  const { kind } = incident as { readonly kind?: unknown };
  return kind === undefined ? 'found nothing' : `found ${JSON.stringify(kind)}`;
}

export const incidentSchema = anyIncident.superRefine((incident, context) => {
  if (!isRoomIncident(incident)) return;
  const { rooms, top, share } = incident;
  if ([rooms, top, share].filter((value) => value !== undefined).length === 1) return;
  context.addIssue({ code: 'custom', message: `expected one of rooms, top and share in kind "${incident.kind}"` });
});

/** Something that happens in the simulated world or to the simulated API. Durations are in milliseconds. */
export type Incident = z.output<typeof anyIncident>;

/** An incident before parsing: durations are texts, and fields with a default are optional. */
export type IncidentInput = z.input<typeof anyIncident>;

/** An incident that affects chosen rooms. */
export type RoomIncident = Extract<Incident, { kind: 'audience' | 'zero' | 'end' | 'recreate' | 'edit' }>;

/** An incident that changes a world. */
export type WorldIncident = RoomIncident | Extract<Incident, { kind: 'add' }>;

/** An incident that injects faults into calls. */
export type CallIncident = Extract<Incident, { kind: 'error' | 'slow' | 'malformed' | 'outage' | 'quota' }>;

function isRoomIncident(incident: Incident): incident is RoomIncident {
  return !isCallIncident(incident) && incident.kind !== 'add';
}

export function isCallIncident(incident: Incident): incident is CallIncident {
  const kinds: readonly string[] = ['error', 'slow', 'malformed', 'outage', 'quota'] satisfies CallIncident['kind'][];
  return kinds.includes(incident.kind);
}

/** How long an incident lasts: 0 if its kind has no duration, infinite if `for` is absent. */
export function durationMsOf(incident: Incident): number {
  if (!isCallIncident(incident) && incident.kind !== 'audience' && incident.kind !== 'zero') return 0;
  return incident.for ?? Infinity;
}
