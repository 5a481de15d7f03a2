import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/commands/build/build.ts';
import type { BuiltBucket } from '../../../src/session/built-bucket.ts';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { type Opening, withBuilt } from '../../../src/session/with-built.ts';
import { handMadeAuthority } from '../../support/openssl.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { type CallOptions, SessionBucket } from '../../support/session-bucket.ts';

const CHANGE = { state: 'change', catalog: 'workspace' } as const;
const READ = { state: 'read', catalog: 'workspace' } as const;
const PLAN = { state: 'plan', catalog: 'workspace' } as const;
const LAST_BUILD = { catalog: 'last-build', hint: 'build first' } as const;

interface Trial extends CallOptions {
  readonly words?: readonly string[];
}

/** Opens the bucket and runs `work` in it, as a command does. */
function open<T>(
  bucket: SessionBucket,
  { words = ['build'], ...options }: Trial,
  ...[opening, work]: [Opening, (built: BuiltBucket) => Promise<T> | T]
): Promise<T> {
  return withBucket(bucket.call(words, options), (read) => withBuilt(read, opening, work));
}

let authority: { readonly certificate: string; readonly key: string };

beforeAll(async () => {
  authority = await handMadeAuthority('ec', 'pkcs8');
});

const withAuthority = () =>
  SessionBucket.create({ 'secrets/ca.crt': authority.certificate, 'secrets/ca.key': authority.key });

function makeGate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

const isFree = (bucket: SessionBucket): Promise<boolean> =>
  open(bucket, {}, CHANGE, () => 'free').then(
    () => true,
    () => false,
  );

