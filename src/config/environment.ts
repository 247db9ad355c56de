import type { ConfigSource } from '../config-file/issues.ts';
import { quoteRedacted } from '../config-file/quote.ts';
import type { Environment } from '../config-file/substitution.ts';
import { credentialKeys } from './app-schema.ts';

/** The variables that configure one app without a file, by the app's key, in the order of the documentation. */
export const variables = {
  sdk_app_id: 'TENCENT_SDK_APP_ID',
  secret_key: 'TENCENT_SECRET_KEY',
  secret_key_file: 'TENCENT_SECRET_KEY_FILE',
  user_sig_file: 'TENCENT_USER_SIG_FILE',
  region: 'TENCENT_REGION',
  identifier: 'TENCENT_IDENTIFIER',
} as const;

/** Whether the environment configures an app: by its id or its credentials. An empty variable counts as unset. */
export function configuresApp(env: Environment): boolean {
  return (['sdk_app_id', ...credentialKeys] as const).some((key) => isSet(env[variables[key]]));
}

/** One app from the environment; everything else has its default. */
export function readEnvironment(env: Environment): ConfigSource {
  const app = Object.fromEntries(
    Object.entries(variables)
      .filter(([, name]) => isSet(env[name]))
      .map(([key, name]) => [key, env[name]]),
  );
  const nameOf = (key: PropertyKey | undefined): string | undefined =>
    Object.entries(variables).find(([known]) => known === key)?.[1];
  return {
    data: { apps: [app] },
    issues: [],
    found(path, quote = quoteRedacted) {
      const value = app[String(path.at(-1))];
      return value === undefined ? 'nothing' : quote(value);
    },
    place({ path }) {
      const name = nameOf(path.at(-1));
      // An issue of the whole app is about its credentials: there are none, or too many.
      return {
        label: name ?? 'environment',
        rank: name === undefined ? -1 : Object.values<string>(variables).indexOf(name),
      };
    },
    reworded: (text) => text.replace(/\w+/g, (word) => nameOf(word) ?? word),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
