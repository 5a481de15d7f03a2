import { describe, expect, it } from 'vitest';
import { builtCatalog } from '../../../src/build/last-build.ts';
import { recordBuild } from '../../../src/build/record-build.ts';
import { resolveCatalog } from '../../../src/build/resolve-catalog.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { SessionBucket } from '../../support/session-bucket.ts';
import { inBuild } from './rig.ts';

describe('the catalog of the last build', () => {
  it.each([
    ['nothing was built', undefined, 'nothing has been built yet'],
    ['something else was built', 'another digest', 'the workspace is no longer what was built'],
    ['this was built', 'the digest of the workspace', undefined],
  ])('%s', async (_what, digest, message) => {
    const bucket = await SessionBucket.create();
    await bucket.addJob('web');
    await inBuild(bucket, async ({ state, workspace, face }) => {
      const { ledger } = state;
      const { bucketId, workers, ports, allocations } = ledger;
      const catalog = resolveCatalog(workspace, { bucketId, workers, ports, allocations }, face);
      if (digest !== undefined) recordBuild(ledger, catalog, message === undefined ? workspace.digest : digest);
      const look = async () => builtCatalog({ state, workspace, face, hint: 'build first' });
      if (message === undefined) expect(await look()).toEqual(catalog);
      else expect(await refusalOf(look)).toMatchObject({ exitCode: 2, message, hint: 'build first' });
    });
  });
});
