import type { Command } from '../command.ts';
import { type FieldType, odd, text } from '../fields.ts';

export interface Callback {
  /** Where Tencent posts the webhooks of Live; it may hold a secret. Undefined if it cannot be read. */
  readonly url: string | undefined;
  /** The commands that it posts; undefined if they cannot be read. */
  readonly commands: readonly string[] | undefined;
}

const commandList: FieldType<readonly string[]> = {
  expected: 'a list of commands',
  read: (value) => (Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : odd),
};

/** The webhooks of Live of an app. Those of Chat are set in the console, and no command reads them. */
export const getCallback: Command<undefined, Callback> = {
  name: 'get_callback',
  service: 'live_config',
  callsPerSecond: 200,
  payload: 'Response',
  body: () => ({}),
  parse: (payload) => ({
    url: payload?.required('Url', text),
    commands: payload?.required('CallbackCommandList', commandList),
  }),
};

/** No webhooks are configured. */
export const noCallback = 100301;
