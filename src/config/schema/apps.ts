import { z } from 'zod';

import { regionNames, type RegionName } from '../../tencent/regions.ts';
import { apiOrigin } from './formats.ts';
import { roomsSchema } from './rooms.ts';
import { integer, oneOf, text } from './scalars.ts';
import { section } from './sections.ts';

/** Where an app lives whose config says neither `region` nor `base_url`. */
export const defaultRegion: RegionName = 'singapore';

/** The ways to sign: an app has exactly one of these keys. */
export const credentialKeys = ['secret_key', 'secret_key_file', 'user_sig_file'] as const;

const nonEmpty = (expected: string) => text({ expected, valid: (value) => value !== '', json: { minLength: 1 } });

const identifier = () =>
  text({
    expected: 'an account of 1 to 32 bytes without control characters',
    valid: (account) => /^\P{Cc}+$/u.test(account) && Buffer.byteLength(account) <= 32,
  });

const appShape = section({
  sdk_app_id: integer({ min: 1, max: 4_294_967_295 }).describe("The app's SDKAppID in Tencent's console."),
  name: text({ expected: 'a text' })
    .prefault('')
    .describe('A name for people: the label "name" of tencent_live_app_info.'),
  identifier: identifier()
    .prefault('administrator')
    .describe('The account that calls the API: it must be an App administrator.'),
  secret_key: nonEmpty("the app's secret key").optional().describe("The app's secret key, which signs every call."),
  secret_key_file: nonEmpty('a path')
    .optional()
    .describe('File with the secret key, instead of secret_key; relative to this file.'),
  user_sig_file: nonEmpty('a path')
    .optional()
    .describe(
      'File with a UserSig that something else signs, instead of a secret key; read again when it changes; relative to this file.',
    ),
  region: oneOf(regionNames)
    .optional()
    .meta({ default: defaultRegion })
    .describe('Where the app lives, which decides the domain of the API.'),
  base_url: apiOrigin()
    .optional()
    .describe('Origin of the API instead of that of a region: https, or http to this machine.'),
  rooms: roomsSchema.prefault({}).describe("Which of the app's rooms are exported."),
});

/** Checked in any case, so that these faults come with those of single values. */
const always = { when: () => true };

const app = appShape
  .superRefine((value, context) => {
    const given = credentialKeys.filter((key) => value?.[key] !== undefined);
    const message = `expected exactly one of ${credentialKeys.join(', ')}`;
    const found = given.length === 0 ? 'no credentials' : given.join(' and ');
    if (isObject(value) && given.length !== 1) context.addIssue({ code: 'custom', message, params: { found } });
  }, always)
  .superRefine((value, context) => {
    if (value?.region === undefined || value.base_url === undefined) return;
    const params = { found: 'region and base_url' };
    context.addIssue({ code: 'custom', message: 'expected one of the two', path: ['base_url'], params });
  }, always);

export const appsSchema = z.array(app, { error: () => 'expected a list of apps' }).superRefine((apps, context) => {
  if (!Array.isArray(apps)) return;
  if (apps.length === 0) {
    context.addIssue({ code: 'custom', message: 'expected at least one app', params: { found: 'an empty list' } });
  }
  // An app that was refused stands here as it is, perhaps as nothing.
  const ids = apps.map((one: Partial<AppOutput> | undefined) => one?.sdk_app_id);
  for (const [index, id] of ids.entries()) {
    const first = ids.indexOf(id);
    if (typeof id !== 'number' || first === index) continue;
    const message = `expected each app once: apps[${first}] has this sdk_app_id`;
    context.addIssue({ code: 'custom', message, path: [index, 'sdk_app_id'] });
  }
}, always);

type AppOutput = z.output<typeof app>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
