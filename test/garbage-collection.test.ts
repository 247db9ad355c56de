import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { v8Flags } from '../src/garbage-collection.ts';

describe('v8Flags', () => {
  it.each(v8Flags)('%s is known to this Node', (flag) => {
    const { status, stderr } = spawnSync(process.execPath, [flag, '--eval', ''], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
