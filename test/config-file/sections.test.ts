import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkSource } from '../../src/config-file/check.ts';
import { duration } from '../../src/config-file/formats.ts';
import { regularExpression } from '../../src/config-file/pattern.ts';
import { integer, secret, text } from '../../src/config-file/scalars.ts';
import { list, section } from '../../src/config-file/sections.ts';
import { readYaml } from '../../src/config-file/yaml.ts';

const schema = section(
  {
    listenAddress: text({ expected: 'an address' }).prefault(':80'),
    maxAgeMs: duration().prefault('10m'),
    roomLimit: integer({ min: 1 }).optional(),
    'X-Frame-Options': text({ expected: 'a header' }).optional(),
    apiToken: secret('a token').optional(),
    include: list(regularExpression(), 'regular expressions').prefault([]),
  },
  (values, report) => {
    if (values['api_token'] === undefined) report({ found: 'no token', expected: 'expected api_token' });
  },
);

const read = (yaml: string, env = {}) => checkSource(readYaml({ text: yaml, fileName: 'file.yml', env }), schema);

describe('section', () => {
  it("The keys of the file follow from the program's names, without the unit of a duration", async () => {
    const yaml =
      'listen_address: :1\nmax_age: 1m30s\nroom_limit: 5\nX-Frame-Options: deny\napi_token: t0k3n\ninclude: [^a]\n';
    expect(await read(yaml)).toEqual({
      value: {
        listenAddress: ':1',
        maxAgeMs: 90_000,
        roomLimit: 5,
        'X-Frame-Options': 'deny',
        apiToken: 't0k3n',
        include: [expect.objectContaining({ source: '^a' })],
      },
    });
  });

  it('Keys that are left out have their default, or are absent', async () => {
    expect(await read('api_token: t0k3n')).toStrictEqual({
      value: { listenAddress: ':80', maxAgeMs: 600_000, apiToken: 't0k3n', include: [] },
    });
  });

  it('Encoding gives the values of the file back, but not its secrets', () => {
    const value = { listenAddress: ':80', maxAgeMs: 90_000, roomLimit: 5, apiToken: 't0k3n', include: [/a\/b/] };
    expect(z.encode(schema, value)).toStrictEqual({
      listen_address: ':80',
      max_age: '1m30s',
      room_limit: 5,
      api_token: '<secret>',
      include: ['a\\/b'],
    });
  });

  it('A rule about several keys is checked even if single values are invalid', async () => {
    expect(await read('room_limit: 0\nmax_age: 5')).toEqual({
      errors: [
        'file.yml:1:1: found no token, expected api_token',
        'file.yml:1:13: room_limit: found "0", expected a whole number of 1 or more',
        'file.yml:2:10: max_age: found "5", expected a duration such as 15s, 10m or 1h30m',
      ],
    });
  });

  it('An invalid secret is not quoted, whether the file or a variable holds it', async () => {
    expect(await read('api_token: [t0k3n]')).toEqual({
      errors: ['file.yml:1:12: api_token: found a list, expected a token'],
    });
    expect(await read('api_token: ""')).toEqual({
      errors: ['file.yml:1:12: api_token: found an empty string, expected a token'],
    });
    expect(await read('room_limit: ${LIMIT}\napi_token: t0k3n', { LIMIT: 's3cr3t' })).toEqual({
      errors: ['file.yml:1:13: room_limit: found the value of "${LIMIT}", expected a whole number of 1 or more'],
    });
  });

  it('Without an environment, a text that looks like a variable stays as it is', async () => {
    const source = readYaml({ text: '["${ROOM}"]', fileName: 'rooms.yml' });
    expect(await checkSource(source, list(text({ expected: 'a string' }), 'strings'))).toEqual({ value: ['${ROOM}'] });
  });
});
