import type { Fields } from './fields.ts';

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
  /** Reads the payload, which is undefined if a successful response has none. Whatever cannot be read is missing. */
  parse(payload: Fields | undefined): Response;
  /** False if the payload says that it is the response to another request. Default: true. */
  isAbout?(payload: Fields | undefined, request: Request): boolean;
}

/** What does not depend on a command's request and response. */
export type CommandSpec = Omit<Command<never, unknown>, 'body' | 'parse'>;

/** What all of Live's commands have in common. */
export const live = { service: 'live_engine_http_srv', payload: 'Response' } as const;

/** The path of a command's URL, before the query. */
export function commandPath({ service, name }: CommandSpec): string {
  return `/v4/${service}/${name}`;
}
