/** Folders on a worker that people moved to a bigger disk, with a link in their place. */
import { lstat, mkdir, readdir, readFile, readlink, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { everywhere, freshBucket, rootOn } from '../support/state-bucket.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TestBucket } from '../support/test-bucket.ts';

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

interface Site {
  readonly bucket: TestBucket;
  /** The folder of the worker's root, of the bucket, of its jobs, and of the job `web`. */
  readonly at: Readonly<Record<'root' | 'bucket' | 'jobs' | 'web', string>>;
}

/** The job `web` with a file in `data/`, and one that the next release does not have any more. */
async function deployed(): Promise<Site> {
  const bucket = await freshBucket(farm);
  await bucket.write('workspace/jobs/web/conf/old.txt', 'old\n');
  await bucket.addJob('other', everywhere);
  const run = await bucket.maand(['deploy', '--build']);
  expect(run.status, run.stderr).toBe(0);
  await bucket.journal();
  const root = await rootOn(bucket, 0);
  const { bucketId } = JSON.parse(await readFile(join(bucket.dir, 'data/state.json'), 'utf8'));
  const folder = join(root, bucketId);
  const web = join(folder, 'jobs/web');
  await writeFile(join(web, 'data/db'), 'precious');
  await bucket.remove('workspace/jobs/web/conf');
  await bucket.write('workspace/jobs/web/release.txt', '2\n');
  return { bucket, at: { root, bucket: folder, jobs: join(folder, 'jobs'), web } };
}

/** Moves a folder and leaves a link. Returns where it lies now. */
async function move(folder: string): Promise<string> {
  const disk = await temporaryFolder();
  const moved = join(disk, 'moved');
  await rename(folder, moved);
  await symlink(moved, folder);
  return moved;
}

const verbs = (lines: readonly string[]) => lines.map((line) => line.split(' ').slice(0, 2).join(' '));

describe('a link to a folder', () => {
  it.each(['root', 'bucket', 'jobs', 'web'] as const)(
    'is followed and kept by a delivery in the place of the folder: %s',
    async (place) => {
      const { bucket, at } = await deployed();
      const moved = await move(at[place]);
      const run = await bucket.maand(['deploy', '--build']);
      expect(run.status, run.stderr).toBe(0);
      expect(verbs(await bucket.journal())).toEqual(['restart web']);
      expect(await readlink(at[place])).toBe(moved);
      expect(await readFile(join(at.web, 'release.txt'), 'utf8')).toBe('2\n');
      expect((await readdir(at.web)).sort()).toEqual(['Makefile', 'data', 'release.txt']);
      expect(await readFile(join(at.web, 'data/db'), 'utf8')).toBe('precious');
      expect((await bucket.maand(['deploy', '--build', '--json'])).json.jobs).toMatchObject([
        { outcome: 'skipped' },
        { outcome: 'skipped' },
      ]);
    },
  );

  it.each(['data', 'logs', 'bin'])(
    'that the job has for %s is kept, and gc says that it left what is behind',
    async (name) => {
      const { bucket, at } = await deployed();
      const folder = join(at.web, name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'file'), 'mine');
      const moved = await move(folder);
      const run = await bucket.maand(['deploy', '--build']);
      expect(run.status, run.stderr).toBe(0);
      expect(await readlink(folder)).toBe(moved);
      expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine');
      await bucket.remove('workspace/jobs/web');
      expect((await bucket.maand(['deploy', '--build'])).status).toBe(0);
      const gc = await bucket.maand(['gc']);
      expect(gc.status, gc.stderr).toBe(0);
      expect(await readdir(at.jobs)).toEqual(['other']);
      expect(await readFile(join(moved, 'file'), 'utf8')).toBe('mine');
      // A deploy removes bin/ of a job that left, so gc finds only the other two.
      if (name !== 'bin') expect(gc.stdout).toContain(`not what its links led to: ${moved}`);
    },
  );

  it.each(['jobs', 'web'] as const)('is followed by gc, which removes what it says: %s', async (place) => {
    const { bucket, at } = await deployed();
    const moved = await move(at[place]);
    await bucket.remove('workspace/jobs/web');
    const run = await bucket.maand(['deploy', '--build']);
    expect(run.status, run.stderr).toBe(0);
    const gc = await bucket.maand(['gc']);
    expect(gc.stdout).toContain('folder removed, with data/ and logs/');
    expect(await readdir(at.jobs)).toEqual(['other']);
    expect(await readdir(moved)).toEqual(place === 'jobs' ? ['other'] : []);
  });
});

describe('a link that leads nowhere', () => {
  it.each(['root', 'bucket', 'jobs', 'web'] as const)('fails the deploy and is not replaced: %s', async (place) => {
    const { bucket, at } = await deployed();
    const moved = await move(at[place]);
    await rename(moved, join(dirname(moved), 'unmounted'));
    const run = await bucket.maand(['deploy', '--build']);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/leads nowhere/);
    expect((await lstat(at[place])).isSymbolicLink()).toBe(true);
    expect(await bucket.journal()).toEqual([]);
  });

  it('fails the stop of a job that left, and gc', async () => {
    const { bucket, at } = await deployed();
    await bucket.remove('workspace/jobs/web');
    const moved = await move(at.web);
    const aside = join(dirname(moved), 'unmounted');
    await rename(moved, aside);
    const stop = await bucket.maand(['deploy', '--build', '--json']);
    expect(stop.status).toBe(1);
    expect(stop.json.reconcile).toMatchObject([{ job: 'web', outcome: 'failed' }]);
    expect(stop.json.reconcile[0].error).toContain('leads nowhere');
    await rename(aside, moved);
    expect((await bucket.maand(['deploy'])).status).toBe(0);
    await rename(moved, aside);
    const gc = await bucket.maand(['gc']);
    expect(gc.status).toBe(1);
    expect(gc.stdout).toContain('leads nowhere');
    expect(await readFile(join(aside, 'data/db'), 'utf8')).toBe('precious');
  });
});
