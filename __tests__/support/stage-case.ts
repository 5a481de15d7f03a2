/** Stages the jobs of a built bucket as a deploy would, and opens the values that their templates may read. */
import { buildCatalog } from '../../src/catalog/build-catalog.ts';
import { type KvView, openView } from '../../src/kv/access.ts';
import { createSecretBox } from '../../src/kv/secrets.ts';
import { type StageOutcome, Stager } from '../../src/stage/stager.ts';
import { deriveKey, parseStateKeys } from '../../src/state/keys.ts';
import type { CaseBucket } from './case-bucket.ts';

const HOST = '10.0.0.1';

async function catalogOf(bucket: CaseBucket) {
  const [workspace, continuity] = [await bucket.workspace(), await bucket.state()];
  const { catalog } = buildCatalog({ workspace, continuity, newId: () => 'new' });
  return catalog;
}

/** Returns the box that opens the secrets in the state of the bucket. */
export async function boxOf(bucket: CaseBucket) {
  const keys = parseStateKeys(await bucket.read('secrets/state.key'), 'state.key');
  return createSecretBox(keys.map((key) => deriveKey(key, 'kv secrets')));
}

/** Returns the KV store as an allocation of the job can read it. */
export async function viewOf(bucket: CaseBucket, job: string, host = HOST): Promise<KvView> {
  const { jobs } = await catalogOf(bucket);
  const demandedJobs = jobs.find(({ name }) => name === job)?.demandedJobs ?? [];
  const [store, box] = [await bucket.store(), await boxOf(bucket)];
  return openView({ store, box, scope: { job, host, demandedJobs }, onSecret: () => {} });
}

/** Renders and hashes the tree of an allocation. */
export async function stageJob(bucket: CaseBucket, job: string, host = HOST): Promise<StageOutcome> {
  const { jobs, workers, bucketId } = await catalogOf(bucket);
  const found = jobs.find(({ name }) => name === job);
  const allocation = found?.allocations.find((one) => one.host === host);
  const worker = workers.find((one) => one.host === host);
  if (!found || !allocation || !worker) throw new Error(`job ${job} is not on ${host}`);
  const hashKey = (await boxOf(bucket)).open((await bucket.state()).hashKey);
  return new Stager(Buffer.from(hashKey, 'hex')).stage({
    job: found,
    allocation,
    worker,
    kv: await bucket.store(),
    box: await boxOf(bucket),
    onSecret: () => {},
    bucketId,
    currentVersion: '0.0.0',
    updateSeq: 1,
  });
}

/** Returns the texts of the staged files, by path. */
export function textsOf(outcome: StageOutcome): Record<string, string> {
  if (outcome.kind === 'failed') throw new Error(outcome.problems.map(({ message }) => message).join('\n'));
  return Object.fromEntries(
    outcome.tree.files.flatMap(({ path, source }) =>
      source.kind === 'bytes' ? [[path, source.bytes.toString('utf8')] as const] : [],
    ),
  );
}
