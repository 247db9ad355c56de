import { z } from 'zod';

/** A command's name in the API's URLs: also the `command` label of the exporter's own metrics. */
export type CommandName = `get_${string}`;

/** One command of the API: where it is, how it is called, and how its response is read. */
export interface Command<Request, Response> {
  readonly name: CommandName;
  /** The part of the URL before the name. */
  readonly service: string;
  /** Documented quota, in calls per second and SDKAppID. */
  readonly callsPerSecond: number;
  /** Where a response holds its payload: Live's commands wrap it, Chat's do not. */
  readonly payload: 'Response' | 'top level';
  /** The request's JSON body. */
  body(request: Request): Readonly<Record<string, unknown>>;
  /** Reads the payload. Throws a ZodError. */
  parse(payload: unknown): Response;
}

/** What does not depend on a command's request and response. */
export type CommandSpec = Omit<Command<never, unknown>, 'body' | 'parse'>;

/** What all of Live's commands have in common. */
export const live = { service: 'live_engine_http_srv', payload: 'Response' } as const;

/** The path of a command's URL, before the query. */
export function commandPath({ service, name }: CommandSpec): string {
  return `/v4/${service}/${name}`;
}

/** What every response holds. Source: the "Response Packet Field Description" of each command's page. */
export const envelope = z.looseObject({
  ErrorCode: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)], { error: 'expected an error code' }),
  ErrorInfo: z.string().nullish().catch(undefined),
  RequestId: z.string().nullish().catch(undefined),
});

export type Envelope = z.infer<typeof envelope>;

/** Where and how a payload differs from what was expected: `OnlineMemberNum: expected a number`. */
export function describeMismatch(error: z.ZodError, prefix: readonly string[] = []): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'unexpected shape';
  const path = [...prefix, ...issue.path].join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
