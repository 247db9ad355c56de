import { z } from 'zod';
import type { CommandName } from './command-names.ts';

/** One command: how it is asked, and how its payload is read. */
export interface Endpoint<Request, Answer> {
  readonly command: CommandName;
  /** The request's JSON body. */
  body(request: Request): Readonly<Record<string, unknown>>;
  /** Reads the payload: `Response` of a Live command, the whole answer of a Chat command. Throws a ZodError. */
  parse(payload: unknown): Answer;
}

/** What every answer holds. Source: the "Response Packet Field Description" of each command's page. */
export const envelope = z.looseObject({
  ErrorCode: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)], { error: 'expected an error code' }),
  ErrorInfo: z.string().nullish().catch(undefined),
  RequestId: z.string().nullish().catch(undefined),
});

export type Envelope = z.infer<typeof envelope>;

/** Where and how a payload differs from what was expected: `RoomInfo.ViewCount: expected a number`. */
export function describeMismatch(error: z.ZodError, prefix: readonly string[] = []): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'unexpected shape';
  const path = [...prefix, ...issue.path].join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
