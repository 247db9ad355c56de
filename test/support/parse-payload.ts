import type { Command } from '../../src/tencent/command.ts';
import { Fields } from '../../src/tencent/fields.ts';

/** What a command reads of a payload. `onOdd` gets the name of each field that is ignored. */
export function parsePayload<Response>(
  command: Command<never, Response>,
  payload: Readonly<Record<string, unknown>> | undefined,
  onOdd: (field: string) => void = () => {},
): Response {
  return command.parse(payload && new Fields(payload, ({ field }) => onOdd(field)));
}
