import { Fields, isObject, type Oddity, parseExactJson, text } from '../fields.ts';
import { isSameCommand, type WebhookCommand, webhookCommandOf } from './commands.ts';
import type { WebhookEvent } from './event.ts';
import { eventParsers } from './event-parsers.ts';

export interface ParsedBody {
  readonly command: WebhookCommand | 'other';
  /** Undefined if the request was `ignored` or is `malformed`. */
  readonly event?: WebhookEvent;
  /** `ignored`: nothing in it is of use. `malformed`: it cannot be said what has happened. */
  readonly result: 'accepted' | 'ignored' | 'malformed';
}

/**
 * Reads the body of a webhook. Whatever makes no sense is reported and counts as missing: it costs its own field only, unless
 * the event cannot be understood without it.
 */
export function parseWebhookBody(
  body: string,
  {
    queryCommand,
    onOddity,
  }: { readonly queryCommand: string | undefined; readonly onOddity: (oddity: Oddity) => void },
): ParsedBody {
  const inQuery = webhookCommandOf(queryCommand);
  // The button "verify" of the console sends a request without a body.
  if (body.trim() === '') return { command: inQuery, result: 'ignored' };
  const object = parseObject(body);
  if (object === undefined) return { command: inQuery, result: 'malformed' };
  const oddities = new Map<string, Oddity>();
  const fields = new Fields(object, (oddity) => oddities.set(oddity.field, oddity));
  const bodyCommand = fields.optional('CallbackCommand', text);
  if (bodyCommand !== undefined && queryCommand !== undefined && !isSameCommand(queryCommand, bodyCommand)) {
    return { command: inQuery, result: 'malformed' };
  }
  const command = bodyCommand === undefined ? inQuery : webhookCommandOf(bodyCommand);
  const parse = eventParsers[command];
  const event = parse === undefined ? 'ignored' : parse(fields);
  // Without a command, such a body is that of the console's button, or of TRTC's own events.
  if (event === 'ignored' || (event === undefined && bodyCommand === undefined)) return { command, result: 'ignored' };
  for (const oddity of oddities.values()) onOddity(oddity);
  return event === undefined ? { command, result: 'malformed' } : { command, event, result: 'accepted' };
}

function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseExactJson(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
