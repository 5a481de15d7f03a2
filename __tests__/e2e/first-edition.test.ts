/** Tests that maand takes over fleets of the first edition unchanged: it starts, stops, restarts or reloads no job. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAction } from '../support/action-runner.ts';
import { type CacheServer, startCacheService } from '../support/cache-service.ts';
import { type FleetKind, type LaidFleet, layFleet } from '../support/first-edition.ts';
import { unpackBytes } from '../support/packed-tree.ts';
import { runMaand } from '../support/run-maand.ts';

/** The commands that have run so far, by host and job. */
type Journals = Readonly<Record<string, readonly string[]>>;

const JOBS = ['gone', 'proxy', 'queue', 'report', 'web'];

async function journals(fleet: LaidFleet): Promise<Journals> {
  const here = Object.entries(fleet.kept.workers).flatMap(([host, entries]) =>
    JOBS.filter((job) => entries.some(({ path }) => path.endsWith(`/jobs/${job}/data/journal`))).map((job) => ({
      host,
      job,
    })),
  );
  return Object.fromEntries(
    await Promise.all(here.map(async ({ host, job }) => [`${job} ${host}`, await fleet.journal(host, job)] as const)),
  );
}

/** Returns the commands that ran between the two journals, by host and job. */
function since(before: Journals, after: Journals): Record<string, string[]> {
  const added = Object.entries(after).map(([key, lines]) => [
    key,
    lines.slice(before[key]?.length).map((line) => line.split(' ')[0]),
  ]);
  return Object.fromEntries(added.filter(([, lines]) => (lines ?? []).length > 0));
}

interface Deployed {
  readonly status: number | null;
  readonly told: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes
  readonly json: any;
}

/** Deploys the kept bucket, as its owners do after an update to the present version. */
type Deploy = (fleet: LaidFleet) => Promise<Deployed>;

const byHand =
  (...place: readonly string[]): Deploy =>
  async ({ bucketDir }) => {
    const { status, stderr, json } = await runMaand(['--bucket', bucketDir, 'deploy', '--build', '--json', ...place]);
    return { status, told: stderr, json };
  };

const inActions =
  (cache: CacheServer): Deploy =>
  async ({ bucketDir, farm, kept }) => {
    let json: unknown;
    const done = await runAction({
      actionDir: join(import.meta.dirname, '../..'),
      workspaceDir: bucketDir,
      env: { ...cache.environment(), GITHUB_RUN_ID: '5000' },
      inputs: { command: 'deploy', 'ssh-private-key': farm.privateKey, 'state-key': kept.stateKey },
      laterSteps: async ({ outputs }) => {
        json = JSON.parse(await readFile(outputs.result ?? '', 'utf8'));
      },
    });
    return { status: done.exitCode, told: done.log.text, json };
  };

async function expectTakenOver(kind: FleetKind, deploy: Deploy): Promise<void> {
  await using fleet = await layFleet(kind);
  const { kept } = fleet;
  const hosts = kept.places.map(({ host }) => host);
  const before = await journals(fleet);
  expect(Object.keys(before).length).toBeGreaterThanOrEqual(hosts.length * 2 + 6);

  const same = await deploy(fleet);
  expect(same.status, same.told).toBe(0);
  expect(since(before, await journals(fleet))).toEqual({});
  expect(same.json.jobs).toMatchObject(['proxy', 'queue', 'report', 'web'].map((job) => ({ job, outcome: 'skipped' })));

  const roll = async (job: string): Promise<Record<string, string[]>> => {
    const start = await journals(fleet);
    await writeFile(join(fleet.bucketDir, 'workspace/jobs', job, 'release.txt'), 'of the new version\n');
    const { status, told } = await deploy(fleet);
    expect(status, told).toBe(0);
    return since(start, await journals(fleet));
  };
  const on = (job: string, command: string, where: readonly string[]) =>
    Object.fromEntries(where.map((host) => [`${job} ${host}`, [command]]));
  expect(await roll('web')).toEqual(on('web', 'restart', hosts.slice(0, 2)));
  expect(await roll('proxy')).toEqual(on('proxy', 'reload', hosts));
  expect(await roll('queue')).toEqual(on('queue', 'restart', hosts));
}

describe('a fleet of the first edition', () => {
  it('continues without a restart when its state is in a file', () => expectTakenOver('file', byHand()));

  it('continues without a restart when its state is on the workers', () =>
    expectTakenOver('workers', byHand('--state', 'workers')));

  it('continues without a restart when its state is in the Actions cache', async () => {
    await using cache = await startCacheService();
    const plant: Deploy = async (fleet) => {
      const { cache: entries, contents } = fleet.kept;
      if (cache.entries.all.length === 0) {
        for (const { content, ...entry } of entries) {
          cache.entries.plant({ ...entry, bytes: unpackBytes(contents, content) });
        }
      }
      return inActions(cache)(fleet);
    };
    await expectTakenOver('cache', plant);
  });
});
