import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion } from '../../../src/grammar/version.ts';
import { changedPaths, chooseLifecycle } from '../../../src/plan/changes.ts';
import { CaseBucket, type CaseFiles } from '../../support/case-bucket.ts';

const everywhere = { selectors: ['worker'] };

/** Returns the errors for a job `a` with this manifest. */
async function refusal(manifest: unknown, files: CaseFiles['files'] = {}): Promise<readonly string[]> {
  return (await CaseBucket.create()).refused({ jobs: { a: manifest }, files });
}

async function accepted(manifest: unknown, files: CaseFiles['files'] = {}): Promise<CaseBucket> {
  const bucket = await CaseBucket.create({ workers: [{ host: '10.0.0.1', memory: '1 TB', cpu: '100 GHZ' }] });
  await bucket.build({ jobs: { a: manifest }, files });
  return bucket;
}

const script = (name: string) => `workspace/jobs/a/_hooks/${name}`;
const withHook = (hook: object, name = 'hook_x') => ({ ...everywhere, hooks: { [name]: hook } });

describe('manifest', () => {
  it('a folder without manifest.json is not a job', async () => {
    const bucket = await CaseBucket.create({ files: { 'workspace/jobs/notes/README.md': 'x' } });
    expect((await bucket.build()).json.jobs).toEqual([]);
  });

  it('a Makefile or a template for a Makefile is required', async () => {
    const makefile = 'workspace/jobs/a/Makefile';
    expect(await refusal(everywhere, { [makefile]: undefined })).toEqual([
      'ErrInvalidJob: invalid job: job a, Makefile or Makefile.tpl not found',
    ]);
    await accepted(everywhere, { [makefile]: undefined, [`${makefile}.tpl`]: '' });
  });

  it('the error for malformed JSON names the job and the mistake', async () => {
    expect(await refusal('{"selectors":["worker"],')).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a: a property name in double quotes is expected',
    ]);
  });

  it('data, logs and bin are reserved', async () => {
    const files = { 'workspace/jobs/a/data/x': '', 'workspace/jobs/a/logs': 'a file', 'workspace/jobs/a/bin/tool': '' };
    expect(await refusal(everywhere, files)).toEqual([
      'ErrInvalidJob: invalid job: job a, bin directory is reserved',
      'ErrInvalidJob: invalid job: job a, data directory is reserved',
      'ErrInvalidJob: invalid job: job a, logs directory is reserved',
    ]);
  });

  it('the lower bound must not exceed the upper one', async () => {
    const bounds = (kind: string, min: string, max: string) => ({ ...everywhere, resources: { [kind]: { min, max } } });
    await accepted(bounds('cpu', '12', '12'));
    await accepted(bounds('memory', '12', '13'));
    expect(await refusal(bounds('cpu', '12', '11'))).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a minCPUMhz > maxCPUMhz',
    ]);
    expect(await refusal(bounds('memory', '12', '11'))).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a minMemoryMb > maxMemoryMb',
    ]);
  });

  it('without an upper bound, the lower bound is also the upper bound', async () => {
    const resources = { cpu: { min: '12 GHz' }, memory: { min: '12 GB' } };
    const bucket = await accepted({ ...everywhere, resources });
    expect(await bucket.kv('maand/job/a')).toMatchObject({
      min_cpu_mhz: '12000',
      max_cpu_mhz: '12000',
      min_memory_mb: '12288',
      max_memory_mb: '12288',
    });
  });

  it('an unknown restart_policy is refused', async () => {
    expect(await refusal({ ...everywhere, restart_policy: 'bounce' })).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a restart_policy must be one of always, reload, never (got "bounce")',
    ]);
  });

  it('restart_globs require the policy reload and must be globs', async () => {
    const globs = (restart_policy: string, glob: string) => ({ ...everywhere, restart_policy, restart_globs: [glob] });
    expect(await refusal(globs('always', 'Makefile'))).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a restart_globs requires restart_policy reload',
    ]);
    await accepted(globs('reload', 'Makefile'));
    expect(await refusal(globs('reload', '['))).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a restart_globs: invalid glob pattern "["',
    ]);
  });

  it('a probe must name its target', async () => {
    const probing = (...checks: object[]) => ({ ...everywhere, health_check: { checks } });
    expect(await refusal(probing({ type: 'tcp', port: 'web_port' }, { type: 'ssh' }))).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a health_check.checks[0] port "web_port" not in resources.ports',
      'ErrInvalidManifest: invalid manifest.json: job a health_check.checks[1] ssh probe requires command',
    ]);
  });

  it('probes beside a health_check hook are refused, unless the bucket allows them', async () => {
    const manifest = {
      ...withHook({ executed_on: ['health_check'] }),
      health_check: { checks: [{ type: 'ssh', command: 'true' }] },
    };
    const files = { [script('hook_x.py')]: '' };
    expect(await refusal(manifest, files)).toEqual([
      'ErrInvalidManifest: invalid manifest.json: job a has health_check.checks and hook_x for the event health_check: only one of them may check health',
    ]);
    const allowing = await CaseBucket.create({ jobs: { a: manifest }, files });
    const settings = await allowing.read('maand.conf');
    await allowing.build({ files: { 'maand.conf': `${settings}allow_probes_with_hook = true\n` } });
    expect((await allowing.job('a')).healthCheck?.checks).toHaveLength(1);
  });

  it('the wait settings also apply to a hook', async () => {
    const manifest = {
      ...withHook({ executed_on: ['health_check'] }),
      health_check: { timeout_seconds: 7, wait: { attempts: 3, interval_seconds: 2 } },
    };
    const bucket = await accepted(manifest, { [script('hook_x.py')]: '' });
    expect((await bucket.job('a')).healthCheck).toMatchObject({
      checks: [],
      attempts: 3,
      intervalMs: 2000,
      timeoutMs: 7000,
    });
  });

  it('the name of a hook begins with hook_', async () => {
    expect(await refusal(withHook({ executed_on: ['cli'] }, '1hook_x'))).toEqual([
      'ErrInvalidHookConfiguration: invalid hook configuration: job a, hook 1hook_x must begin with hook_ and hold letters, digits and "_"',
    ]);
  });

  it('a hook has events, and known ones', async () => {
    const files = { [script('hook_x.py')]: '' };
    expect(await refusal(withHook({}), files)).toEqual([
      'ErrInvalidHookConfiguration: invalid hook configuration: job a, hook hook_x missing executed_on',
    ]);
    expect(await refusal(withHook({ executed_on: ['sometimes'] }), files)).toEqual([
      'ErrInvalidHookConfiguration: invalid hook configuration: job a, hook hook_x invalid executed_on [sometimes]',
    ]);
  });

  it('a hook has one script', async () => {
    expect(await refusal(withHook({ executed_on: ['cli'] }))).toEqual([
      'ErrHookFileNotFound: job a hook hook_x: hook file not found: expected hook_x.py, hook_x.ts, or hook_x.js under workspace/jobs/a/_hooks',
    ]);
    const two = { [script('hook_x.py')]: '', [script('hook_x.ts')]: '' };
    expect(await refusal(withHook({ executed_on: ['cli'] }), two)).toEqual([
      'ErrInvalidHookConfiguration: job a hook hook_x: invalid hook configuration: multiple implementations for hook_x under workspace/jobs/a/_hooks (use only one of .py, .ts, .js)',
    ]);
  });

  it('a script may be TypeScript or JavaScript', async () => {
    for (const [extension, language] of [
      ['ts', 'typescript'],
      ['js', 'javascript'],
    ] as const) {
      const bucket = await accepted(withHook({ executed_on: ['cli'] }), { [script(`hook_x.${extension}`)]: '' });
      expect((await bucket.job('a')).hooks).toMatchObject([{ script: `_hooks/hook_x.${extension}`, language }]);
    }
  });

  it('each event of a start or stop has its own row', async () => {
    const events = ['after_allocation_started', 'after_allocation_stopped'];
    const bucket = await accepted(withHook({ executed_on: events }), { [script('hook_x.py')]: '' });
    expect((await bucket.maand('cat', 'hooks')).json).toMatchObject(
      events.map((event) => ({ job: 'a', hook: 'hook_x', executed_on: event })),
    );
  });

  it('new events replace the previous rows', async () => {
    const files = { [script('hook_x.py')]: '' };
    const bucket = await accepted(withHook({ executed_on: ['cli', 'pre_deploy'] }), files);
    await bucket.build({ jobs: { a: withHook({ executed_on: ['post_deploy'] }) } });
    expect((await bucket.maand('cat', 'hooks')).json).toMatchObject([{ hook: 'hook_x', executed_on: 'post_deploy' }]);
    expect((await bucket.maand('cat', 'hooks')).json).toHaveLength(1);
  });

  it('only valid texts are accepted as versions', () => {
    expect(parseVersion('2.1.0')).toMatchObject({ ok: true, value: { major: 2, minor: 1, patch: 0 } });
    expect(parseVersion('v1')).toMatchObject({ ok: true, value: { major: 1, minor: 0, patch: 0 } });
    expect(parseVersion('unknown').ok).toBe(false);
    expect(parseVersion('1.2.3.4').ok).toBe(false);
  });

  it('numbers compare by value, a prerelease is below its release', () => {
    const compare = (a: string, b: string) => {
      const [left, right] = [parseVersion(a), parseVersion(b)];
      if (!left.ok || !right.ok) throw new Error('no versions');
      return Math.sign(compareVersions(left.value, right.value));
    };
    expect(compare('1.2.0', '1.10.0')).toBe(-1);
    expect(compare('1.2.0-rc1', '1.2.0')).toBe(-1);
  });

  it('a job without demands needs no version', async () => {
    expect(await (await accepted(everywhere)).kv('maand/job/a')).toMatchObject({ version: '0.0.0' });
  });

  it('a malformed version is refused even without demands', async () => {
    expect(await refusal({ ...everywhere, version: 'banana' })).toEqual([
      'ErrInvalidJobVersion: job "a": invalid job version: "banana" (want [v]major[.minor[.patch]][-prerelease])',
    ]);
  });
});

describe('changes of files', () => {
  it('lists the differences between two lists of files', () => {
    const before = { Makefile: 'a', config: 'b' };
    const after = { Makefile: 'a2', config: 'b', rules: 'c' };
    expect(changedPaths(before, after)).toEqual(['Makefile', 'rules']);
  });

  it('finds the changes that match the globs', () => {
    const matched = (globs: string[], changed: string[]) =>
      chooseLifecycle({ policy: 'reload', globs, changed, syncOnly: false });
    expect(matched(['Makefile', 'bin/**'], ['config/app.toml', 'bin/runner', 'Makefile'])).toEqual({
      action: 'restart',
      matched: ['bin/runner', 'Makefile'],
    });
    expect(matched(['*.yaml'], ['rules/alerts.yaml']).matched).toEqual(['rules/alerts.yaml']);
    expect(matched(['*.yaml'], ['rules/alerts.yml'])).toEqual({ action: 'reload', matched: [] });
  });
});
