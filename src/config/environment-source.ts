import { credentialKeys } from './schema/apps.ts';
import { quoted, type ConfigSource } from './source.ts';
import type { Environment } from './substitution.ts';

/** The variables that stand in for a file, by the key of an app that they give, in the order of the documentation. */
export const variables = {
  sdk_app_id: 'TENCENT_SDK_APP_ID',
  secret_key: 'TENCENT_SECRET_KEY',
  secret_key_file: 'TENCENT_SECRET_KEY_FILE',
  user_sig_file: 'TENCENT_USER_SIG_FILE',
  region: 'TENCENT_REGION',
  identifier: 'TENCENT_IDENTIFIER',
} as const;

/** Whether the environment names an app at all: the id or a way to sign. An empty variable counts as not set. */
export function namesApp(env: Environment): boolean {
  return (['sdk_app_id', ...credentialKeys] as const).some((key) => isSet(env[variables[key]]));
}

/** One app from the environment, everything else by default. */
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
    faults: [],
    found(path) {
      const value = app[String(path.at(-1))];
      return value === undefined ? 'nothing' : quoted(path, value);
    },
    place({ path }) {
      const name = nameOf(path.at(-1));
      // A fault of the whole app is that it has no credentials, or too many.
      return {
        label: name ?? 'environment',
        rank: name === undefined ? -1 : Object.values<string>(variables).indexOf(name),
      };
    },
    worded: (text) => text.replace(/\w+/g, (word) => nameOf(word) ?? word),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
