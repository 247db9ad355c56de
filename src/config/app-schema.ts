import { resolve } from 'node:path';
import { z } from 'zod';
import { existingFile } from '../config-file/files.ts';
import { regularExpression } from '../config-file/pattern.ts';
import { quotePath, quoteUrl } from '../config-file/issues.ts';
import { integer, oneOf, type Parsed, scalar, secret, text } from '../config-file/scalars.ts';
import { distinctList, list, section } from '../config-file/sections.ts';
import { type RegionName, regionNames, regionOf, regionOrigins } from '../tencent/regions.ts';
import type { Credentials } from '../tencent/signer.ts';
import { appWebhooksSection } from './webhook-schema.ts';

/** The keys that say how to sign: an app has exactly one of them. */
export const credentialKeys = ['secret_key', 'secret_key_file', 'user_sig_file'] as const;

export interface AppConfig extends Omit<
  AppSection,
  'secretKey' | 'secretKeyFile' | 'userSigFile' | 'region' | 'baseUrl'
> {
  readonly credentials: Credentials;
  /** `custom` if the file gives a `base_url`. */
  readonly region: RegionName | 'custom';
  /** Origin of the API, without a trailing slash. */
  readonly baseUrl: string;
  /** Origin for calls that cannot reach `baseUrl`. Only a region has one. */
  readonly backupUrl?: string;
}

export type RoomsConfig = AppConfig['rooms'];
export type Discovery = RoomsConfig['discover'];

/** The list of apps. Relative paths are resolved against `directory`. */
export function appsSchema(directory: string) {
  const app = z.codec(appSection(directory), z.custom<AppConfig>(), { decode: appOf, encode: sectionOf });
  return list(app, 'apps').superRefine(
    (apps, context) => {
      if (!Array.isArray(apps)) return;
      if (apps.length === 0) {
        context.addIssue({ code: 'custom', message: 'expected at least one app', params: { found: 'an empty list' } });
      }
      const ids = apps.map(idOf);
      for (const [index, id] of ids.entries()) {
        const first = ids.indexOf(id);
        if (typeof id !== 'number' || first === index) continue;
        const message = `expected each app only once: apps[${first}] has the same sdk_app_id`;
        context.addIssue({ code: 'custom', message, path: [index, 'sdk_app_id'] });
      }
    },
    { when: () => true },
  );
}

/** An app with an issue is here by the names of the file, as far as zod could parse it. */
function idOf(app: { readonly sdkAppId?: unknown; readonly sdk_app_id?: unknown } | undefined): unknown {
  return app?.sdkAppId ?? app?.sdk_app_id;
}

type AppSection = z.output<ReturnType<typeof appSection>>;

function appSection(directory: string) {
  return section(
    {
      sdkAppId: integer({ min: 1, max: 4_294_967_295 }).describe("The app's SDKAppID in Tencent's console."),
      name: text({ expected: 'a string' })
        .prefault('')
        .describe('A name for people: the label "name" of tencent_live_app_info.'),
      identifier: identifier()
        .prefault('administrator')
        .describe('The account that calls the API. It must be an App administrator.'),
      secretKey: secret("the app's secret key").optional().describe("The app's secret key, which signs every call."),
      secretKeyFile: existingFile(directory)
        .optional()
        .describe('File that holds the secret key, instead of secret_key. Relative to this file.'),
      userSigFile: existingFile(directory)
        .optional()
        .describe(
          'File that holds a UserSig signed elsewhere, instead of a secret key. Read again when it changes. Relative to this file.',
        ),
      region: oneOf(regionNames)
        .optional()
        .meta({ 'x-default': 'singapore for an sdk_app_id below 1400000000, otherwise china' })
        .describe(
          "Region of the app, which decides the domain of the API. The default is that of Tencent's own servers.",
        ),
      baseUrl: apiOrigin()
        .optional()
        .describe("Origin of the API, instead of the region's: https, or http to this machine."),
      rooms: roomsSection(directory).prefault({}).describe("Which of the app's rooms are exported."),
      webhooks: appWebhooksSection(directory).prefault({}).describe("How the app's webhooks are verified."),
    },
    (app, report) => {
      const given = credentialKeys.filter((key) => app[key] !== undefined);
      const expected = `expected exactly one of ${credentialKeys.join(', ')}`;
      if (given.length !== 1) report({ found: given.length === 0 ? 'no credentials' : given.join(' and '), expected });
      if (app['region'] !== undefined && app['base_url'] !== undefined) {
        report({ found: 'region and base_url', expected: 'expected only one of them', key: 'base_url' });
      }
    },
  );
}

