import { expect, it } from '@jest/globals';
import { Disposers } from '../../src/platform/disposers.ts';

it('Stop functions run in reverse order, each after the one before has finished', async () => {
  const disposers = new Disposers();
  const calls: string[] = [];
  disposers.defer(() => {
    calls.push('first started');
  });
  disposers.defer(async () => {
    calls.push('second started');
    await Promise.resolve();
    calls.push('second finished');
  });

  await disposers.dispose();

  expect(calls).toEqual(['second started', 'second finished', 'first started']);
});

it('All stop functions run if some fail, and the first error is thrown', async () => {
  const disposers = new Disposers();
  let stopped = false;
  disposers.defer(() => {
    stopped = true;
  });
  disposers.defer(() => Promise.reject(new Error('later')));
  disposers.defer(() => {
    throw new Error('earlier');
  });

  await expect(disposers.dispose()).rejects.toThrow('earlier');
  expect(stopped).toBe(true);
});

it('Stop functions run once if dispose is called twice', async () => {
  const disposers = new Disposers();
  let calls = 0;
  disposers.defer(() => {
    calls += 1;
  });

  await Promise.all([disposers.dispose(), disposers.dispose()]);
  await disposers.dispose();

  expect(calls).toBe(1);
});

it('A stop function that is added after dispose is refused', async () => {
  const disposers = new Disposers();
  await disposers.dispose();

  expect(() => disposers.defer(() => {})).toThrow('already disposed');
});
