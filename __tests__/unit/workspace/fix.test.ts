/** Tests `build --fix` on real folders: which files it writes, which it refuses, and that the catalog stays the same. */
import { watch } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../../src/catalog/build-catalog.ts';
import { applyFix } from '../../../src/workspace/older/apply-fix.ts';
import { planFix } from '../../../src/workspace/older/plan-fix.ts';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { surveyWorkspace } from '../../../src/workspace/survey.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { addFiles, copyBucket, makeBucket, messages } from './bucket-folder.ts';

async function fix(bucketDir: string): Promise<readonly string[]> {
  const plan = await planFix(await surveyWorkspace(bucketDir));
  expect(plan.refusals).toEqual([]);
  await applyFix(plan);
  return plan.fixed.map(({ file, line, column, change }) => `${file}:${line}:${column} ${change}`);
}

/** Returns the catalog as data, and a finding for each remaining older word. */
async function built(bucketDir: string) {
  const { workspace, diagnostics } = await readWorkspace({ bucketDir });
  if (!workspace) throw new Error('no workspace');
  const continuity = { bucketId: 'id', workers: {}, ports: {}, allocations: [] };
  const { catalog } = buildCatalog({ workspace, continuity, newId: () => '' });
  const text = JSON.stringify(catalog, (key, value) =>
    ['files', 'script', 'sourcePath', 'place'].includes(key) ? '' : value,
  );
  const { portPool, jobConfig } = workspace;
  return { catalog: JSON.parse(text), portPool, sections: jobConfig.sections, findings: messages(diagnostics) };
}

/** Returns every path of a bucket with its text. */
async function everything(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file) => [file.slice(dir.length + 1), await readFile(file, 'utf8')]),
  );
  return Object.fromEntries(texts);
}

const JOB = 'workspace/jobs/a';
const AT = `${JOB}/manifest.json`;
const WORKERS = { 'workspace/workers.json': '[{"host":"10.0.0.1","labels":["a"]}]' };

const OLDER = {
  ...WORKERS,
  'workspace/workers.staging.json': '[\n  { "host": "10.0.0.9", "roles": ["a"] } ]',
  'workspace/bucket.conf': '# ports\nport_max = "31000" # the last\ndomain = "example.org"\nport_min = "30500"\n',
  'workspace/bucket.jobs.conf': '[a]\nMEMORY = "64 MB" # enough\n"CPU" = "5"\n\n[b]\nCPU = "1"\ncpu = "2"\n',
  'workspace/bucket.jobs.big.conf': 'a = { MEMORY = "1 GB", memory = "2 GB" }\n',
  [`${JOB}/Makefile`]: '',
  [`${JOB}/x.conf.tpl`]:
    'ü {{ get "maand" "activejobs" }} {{- getJob "b" "deploy_order" | split "," -}}\n{{/* get "maand" "x" */}} get "maand"\n',
  [`${JOB}/_modules/command_x.py`]: 'x',
  [`${JOB}/_modules/library.py`]: 'l',
  [`${JOB}/_modules/.venv/bin/python3`]: '',
  [AT]: `{
  "commands": {
    "command_x" : {"executed_on":["direct", "cli"], "depends_on": {"job": "b", "command": "command_y"}},
    "hook_z": { "executed_on": [ "direct" ], "demands": {"job":"","hook":""} }
  },
  "update_parallel_count": 4, "deploy_parallel_count": 2,
  "max_concurrent_upgrades": 3,
  "version": "1"
}
`,
  [`${JOB}/_modules/hook_z.ts`]: '',
  'workspace/jobs/b/Makefile': '',
  'workspace/jobs/b/_hooks/hook_y.py': '',
  'workspace/jobs/b/manifest.json':
    '{"version":"1","selectors":["worker"],"hooks":{"hook_y":{"executed_on":["cli"]}},"commands":{"command_w":{"executed_on":["direct"]}}}',
  'workspace/jobs/b/_hooks/hook_w.js': '',
};

