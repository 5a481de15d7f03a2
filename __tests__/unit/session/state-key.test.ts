import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKeys } from '../../../src/session/which-state/state-key.ts';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { type CallOptions, SessionBucket } from '../../support/session-bucket.ts';

const GIVEN = createHash('sha256').update('a key').digest('hex');
const MISSING = { 'secrets/state.key': undefined };
const ELSEWHERE = ['build', '--state', 'file:other'];

interface Trial extends CallOptions {
  readonly words?: readonly string[];
}

const keysOf = (bucket: SessionBucket, { words = ['build'], ...options }: Trial = {}) =>
  withBucket(bucket.call(words, options), openKeys);

describe('the state key', () => {
  it.each([
    ['that was given counts more than the file', {}, { env: { MAAND_STATE_KEY: GIVEN } }, [GIVEN]],
    ['that was given to the action', MISSING, { as: 'action', env: { MAAND_STATE_KEY: GIVEN } }, [GIVEN]],
    ['of the file, several', { 'secrets/state.key': `${GIVEN}\n${GIVEN.toUpperCase()}\n` }, {}, [GIVEN, GIVEN]],
    ['of the file also counts in the action', { 'secrets/state.key': GIVEN }, { as: 'action' }, [GIVEN]],
  ] as const)('%s', async (_which, files, trial, keys) => {
    const bucket = await SessionBucket.create(files);
    expect((await keysOf(bucket, trial)).map((key) => key.toString('hex'))).toEqual(keys);
    expect(bucket.masker.mask(`it is ${GIVEN}`)).not.toContain(GIVEN);
  });

  it.each<readonly [string, Record<string, string | undefined>, Trial, string, string]>([
    ['no file on a laptop', MISSING, {}, 'state-key', 'there is no state key: DIR/secrets/state.key does not exist'],
    [
      'no file, and the state is elsewhere',
      { ...MISSING, 'data/state.json': undefined },
      { words: ELSEWHERE },
      'state-key',
      'there is no state key: DIR/secrets/state.key does not exist',
    ],
    [
      'no file, and init never ran',
      { ...MISSING, 'data/state.json': undefined },
      {},
      'state-missing',
      'maand is not initialized: there is no state of this bucket',
    ],
    [
      'nothing given to the action',
      MISSING,
      { as: 'action', words: ['health_check', '--state', 'cache'] },
      'state-key',
      'health_check needs the input state-key, and it is empty',
    ],
    [
      'no key in the file',
      { 'secrets/state.key': '\n' },
      {},
      'state-key',
      'invalid state key: DIR/secrets/state.key is empty',
    ],
    [
      'no key in the variable',
      {},
      { env: { MAAND_STATE_KEY: 'correct horse' } },
      'state-key',
      'invalid state key: MAAND_STATE_KEY, key 1 is neither hex nor Base64',
    ],
    [
      'no key in the input',
      MISSING,
      { as: 'action', env: { MAAND_STATE_KEY: GIVEN.slice(2) } },
      'state-key',
      'invalid state key: input state-key, key 1 has 31 bytes, 32 are needed',
    ],
  ])('is refused: %s', async (_what, files, trial, code, message) => {
    const bucket = await SessionBucket.create(files);
    const refused = await refusalOf(() => keysOf(bucket, trial));
    expect(refused).toMatchObject({ exitCode: 2, code });
    expect(refused.message).toBe(`${message.replace('DIR', bucket.dir)} [${code}]`);
  });

  it('is refused when its path is a folder', async () => {
    const bucket = await SessionBucket.create(MISSING);
    await mkdir(join(bucket.dir, 'secrets/state.key'), { recursive: true });
    const refused = await refusalOf(() => keysOf(bucket));
    expect(refused).toMatchObject({ exitCode: 2, code: 'state-key' });
    expect(refused.message).toContain(`cannot read the state key ${bucket.dir}/secrets/state.key: it is a folder`);
  });
});
