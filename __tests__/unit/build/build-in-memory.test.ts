import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { beginBuild, buildAhead, buildInMemory } from '../../../src/build/build-in-memory.ts';
import { handMadeAuthority } from '../../support/openssl.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { inBuild, WITH_CERTIFICATE } from './rig.ts';

const NAMESPACE = 'maand/job/web/worker/w1';
const POST_BUILD = { hooks: { hook_tell: { executed_on: ['post_build'] } } };
const AT_80 = { resources: { ports: { web_port: 80 } } };

let authority: { readonly certificate: string; readonly key: string };

beforeAll(async () => {
  authority = await handMadeAuthority('ec', 'pkcs8');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Returns a bucket with the job `web`. */
async function bucketWith(manifest: object): Promise<SessionBucket> {
  const files = { 'secrets/ca.crt': authority.certificate, 'secrets/ca.key': authority.key };
  const bucket = await SessionBucket.create(files);
  await bucket.addJob('web', manifest);
  return bucket;
}

/** Returns a bucket with a Python hook, on a machine without Python. */
async function withHook(): Promise<SessionBucket> {
  vi.stubEnv('PATH', '/nowhere');
  const bucket = await bucketWith(POST_BUILD);
  await bucket.write('workspace/jobs/web/_hooks/hook_tell.py', '');
  return bucket;
}

/** Returns a bucket with two jobs that have the same port. */
async function withCollision(): Promise<SessionBucket> {
  const bucket = await bucketWith(AT_80);
  await bucket.addJob('api', { resources: { ports: { api_port: 80 } } });
  return bucket;
}

/** Returns a bucket in which `web` counts as deployed, and whose worker has a new root since then. */
async function withMovedRoot(): Promise<SessionBucket> {
  const bucket = await bucketWith({});
  await inBuild(bucket, async (building) => {
    const { state, workspace, face } = building;
    await buildInMemory(state, workspace, face);
    for (const record of state.ledger.allocations) {
      state.ledger.record({ ...record, promoted: { hash: 'h', version: '1.0.0' } });
    }
    await state.ledger.commit();
  });
  await bucket.write('workspace/workers.json', JSON.stringify([{ host: 'w1', root: '/elsewhere' }]));
  return bucket;
}

describe('a build that is refused', () => {
  it.each([
    ['for findings in the workspace', withCollision, [buildInMemory, beginBuild, buildAhead]],
    ['for a worker that moves', withMovedRoot, [buildInMemory, beginBuild, buildAhead]],
    ['for a missing interpreter', withHook, [buildInMemory, beginBuild]],
  ] as const)('%s leaves nothing in the ledger', async (_why, make, builds) => {
    const bucket = await make();
    for (const build of builds) {
      await inBuild(bucket, async ({ state, workspace, face, ledger }) => {
        const before = ledger();
        expect(await refusalOf(() => build(state, workspace, face))).toMatchObject({ exitCode: 2 });
        expect(ledger()).toEqual(before);
      });
    }
  });
});

describe('buildInMemory', () => {
  it('puts records, ports, keys and certificates into the ledger, and saves nothing', async () => {
    const bucket = await bucketWith({ ...WITH_CERTIFICATE, ...AT_80 });
    const before = await bucket.stateText();
    await inBuild(bucket, async ({ state, workspace, face, ledger }) => {
      await buildInMemory(state, workspace, face);
      expect(ledger()).toMatchObject({
        builtDigest: workspace.digest,
        ports: { web: { web_port: 80 } },
        allocations: [{ job: 'web', host: 'w1', currentVersion: '0.0.0' }],
        certificates: { authority: { certificate: authority.certificate.trim() }, jobs: { web: expect.any(String) } },
      });
      const { kv } = state.ledger;
      expect(kv.get(NAMESPACE, 'certs/tls.crt')).toContain('-----BEGIN CERTIFICATE-----');
      expect(state.box.open(kv.get(NAMESPACE, 'certs/tls.key') ?? '')).toContain('PRIVATE KEY-----');
    });
    expect(await bucket.stateText()).toBe(before);
  });
});

describe('beginBuild', () => {
  it('leaves the certificates to be made: only the store of the plan has marks for them', async () => {
    const bucket = await bucketWith(WITH_CERTIFICATE);
    await inBuild(bucket, async ({ state, workspace, face, ledger }) => {
      const { kv } = await beginBuild(state, workspace, face);
      expect(ledger().allocations).toMatchObject([{ job: 'web', host: 'w1' }]);
      expect(ledger().certificates).toBeUndefined();
      expect(state.ledger.kv.get(NAMESPACE, 'certs/tls.crt')).toBeUndefined();
      expect(kv.get(NAMESPACE, 'certs/tls.crt')).toContain('to be made by the build');
    });
  });
});

describe('buildAhead', () => {
  it('makes no certificate: the unsaved ledger has placeholders instead', async () => {
    const bucket = await bucketWith(WITH_CERTIFICATE);
    await inBuild(bucket, async ({ state, workspace, face, ledger }) => {
      await buildAhead(state, workspace, face);
      expect(ledger().certificates).toBeUndefined();
      expect(state.ledger.kv.get(NAMESPACE, 'certs/tls.crt')).toContain('to be made by the build');
    });
  });

  it('needs no interpreter: it runs nothing', async () => {
    const bucket = await withHook();
    await inBuild(bucket, async ({ state, workspace, face }) => {
      expect((await buildAhead(state, workspace, face)).waves).toEqual([['web']]);
    });
  });
});