describe('a workspace in older words', () => {
  it('is rewritten with as few changes as possible', async () => {
    const bucketDir = await makeBucket(OLDER);
    const done = await fix(bucketDir);
    expect(await everything(bucketDir)).toEqual({
      'maand.conf': '',
      ...WORKERS,
      'workspace/workers.staging.json': '[\n  { "host": "10.0.0.9", "labels": ["a"] } ]',
      'workspace/bucket.conf': '# ports\nport_range = "30500,31000" # the last\ndomain = "example.org"\n',
      'workspace/bucket.jobs.conf': '[a]\nmemory = "64 MB" # enough\n"cpu" = "5"\n\n[b]\ncpu = "2"\n',
      'workspace/bucket.jobs.big.conf': 'a = { memory = "2 GB" }\n',
      [`${JOB}/Makefile`]: '',
      [`${JOB}/x.conf.tpl`]:
        'ü {{ get "maand/bucket" "active_jobs" }} {{- getJob "b" "rollout_order" | split "," -}}\n{{/* get "maand" "x" */}} get "maand"\n',
      [`${JOB}/_hooks/hook_x.py`]: 'x',
      [`${JOB}/_hooks/hook_z.ts`]: '',
      [`${JOB}/_hooks/library.py`]: 'l',
      [`${JOB}/_hooks/.venv/bin/python3`]: '',
      [AT]: `{
  "hooks": {
    "hook_x" : {"executed_on":["cli"], "demands": {"job": "b", "hook": "hook_y"}},
    "hook_z": { "executed_on": [ "cli" ] }
  }, "max_concurrent_starts": 2,
  "max_concurrent_upgrades": 3,
  "version": "1"
}
`,
      'workspace/jobs/b/Makefile': '',
      'workspace/jobs/b/_hooks/hook_y.py': '',
      'workspace/jobs/b/_hooks/hook_w.js': '',
      'workspace/jobs/b/manifest.json':
        '{"version":"1","selectors":["worker"],"hooks":{"hook_y":{"executed_on":["cli"]},"hook_w":{"executed_on":["cli"]}}}',
    });
    expect(done).toContain(`${AT}:6:3 update_parallel_count removed, max_concurrent_upgrades is present too`);
    expect(done).toContain(`${JOB}/_modules:1:1 _modules/ -> _hooks/`);
    expect(done).toHaveLength(24);
  });

  it('means the same after the fix, without a warning, and a second fix has nothing to do', async () => {
    const bucketDir = await makeBucket(OLDER);
    const before = await built(bucketDir);
    expect(before.findings).toContain(
      'manifest.json of job a: "update_parallel_count" is an older word for "max_concurrent_upgrades", which is present too, with another value, and is used',
    );
    await fix(bucketDir);
    const after = await built(bucketDir);
    expect(after).toEqual({ ...before, findings: [] });
    const texts = await everything(bucketDir);
    expect(await fix(bucketDir)).toEqual([]);
    expect(await everything(bucketDir)).toEqual(texts);
  });

  it('means the same after every step, so that an interrupted fix can be run again', async () => {
    const bucketDir = await makeBucket(OLDER);
    const before = await built(bucketDir);
    const plan = await planFix(await surveyWorkspace(bucketDir));
    for (const [at] of [...plan.moves, ...plan.rewrites].entries()) {
      const moves = plan.moves.slice(at, at + 1);
      const rewrites = plan.rewrites.slice(Math.max(0, at - plan.moves.length), at - plan.moves.length + 1);
      await applyFix({ ...plan, moves, rewrites: at < plan.moves.length ? [] : rewrites });
      expect({ ...(await built(bucketDir)), findings: [] }).toEqual({ ...before, findings: [] });
    }
    expect((await built(bucketDir)).findings).toEqual([]);
  });

  it('keeps unfinished texts out of the jobs, and removes those that a killed run left', async () => {
    const bucketDir = await makeBucket({ [AT]: '{"commands":{}}', [`${JOB}/Makefile`]: '' });
    const before = await built(bucketDir);
    const plan = await planFix(await surveyWorkspace(bucketDir));
    await addFiles(bucketDir, { [`${relative(bucketDir, plan.draftFolder)}/.manifest.json.0123456789ab`]: '{' });
    expect({ ...(await built(bucketDir)), findings: [] }).toEqual({ ...before, findings: [] });
    const seen: string[] = [];
    const watcher = watch(join(bucketDir, JOB));
    watcher.on('change', (_kind, name) => seen.push(String(name)));
    await applyFix(plan);
    await expect.poll(() => seen).toContain('manifest.json');
    watcher.close();
    expect(new Set(seen)).toEqual(new Set(['manifest.json']));
    expect(await readdir(join(bucketDir, 'workspace'))).not.toContain(basename(plan.draftFolder));
  });

  it('keeps modes, line ends and a byte order mark', async () => {
    const bucketDir = await makeBucket({
      [AT]: '\ufeff{\r\n  "commands": {}\r\n}\r\n',
      'workspace/bucket.conf': 'a = "1"\r\nport_min = "1"\r\nport_max = "2"\r\n',
      [`${JOB}/Makefile`]: '',
    });
    await chmod(join(bucketDir, AT), 0o640);
    await fix(bucketDir);
    expect(await readFile(join(bucketDir, AT), 'utf8')).toBe('\ufeff{\r\n  "hooks": {}\r\n}\r\n');
    expect((await stat(join(bucketDir, AT))).mode & 0o777).toBe(0o640);
    expect(await readFile(join(bucketDir, 'workspace/bucket.conf'), 'utf8')).toBe('a = "1"\r\nport_range = "1,2"\r\n');
  });

  it('writes through a link that stays in the job, and leaves it a link', async () => {
    const bucketDir = await makeBucket({ [`${JOB}/shared.json`]: '{"commands":{}}', [`${JOB}/Makefile`]: '' });
    await symlink('shared.json', join(bucketDir, AT));
    await fix(bucketDir);
    expect(await readlink(join(bucketDir, AT))).toBe('shared.json');
    expect(await readFile(join(bucketDir, `${JOB}/shared.json`), 'utf8')).toBe('{"hooks":{}}');
  });

  it('keeps vars.toml, whose entries go to another namespace than those of vars.conf', async () => {
    const bucketDir = await makeBucket({ [AT]: '{}', [`${JOB}/Makefile`]: '', [`${JOB}/vars.toml`]: 'x = "1"\n' });
    expect(await fix(bucketDir)).toEqual([]);
    expect((await built(bucketDir)).findings).toEqual([
      'job a: vars.toml is the older form of vars.conf; --fix does not rename it, since their entries go to different namespaces',
    ]);
  });
});

