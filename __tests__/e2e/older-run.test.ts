import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaandRun } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { freshBucket } from '../support/state-bucket.ts';
import type { TestBucket } from '../support/test-bucket.ts';

/** A run that deploys over what a newer run has deployed. */
let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

interface RunOf {
  readonly number: number;
  readonly attempt?: number;
  readonly workflow?: string;
  readonly repository?: string;
  readonly sha?: string;
  readonly words?: readonly string[];
}

/** Deploys a release that nothing else has, as a step of a workflow run. */
async function deployAs(bucket: TestBucket, { words = [], ...run }: RunOf): Promise<MaandRun> {
  const { number, attempt = 1, workflow = 'deploy.yml', repository = 'octo/shop', sha = '' } = run;
  await bucket.write('workspace/jobs/web/release.txt', `${number} ${attempt} ${workflow} ${repository} ${sha}\n`);
  const env = {
    GITHUB_RUN_ID: `4${number}`,
    GITHUB_RUN_NUMBER: String(number),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_WORKFLOW_REF: `octo/shop/.github/workflows/${workflow}@refs/heads/main`,
    GITHUB_REPOSITORY: repository,
    GITHUB_SHA: sha,
  };
  return bucket.maand(['deploy', '--build', '--json', ...words], { env });
}

const stateOf = async (bucket: TestBucket) => JSON.parse(await readFile(join(bucket.dir, 'data/state.json'), 'utf8'));

describe('an older run', () => {
  it('is warned about by its number, within one workflow of one repository', async () => {
    const bucket = await freshBucket(farm);
    expect(await deployAs(bucket, { number: 6, attempt: 2 })).toMatchObject({ status: 0 });
    expect((await stateOf(bucket)).deployer).toEqual({
      repository: 'octo/shop',
      workflow: 'octo/shop/.github/workflows/deploy.yml',
      runNumber: 6,
      attempt: 2,
      sha: '',
    });
    const quiet: readonly RunOf[] = [
      { number: 6, attempt: 3 },
      { number: 2, workflow: 'other.yml' },
      { number: 1, workflow: 'other.yml', repository: 'octo/fork' },
      { number: 7 },
    ];
    for (const run of quiet) {
      const done = await deployAs(bucket, run);
      expect(done.status, done.stderr).toBe(0);
      expect(done.stderr).not.toContain('an older run');
    }
    const plan = await deployAs(bucket, { number: 6, words: ['--dry-run'] });
    expect(plan.stderr).toContain('an older run deploys over a newer one');
    const older = await deployAs(bucket, { number: 6, attempt: 4 });
    expect(older.status).toBe(0);
    expect(older.stderr).toContain(
      'warning: an older run deploys over a newer one: this is run 6 of octo/shop/.github/workflows/deploy.yml, and run 7 has deployed',
    );
    expect((await deployAs(bucket, { number: 7, attempt: 2 })).stderr).not.toContain('an older run');
  }, 120_000);

  it('is refused where maand.conf says so, unless it is allowed; then nothing is touched', async () => {
    const bucket = await freshBucket(farm);
    await bucket.edit('maand.conf', (text) => `${text}allow_downgrade = false\n`);
    expect(await deployAs(bucket, { number: 6 })).toMatchObject({ status: 0 });
    await bucket.journal();
    const before = await stateOf(bucket);
    const refused = await deployAs(bucket, { number: 5 });
    expect(refused).toMatchObject({ status: 3, json: { code: 'older-run', see: 'docs/state.md#older-run' } });
    expect(await bucket.journal()).toEqual([]);
    expect(await stateOf(bucket)).toEqual(before);
    expect(await deployAs(bucket, { number: 5, words: ['--allow-downgrade'] })).toMatchObject({ status: 0 });
    expect(await bucket.journal()).toHaveLength(1);
    expect(await deployAs(bucket, { number: 6, attempt: 2 })).toMatchObject({ status: 0 });
  }, 60_000);

  it('is told by git where it has both commits, and a laptop has a commit, too', async () => {
    const bucket = await freshBucket(farm);
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...words], { cwd: bucket.dir, env }).toString();
    git('init', '--quiet');
    const [first, second] = ['first', 'second'].map((message) => {
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD').trim();
    });
    await bucket.edit('maand.conf', (text) => `${text}allow_downgrade = false\n`);
    const deploys = (run: RunOf) => deployAs(bucket, { workflow: `${run.number}.yml`, ...run });
    expect(await bucket.maand(['deploy', '--build'])).toMatchObject({ status: 0 });
    expect((await stateOf(bucket)).deployer).toEqual({ repository: '', workflow: '', attempt: 1, sha: second });
    const refused = await deploys({ number: 1, sha: first ?? '' });
    expect(refused, refused.stderr).toMatchObject({ status: 3, json: { code: 'older-run' } });
    expect(refused.json.error).toContain(`commit ${first?.slice(0, 12)} comes before ${second?.slice(0, 12)}`);
    expect(await deploys({ number: 2, sha: 'f'.repeat(40) })).toMatchObject({ status: 0 });
    expect(await deploys({ number: 3, sha: first ?? '' })).toMatchObject({ status: 0 });
    git('checkout', '--quiet', '--detach', first ?? '');
    expect(await deploys({ number: 4, sha: second ?? '' })).toMatchObject({ status: 0 });
    await bucket.write('workspace/jobs/web/release.txt', 'laptop\n');
    expect(await bucket.maand(['deploy', '--build', '--json'])).toMatchObject({
      status: 3,
      json: { code: 'older-run' },
    });
  }, 120_000);
});
