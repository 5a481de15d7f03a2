import { beforeAll, describe, expect, it } from 'vitest';
import { buildAhead, buildInMemory, listAhead } from '../../../src/build/build-in-memory.ts';
import { continuityOf } from '../../../src/build/record-build.ts';
import { resolveCatalog } from '../../../src/build/resolve-catalog.ts';
import type { PemPair } from '../../../src/certs/authority.ts';
import { expiredAuthority, handMadeAuthority, verify } from '../../support/openssl.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { inBuild, WITH_CERTIFICATE } from './rig.ts';

const NAMESPACE = 'maand/job/web/worker/w1';

let pairs: Readonly<Record<'first' | 'second' | 'expired', PemPair>>;

beforeAll(async () => {
  const [first, second, expired] = await Promise.all([
    handMadeAuthority('ec', 'pkcs8'),
    handMadeAuthority('ec', 'traditional'),
    expiredAuthority(),
  ]);
  pairs = { first, second, expired };
});

type Files = keyof typeof pairs | 'none' | 'certificate of the first, key of the second';

function pairOf(files: Files): Partial<PemPair> {
  if (files === 'none') return {};
  if (files in pairs) return pairs[files as keyof typeof pairs];
  return { certificate: pairs.first.certificate, key: pairs.second.key };
}

async function putFiles(bucket: SessionBucket, files: Files): Promise<void> {
  const { certificate, key } = pairOf(files);
  await bucket.write('secrets/ca.crt', certificate);
  await bucket.write('secrets/ca.key', key);
}

/** Returns a bucket with the job `web`, which has a certificate. */
async function bucketWith(files: Files): Promise<SessionBucket> {
  const bucket = await SessionBucket.create();
  await bucket.addJob('web', WITH_CERTIFICATE);
  await putFiles(bucket, files);
  return bucket;
}

/** Builds. Returns the CA in the state afterwards, and the certificate of `web`. */
function build(bucket: SessionBucket): Promise<{ readonly authority: string; readonly leaf: string }> {
  return inBuild(bucket, async ({ state, workspace, face, ledger }) => {
    await buildInMemory(state, workspace, face);
    await state.ledger.commit();
    const authority = ledger().certificates?.authority.certificate ?? '';
    return { authority, leaf: state.ledger.kv.get(NAMESPACE, 'certs/tls.crt') ?? '' };
  });
}

describe('the CA that counts', () => {
  it.each<readonly [files: Files, then: Files, counts: 'first' | 'second', leaf: 'kept' | 'new']>([
    ['first', 'first', 'first', 'kept'],
    ['first', 'none', 'first', 'kept'],
    ['first', 'second', 'second', 'new'],
    ['first', 'certificate of the first, key of the second', 'first', 'kept'],
  ])('built with files of %s, then %s: it is the %s, and the certificate is %s', async (files, then, counts, leaf) => {
    const bucket = await bucketWith(files);
    const before = await build(bucket);
    await putFiles(bucket, then);
    const after = await build(bucket);
    expect(after.authority).toBe(pairs[counts].certificate.trim());
    expect(after.leaf === before.leaf ? 'kept' : 'new').toBe(leaf);
    await verify(pairs[counts].certificate, after.leaf);
  });

  it.each<readonly [files: Files, why: string]>([
    ['expired', 'bucket CA certificate (secrets/ca.crt) expired on '],
    ['certificate of the first, key of the second', 'secrets/ca.key is not the key of secrets/ca.crt'],
  ])('with files of %s the build is refused, and so is its plan', async (files, why) => {
    const bucket = await bucketWith(files);
    for (const attempt of [buildInMemory, buildAhead]) {
      const refused = await refusalOf(() =>
        inBuild(bucket, ({ state, workspace, face }) => attempt(state, workspace, face)),
      );
      expect(refused).toMatchObject({ exitCode: 2, message: 'the workspace has 1 error' });
      expect(refused.diagnostics).toMatchObject([
        { message: expect.stringContaining(why), place: { file: 'secrets/ca.crt' } },
      ]);
    }
  });

  it('that expired does not stop a listing', async () => {
    const bucket = await bucketWith('expired');
    await inBuild(bucket, async ({ state, workspace, face, ledger }) => {
      const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
      await listAhead({ state, workspace, catalog, face });
      expect(ledger().allocations).toHaveLength(1);
    });
  });

  it('keeps its key from the log', async () => {
    const bucket = await bucketWith('first');
    await build(bucket);
    const [, line = ''] = pairs.first.key.split('\n');
    expect(bucket.masker.mask(`it is ${line}`)).not.toContain(line);
  });
});