describe('a fix is refused as a whole', () => {
  async function refused(bucketDir: string): Promise<readonly string[]> {
    const before = await everything(bucketDir);
    const plan = await planFix(await surveyWorkspace(bucketDir));
    expect(await everything(bucketDir)).toEqual(before);
    return messages(plan.refusals);
  }

  it('when something would be overwritten or cannot be read, with every reason', async () => {
    const bucketDir = await makeBucket({
      [AT]: '{"commands":{"command_x":{"executed_on":["cli"]}}}',
      [`${JOB}/Makefile`]: '',
      [`${JOB}/_hooks/command_x.py`]: '',
      [`${JOB}/_hooks/hook_x.py`]: '',
      'workspace/jobs/b/manifest.json': '{"commands":',
      'workspace/jobs/b/Makefile': '',
      'workspace/jobs/c/manifest.json': '{"update_parallel_count":1,"update_parallel_count":2}',
      'workspace/jobs/c/Makefile': '',
      'workspace/jobs/d/manifest.json': '{}',
      'workspace/jobs/d/Makefile': '',
      'workspace/jobs/d/_hooks/x.py': '',
      'workspace/jobs/d/_modules/x.py': '',
      'workspace/workers.staging.json': '[',
    });
    expect(await refused(bucketDir)).toEqual([
      'invalid manifest.json: job b: a value is expected',
      'invalid job: job d has both _hooks/ and its older name _modules/',
      'invalid worker.json: a closing bracket is expected',
      `cannot rename ${JOB}/_hooks/command_x.py: ${JOB}/_hooks/hook_x.py is there already`,
      'cannot rewrite workspace/jobs/c/manifest.json: a key appears twice in it, so its meaning is not certain',
    ]);
  });

  it('when it leads out of the bucket', async () => {
    const outside = await temporaryFolder();
    await addFiles(outside, {
      'jobs/a/manifest.json': '{"commands":{}}',
      'jobs/a/Makefile': '',
      'bucket.conf': 'port_min = "1"\n',
    });
    const bucketDir = await temporaryFolder();
    await mkdir(join(bucketDir, '.git'));
    await writeFile(join(bucketDir, 'maand.conf'), '');
    await symlink(outside, join(bucketDir, 'workspace'));
    const plan = await planFix(await surveyWorkspace(bucketDir));
    expect(plan.refusals.length).toBeGreaterThan(0);
    expect(plan.rewrites).toEqual([]);
    expect((await lstat(join(outside, 'jobs/a/manifest.json'))).isFile()).toBe(true);
  });
});