function appOf({ secretKey, secretKeyFile, userSigFile, region, baseUrl, ...app }: AppSection): AppConfig {
  const credentials = credentialsOf({ secretKey, secretKeyFile, userSigFile });
  if (baseUrl !== undefined) return { ...app, credentials, region: 'custom', baseUrl };
  const chosen = region ?? regionOf(app.sdkAppId);
  return { ...app, credentials, region: chosen, ...regionOrigins(chosen) };
}

function credentialsOf(keys: {
  readonly secretKey: string | undefined;
  readonly secretKeyFile: string | undefined;
  readonly userSigFile: string | undefined;
}): Credentials {
  if (keys.secretKey !== undefined) return { kind: 'secret_key', secretKey: keys.secretKey };
  if (keys.secretKeyFile !== undefined) return { kind: 'secret_key_file', path: keys.secretKeyFile };
  // The section's rule makes sure that one of the three is there.
  return { kind: 'user_sig_file', path: keys.userSigFile ?? '' };
}

function sectionOf(app: AppConfig): AppSection {
  const { credentials, region, baseUrl } = app;
  return {
    sdkAppId: app.sdkAppId,
    name: app.name,
    identifier: app.identifier,
    rooms: app.rooms,
    webhooks: app.webhooks,
    ...(credentials.kind === 'secret_key' ? { secretKey: credentials.secretKey } : {}),
    ...(credentials.kind === 'secret_key_file' ? { secretKeyFile: credentials.path } : {}),
    ...(credentials.kind === 'user_sig_file' ? { userSigFile: credentials.path } : {}),
    ...(region === 'custom' ? { baseUrl } : { region }),
  };
}

function roomsSection(directory: string) {
  return section({
    discover: oneOf(['live', 'chat', 'none'])
      .prefault('live')
      .describe(
        'How rooms are discovered: live, from the room list; chat, every AVChatRoom group of the app; none, only static and files.',
      ),
    static: distinctList(roomId(), 'room ids')
      .prefault([])
      .describe('Ids of rooms that the room list never contains, such as private rooms and plain AVChatRoom groups.'),
    files: distinctList(filePattern(directory), 'paths')
      .prefault([])
      .describe(
        'Files with lists of room ids (YAML or JSON), read again when they change. A file with a mistake keeps the rooms that it had. Relative to this file.',
      ),
    include: list(regularExpression(), 'regular expressions in RE2 syntax')
      .prefault([])
      .describe('Only rooms whose id matches one of these are exported; not anchored. Empty means all.'),
    exclude: list(regularExpression(), 'regular expressions in RE2 syntax')
      .prefault([])
      .describe('Rooms whose id matches one of these are not exported, even if include matches; not anchored.'),
    limit: integer({ min: 1 })
      .prefault(20_000)
      .describe(
        'Maximum number of exported rooms, those with the most views first. A room replaces an exported one only if it has over 10 % more views, so that rooms near the limit do not alternate. Static rooms count and are never dropped.',
      ),
  });
}

/** A room id, in the config as well as in the files that `rooms.files` names. */
export function roomId() {
  return text({
    expected: 'a room id of 1 to 48 printable ASCII characters',
    valid: isRoomId,
  });
}

export function isRoomId(id: string): boolean {
  return /^[\x20-\x7e]{1,48}$/.test(id);
}

/** As in `files` of Prometheus' file_sd_config, with `*` in the last part of the path only. */
function filePattern(directory: string) {
  return scalar({
    expected: 'a path ending in .yml, .yaml or .json, with "*" in the last part only',
    parse: (pattern): Parsed<string> =>
      /^[^*]*(?:\*[^/*]*)*\.(?:json|ya?ml)$/i.test(pattern) ? { value: resolve(directory, pattern) } : {},
    format: (pattern) => pattern,
    quote: quotePath,
  });
}

function identifier() {
  return text({
    expected: 'an account of 1 to 32 bytes without control characters',
    valid: (account) => /^\P{Cc}+$/u.test(account) && Buffer.byteLength(account) <= 32,
  });
}

/** An origin: https, or http to this machine only, because every URL contains the UserSig. */
function apiOrigin() {
  return scalar({
    expected: 'https://host[:port] without path, query or password (http only to localhost, 127.0.0.0/8 or [::1])',
    parse: (written): Parsed<string> => {
      const url = URL.canParse(written) ? new URL(written) : undefined;
      if (url === undefined || `${url.origin}/` !== url.href) return {};
      const isLoopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
      return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback) ? { value: url.origin } : {};
    },
    format: (origin) => origin,
    quote: quoteUrl,
  });
}
