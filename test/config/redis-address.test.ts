import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config/redis-address.ts';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://redis', { isTls: false, database: 0, nodes: [{ host: 'redis', port: 6379 }] }],
    ['redis://10.0.0.1:7000/2', { isTls: false, database: 2, nodes: [{ host: '10.0.0.1', port: 7000 }] }],
    ['redis://[::1]:7000/', { isTls: false, database: 0, nodes: [{ host: '::1', port: 7000 }] }],
    ['rediss://:s3%3Acret@h', { isTls: true, database: 0, password: 's3:cret', nodes: [{ host: 'h', port: 6379 }] }],
    ['redis://u:p@h', { isTls: false, database: 0, username: 'u', password: 'p', nodes: [{ host: 'h', port: 6379 }] }],
    [
      'redis-sentinel://:p@a,b:5/1#main',
      {
        isTls: false,
        database: 1,
        password: 'p',
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 5 },
        ],
        masterName: 'main',
      },
    ],
  ])('%s is read', (text, address) => {
    expect(parseRedisUrl(text)).toEqual(address);
  });

  it.each([
    '',
    'redis',
    'redis:',
    'redis://',
    'http://redis',
    'redis://a,b',
    'redis://a#main',
    'redis-sentinel://a',
    'redis://a:0',
    'redis://a:70000',
    'redis://a/b',
    'redis://a/1/2',
    'redis://a b',
    'redis://[nothing]',
    'redis://a?x=1',
  ])('"%s" is no URL of Redis', (text) => {
    expect(parseRedisUrl(text)).toBeUndefined();
  });
});
