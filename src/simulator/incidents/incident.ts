import { z } from 'zod';
import { servedCommandNames } from '../api/commands.ts';
import { malformations } from '../api/malformed.ts';
import { parseDurationMs } from '../duration.ts';
import { afterCommands } from '../webhooks/settings.ts';

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
  /** Multiplies audiences by a factor; the transition takes `over`. With webhooks, members go for the `cause`. */
  z.strictObject({
    kind: z.literal('audience'),
    ...when,
    ...target,
    ...lasting,
    factor: z.number().min(0),
    over: duration.default(5_000),
    cause: z.enum(['leave', 'disconnect', 'kicked', 'mixed']).optional(),
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
  /** Webhooks are lost, are sent twice, overtake each other by up to `delay`, or are late by `delay`. */
  z.strictObject({
    kind: z.literal('delivery'),
    ...when,
    command: z.enum(afterCommands).optional(),
    rooms: calls.rooms,
    rate: calls.rate,
    ...lasting,
    how: z.enum(['lost', 'doubled', 'reordered', 'late']),
    delay: duration.default(30_000),
  }),
  /**
   * Somebody else posts to the URL of the webhooks: about rooms that do not exist, without a signature, with that of
   * another token, or with a captured one; or that live rooms are destroyed, with a captured one.
   */
  z.strictObject({
    kind: z.literal('forge'),
    ...when,
    ...lasting,
    how: z.enum(['unsigned', 'bad_sign', 'replayed', 'destroy']),
    calls_per_second: z.number().int().positive().default(1),
  }),
  /** Webhooks arrive that ask for permission, by which a receiver can block users. */
  z.strictObject({
    kind: z.literal('before'),
    ...when,
    ...lasting,
    calls_per_second: z.number().int().positive().default(1),
  }),
  /** The token of the webhooks is replaced. */
  z.strictObject({ kind: z.literal('token'), ...when, token: z.string().min(1).max(128) }),
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

/** An incident that affects webhooks while it lasts. */
export type WebhookIncident = Extract<Incident, { kind: 'delivery' | 'forge' | 'before' }>;

function isRoomIncident(incident: Incident): incident is RoomIncident {
  return ['audience', 'zero', 'end', 'recreate', 'edit'].includes(incident.kind);
}

export function isCallIncident(incident: Incident): incident is CallIncident {
  const kinds: readonly string[] = ['error', 'slow', 'malformed', 'outage', 'quota'] satisfies CallIncident['kind'][];
  return kinds.includes(incident.kind);
}

export function isWebhookIncident(incident: Incident): incident is WebhookIncident {
  const kinds: readonly string[] = ['delivery', 'forge', 'before'] satisfies WebhookIncident['kind'][];
  return kinds.includes(incident.kind);
}

/** How long an incident lasts: 0 if its kind has no duration, infinite if `for` is absent. */
export function durationMsOf(incident: Incident): number {
  const lasts =
    isCallIncident(incident) || isWebhookIncident(incident) || incident.kind === 'audience' || incident.kind === 'zero';
  return lasts ? (incident.for ?? Infinity) : 0;
}
