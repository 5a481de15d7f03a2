/** Deploys a workspace to folders of this machine, edits the workspace, and lists the jobs that run afterwards. */
import { access, cp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../src/base/failure.ts';
import { deploy } from '../../src/commands/deploy/deploy.ts';
import type { PlanJson } from '../../src/plan/plan-json.ts';
import { LocalSite } from './local-site.ts';

/** A Makefile that keeps the file `data/running` while the job runs. */
export const MAKEFILE = `start restart:
	@mkdir -p data && touch data/running
stop:
	@rm -f data/running
`;
export const LABELS = { w1: ['web'], w2: ['web'], w3: ['db'] };
const HOSTS = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
const JOBS = { api: ['web'], db: ['db'], agent: ['worker'] };
export const EVERYTHING = ['agent@w1', 'agent@w2', 'agent@w3', 'api@w1', 'api@w2', 'db@w3'];
export const CONFLICT = '<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> other\n';
export const DB = 'workspace/jobs/db';

export async function deployed(jobs: Readonly<Record<string, readonly string[]>> = JOBS): Promise<LocalSite> {
  const site = await LocalSite.create();
  await site.useWorkers(LABELS);
  for (const [name, selectors] of Object.entries(jobs)) await site.addJob(name, { selectors }, { Makefile: MAKEFILE });
  const { exitCode } = await site.run(deploy, ['deploy', '--build']);
  if (exitCode !== 0) throw new Error(`the deploy ended with ${exitCode}`);
  return site;
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Returns the running allocations as `job@worker`, sorted. */
export async function running(site: LocalSite, bucketId: string): Promise<string[]> {
  const names = [...Object.keys(JOBS), 'database', 'fresh'];
  const all = names.flatMap((job) => HOSTS.map((host) => ({ job, host })));
  const found = await Promise.all(
    all.map(async ({ job, host }) => {
      const path = join(site.rootOf(host), bucketId, 'jobs', job, 'data/running');
      return (await exists(path)) ? [`${job}@${host}`] : [];
    }),
  );
  return found.flat().sort();
}

interface Outcome {
  readonly exitCode: number;
  /** The code of the refusal. Empty when the deploy was not refused. */
  readonly code: string;
  readonly message: string;
}

export async function attempt(site: LocalSite, words: readonly string[]): Promise<Outcome> {
  try {
    const { exitCode } = await site.run(deploy, words);
    return { exitCode, code: '', message: '' };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const found = (thrown.diagnostics ?? []).map(({ message }) => message).join('\n');
    return { exitCode: thrown.exitCode, code: thrown.code ?? '', message: `${thrown.message}\n${found}` };
  }
}

interface Shown {
  readonly json: PlanJson;
  readonly heading: string;
  readonly summary: string;
}

export async function planOf(site: LocalSite, words: readonly string[]): Promise<Shown> {
  const result = await site.run(deploy, [...words, '--dry-run']);
  if (result.exitCode !== 0) throw new Error(`the plan ended with ${result.exitCode}`);
  const { json, text, summary = '' } = result.show((value) => value);
  return { json: json as PlanJson, heading: text.split('\n', 1)[0] ?? '', summary };
}

export async function bucketIdOf(site: LocalSite): Promise<string> {
  return JSON.parse(await readFile(join(site.bucketDir, 'data/state.json'), 'utf8')).bucketId;
}

export const move = (site: LocalSite, from: string, to: string): Promise<void> =>
  rename(join(site.bucketDir, from), join(site.bucketDir, to));

export const selectorsOf = (selectors: unknown) => (site: LocalSite) =>
  site.write(`${DB}/manifest.json`, JSON.stringify({ selectors }));
export const workersAs = (labels: Readonly<Record<string, readonly string[]>>) => (site: LocalSite) =>
  site.useWorkers(labels);
export const writes = (path: string, text: string) => (site: LocalSite) => site.write(path, text);
export const removes =
  (...paths: readonly string[]) =>
  async (site: LocalSite) => {
    for (const path of paths) await site.remove(path);
  };
export const disables = (disabled: object) => writes('workspace/disabled.json', JSON.stringify(disabled));

export type Edit = (site: LocalSite) => Promise<void>;

/** Keeps a copy of the workspace. Returns a function that restores the copy. */
export async function keepWorkspace(site: LocalSite): Promise<() => Promise<void>> {
  const kept = join(site.folder, 'kept');
  const parts = ['maand.conf', 'workspace'];
  for (const part of parts) await cp(join(site.bucketDir, part), join(kept, part), { recursive: true });
  return async () => {
    for (const part of [...parts, 'jobs']) await rm(join(site.bucketDir, part), { recursive: true, force: true });
    await cp(kept, site.bucketDir, { recursive: true });
  };
}