describe('the lock of a change', () => {
  it('is held until the work is done, which others wait for or are refused', async () => {
    const bucket = await SessionBucket.create();
    const gate = makeGate();
    const begun = makeGate();
    const working = open(bucket, { words: ['gc'] }, CHANGE, async ({ state }) => {
      begun.open();
      await gate.passed;
      state.ledger.kv.put('vars/job/web', 'at', 'the end');
      await state.ledger.commit();
      return 'done';
    });
    await begun.passed;
    const refused = await refusalOf(() => open(bucket, {}, CHANGE, () => 'never'));
    expect(refused).toMatchObject({ exitCode: 3, code: 'state-locked' });
    expect(await open(bucket, {}, READ, () => 'read')).toBe('read');
    gate.open();
    expect(await working).toBe('done');
    expect((await bucket.state()).serial).toBe(2);
    expect(await isFree(bucket)).toBe(true);
  });

  it('is released when the work throws, and uncommitted changes are dropped', async () => {
    const bucket = await SessionBucket.create();
    const before = await bucket.stateText();
    await expect(
      open(bucket, {}, CHANGE, async ({ state }) => {
        state.ledger.kv.put('vars/job/web', 'at', 'the end');
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow(new TypeError('a bug'));
    expect(await bucket.stateText()).toBe(before);
    expect(await isFree(bucket)).toBe(true);
  });

  it('is released when the catalog is missing', async () => {
    const bucket = await SessionBucket.create();
    const opening = { state: 'change', ...LAST_BUILD } as const;
    const refused = await refusalOf(() => open(bucket, {}, opening, () => 'never'));
    expect(refused).toMatchObject({ message: 'nothing has been built yet', hint: 'build first' });
    expect(await isFree(bucket)).toBe(true);
  });
});

describe('a state that is only read', () => {
  it.each([READ, PLAN])('refuses to save ($state)', async (opening) => {
    const bucket = await SessionBucket.create();
    const before = await bucket.stateText();
    await expect(
      open(bucket, {}, opening, async ({ state }) => {
        state.ledger.kv.put('vars/job/web', 'at', 'the end');
        await state.ledger.commit();
      }),
    ).rejects.toThrow('this command takes no lock and saves nothing');
    expect(await bucket.stateText()).toBe(before);
  });

  it('keeps the values of hooks only during a rehearsal', async () => {
    const bucket = await SessionBucket.create();
    const before = await bucket.stateText();
    const words = ['deploy', '--dry-run', '--with-hooks'];
    const heard = await open(bucket, { words }, PLAN, async ({ state }) => {
      state.ledger.kv.put('vars/job/web', 'at', 'the end');
      await state.ledger.commit();
      return state.ledger.kv.get('vars/job/web', 'at');
    });
    expect(heard).toBe('the end');
    expect(await bucket.stateText()).toBe(before);
  });

  it('is called by its serial', async () => {
    const bucket = await SessionBucket.create();
    expect(await open(bucket, {}, READ, ({ state }) => state.label)).toBe('serial 1');
  });
});

describe('a plan without a state key', () => {
  const asFork: Trial = { words: ['plan'], as: 'action' };

  it('is made without a state, and reports this', async () => {
    const bucket = await SessionBucket.create();
    const { bucketId } = await bucket.state();
    const seen = await open(bucket, asFork, PLAN, ({ state, catalog }) => [state.label, catalog.bucketId === bucketId]);
    expect(seen).toEqual(['none', false]);
    expect(bucket.events).toEqual([
      {
        type: 'noticed',
        level: 'warning',
        message: 'no state-key: the plan is made as if nothing had been deployed yet',
      },
    ]);
  });

  it('is refused to commands that do more than to plan', async () => {
    const bucket = await SessionBucket.create({ 'secrets/state.key': undefined });
    for (const opening of [READ, CHANGE]) {
      const refused = await refusalOf(() => open(bucket, { ...asFork, words: ['gc'] }, opening, () => 'never'));
      expect(refused).toMatchObject({ exitCode: 2, code: 'state-key' });
    }
  });

  it('reads the state when it exists', async () => {
    const bucket = await SessionBucket.create({ 'secrets/state.key': undefined });
    const env = { MAAND_STATE_KEY: bucket.stateKey };
    const words = ['build', '--state', 'file:data'];
    expect(await open(bucket, { ...asFork, words, env }, PLAN, ({ state }) => state.label)).toBe('serial 1');
    expect(bucket.events).toEqual([]);
  });
});

describe('without a saved state', () => {
  it.each([
    ['data/ of the bucket', [], 'maand is not initialized: there is no state of this bucket'],
    ['elsewhere, and it must be there', ['--state', 'file:other', '--initialize', 'never'], 'initialize is "never"'],
  ])('%s: refuses', async (_where, more, message) => {
    const bucket = await SessionBucket.create({ 'data/state.json': undefined });
    for (const opening of [READ, CHANGE, PLAN]) {
      const refused = await refusalOf(() => open(bucket, { words: ['build', ...more] }, opening, () => 'never'));
      expect(refused).toMatchObject({ code: 'state-missing', message: expect.stringContaining(message) });
    }
  });

  it('elsewhere: begins a state under its name', async () => {
    const bucket = await SessionBucket.create();
    const words = ['build', '--state', 'file:other', '--environment', 'staging'];
    const seen = await open(bucket, { words }, READ, ({ state }) => [state.label, state.ledger.name]);
    expect(seen).toEqual(['none', 'test/staging']);
  });
});

describe('the catalog', () => {
  it('of the workspace does not change the ledger', async () => {
    const bucket = await withAuthority();
    await bucket.addJob('web');
    const before = await bucket.state();
    await open(bucket, {}, READ, ({ state, catalog }) => {
      expect(catalog.jobs.map(({ name }) => name)).toEqual(['web']);
      expect(state.ledger.toDocument(before.serial)).toEqual(before);
    });
  });

  it('of a build for a preview is only in the ledger in memory', async () => {
    const bucket = await withAuthority();
    await bucket.addJob('web', { certs: { tls: { subject: { common_name: 'web' } } } });
    const before = await bucket.stateText();
    await open(bucket, {}, { state: 'read', catalog: 'build-ahead' }, ({ state, workspace }) => {
      const { ledger } = state;
      expect(ledger.builtDigest).toBe(workspace.digest);
      expect(ledger.allocations.map(({ job, host }) => `${job}@${host}`)).toEqual(['web@w1']);
      expect(ledger.certificates).toBeUndefined();
    });
    expect(await bucket.stateText()).toBe(before);
  });

  it('of the last build is available while the workspace is unchanged', async () => {
    const bucket = await withAuthority();
    await bucket.addJob('web');
    const lastBuild = { state: 'read', ...LAST_BUILD } as const;
    await build(bucket.call(['build']));
    expect(await open(bucket, {}, lastBuild, ({ catalog }) => catalog.jobs.length)).toBe(1);
    await bucket.addJob('api');
    const refused = await refusalOf(() => open(bucket, {}, lastBuild, () => 'never'));
    expect(refused).toMatchObject({
      exitCode: 2,
      message: 'the workspace is no longer what was built',
      hint: 'build first',
    });
  });
});
