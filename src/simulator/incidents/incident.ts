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

/** When, and in which app. Times are world time; `at` counts from the start of the simulator. */
const when = {
  /** Default: at once. */
  at: duration.optional(),
  /** Repeats it, first at `at`. */
  every: duration.optional(),
  /** An SDKAppID; default: all apps. */
  app: z.number().int().optional(),
};

/** Which rooms: by id, the largest on the air, a share of all, or every one. */
const target = {
  rooms: z.union([z.literal('all'), z.array(z.string()).min(1)]).optional(),
  top: z.number().int().positive().optional(),
  share: z.number().positive().max(1).optional(),
};

/** Which calls; `rate` of them, evenly spread. With `rooms`, only calls that ask about one of these. */
const calls = {
  command: z.enum(servedCommandNames).optional(),
  rooms: z.array(z.string()).min(1).optional(),
  rate: z.number().positive().max(1).default(1),
};

/** How long; default: until it is withdrawn. */
const lasting = { for: duration.optional() };

const anyIncident = z.discriminatedUnion('kind', [
  /** Multiplies audiences, within `over`: below 1 a drop, above 1 a surge. */
  z.strictObject({
    kind: z.literal('audience'),
    ...when,
    ...target,
    ...lasting,
    factor: z.number().min(0),
    over: duration.default(5_000),
  }),
  /** The online count answers 0 although everybody is there. */
  z.strictObject({ kind: z.literal('zero'), ...when, ...target, ...lasting }),
  z.strictObject({ kind: z.literal('end'), ...when, ...target }),
  /** A new life under the same id. */
  z.strictObject({ kind: z.literal('recreate'), ...when, ...target }),
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
  /** Answers an error code. */
  z.strictObject({ kind: z.literal('error'), ...when, ...calls, ...lasting, code: z.number().int().positive() }),
  /** Answers later. */
  z.strictObject({ kind: z.literal('slow'), ...when, ...calls, ...lasting, delay: duration }),
  /** Answers what no server should. */
  z.strictObject({ kind: z.literal('malformed'), ...when, ...calls, ...lasting, how: z.enum(malformations) }),
  /** The API is down. */
  z.strictObject({
    kind: z.literal('outage'),
    ...when,
    ...lasting,
    how: z.enum(['reset', 'hang', 'html']).default('reset'),
  }),
  /** Enforces another quota; without `command`, that of the app as a whole. */
  z.strictObject({
    kind: z.literal('quota'),
    ...when,
    command: z.enum(servedCommandNames).optional(),
    ...lasting,
    calls_per_second: z.number().int().min(0),
  }),
]);

export const incidentSchema = anyIncident.superRefine((incident, context) => {
  if (!befallsRooms(incident)) return;
  const { rooms, top, share } = incident;
  if ([rooms, top, share].filter((way) => way !== undefined).length === 1) return;
  context.addIssue({ code: 'custom', message: `expected one of rooms, top and share in kind "${incident.kind}"` });
});

/** Something that goes wrong, or merely happens, in the simulated world. Durations are in milliseconds. */
export type Incident = z.output<typeof anyIncident>;

/** An incident as it is written: durations are texts, and what has a default may be left out. */
export type IncidentInput = z.input<typeof anyIncident>;

/** An incident that befalls rooms. */
export type RoomIncident = Extract<Incident, { kind: 'audience' | 'zero' | 'end' | 'recreate' | 'edit' }>;

/** An incident that befalls calls. */
export type CallIncident = Extract<Incident, { kind: 'error' | 'slow' | 'malformed' | 'outage' | 'quota' }>;

function befallsRooms(incident: Incident): incident is RoomIncident {
  return !befallsCalls(incident) && incident.kind !== 'add';
}

export function befallsCalls(incident: Incident): incident is CallIncident {
  const kinds: readonly string[] = ['error', 'slow', 'malformed', 'outage', 'quota'] satisfies CallIncident['kind'][];
  return kinds.includes(incident.kind);
}

/** How long an incident goes on: for ever where it does not say, not at all where it is done at once. */
export function durationMsOf(incident: Incident): number {
  if (!befallsCalls(incident) && incident.kind !== 'audience' && incident.kind !== 'zero') return 0;
  return incident.for ?? Infinity;
}

/** Everything wrong with an input, one clause each, by zod's findings. */
export function faultsOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const path = issue.path
        .map((part) => (typeof part === 'number' ? `[${String(part)}]` : `.${String(part)}`))
        .join('');
      return path === '' ? issue.message : `${path.replace(/^\./, '')}: ${issue.message}`;
    })
    .join('; ');
}
