import type { Command } from '../command.ts';
import { boolean, text } from '../fields.ts';

export interface CallbackToken {
  /** A secret. Undefined if it cannot be read. */
  readonly token: string | undefined;
  /** Whether calls are signed with it; undefined if that cannot be read. */
  readonly isEnabled: boolean | undefined;
}

/** The token that signs the webhooks of Live of an app. */
export const getCallbackToken: Command<undefined, CallbackToken> = {
  name: 'get_callback_token',
  service: 'live_config',
  callsPerSecond: 200,
  payload: 'Response',
  body: () => ({}),
  parse: (payload) => ({
    token: payload?.required('Token', text),
    isEnabled: payload?.required('IsTokenEnable', boolean),
  }),
};

/** No token is configured. */
export const noCallbackToken = 100302;