describe('a workspace in any mix of older words', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const demand = fc.oneof(
    fc.constant({ job: '', command: '' }),
    fc.record({ job: fc.constant('b'), command: word.map((name) => `command_${name}`) }),
    fc.record({
      job: fc.constant('b'),
      hook: word.map((name) => `hook_${name}`),
      command: word.map((name) => `command_${name}`),
    }),
  );
  const hook = fc.record(
    {
      executed_on: fc.array(fc.constantFrom('direct', 'cli', 'pre_deploy'), { minLength: 1, maxLength: 4 }),
      depends_on: demand,
      demands: demand,
    },
    { requiredKeys: ['executed_on'] },
  );
  const list = (prefix: string) =>
    fc
      .uniqueArray(fc.tuple(word, hook), { selector: ([name]) => name, maxLength: 3 })
      .map((pairs) =>
        Object.fromEntries(pairs.map(([name, value]) => [`${prefix}_${name}${prefix === 'hook' ? '1' : ''}`, value])),
      );
  const count = fc.integer({ min: 1, max: 3 });
  const manifest = fc.record(
    {
      commands: list('command'),
      hooks: list('hook'),
      update_parallel_count: count,
      max_concurrent_upgrades: count,
      deploy_parallel_count: count,
      version: fc.constant('1'),
    },
    { requiredKeys: ['version'] },
  );

  it('has the same catalog after it was rewritten in current words', async () => {
    const scripts = ['a', 'b', 'c', 'a1', 'b1', 'c1'].map((name) => [`${JOB}/_modules/hook_${name}.py`, ''] as const);
    await fc.assert(
      fc.asyncProperty(
        manifest,
        fc.constantFrom(undefined, 1, '\t'),
        fc.infiniteStream(fc.nat(9)),
        async (written, indent, dice) => {
          const entries = Object.entries(written).map((entry) => ({ entry, at: dice.next().value as number }));
          entries.sort((a, b) => a.at - b.at);
          const text = JSON.stringify(Object.fromEntries(entries.map(({ entry }) => entry)), undefined, indent);
          const bucketDir = await makeBucket({
            ...WORKERS,
            ...Object.fromEntries(scripts),
            [AT]: text,
            [`${JOB}/Makefile`]: '',
          });
          const before = await built(bucketDir);
          await fix(bucketDir);
          const after = await built(bucketDir);
          const demanded = before.findings.filter((finding) => !/older|can be left out/.test(finding));
          expect(after).toEqual({ ...before, findings: demanded });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same catalog for the fixture', async () => {
    const bucketDir = await copyBucket('older-words');
    const before = await built(bucketDir);
    await fix(bucketDir);
    expect(await built(bucketDir)).toEqual({ ...before, findings: [] });
  });
});
