import { describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { copyBucket, makeBucket, whereAndWhat } from './bucket-folder.ts';

const AT = 'workspace/jobs/a/manifest.json';

async function read(hooks: string, scripts: readonly string[] = ['hook_x.py']) {
  const files = Object.fromEntries(scripts.map((script) => [`workspace/jobs/a/_hooks/${script}`, '']));
  const bucketDir = await makeBucket({ [AT]: `{"hooks":${hooks}}`, 'workspace/jobs/a/Makefile': '', ...files });
  const { workspace, diagnostics } = await readWorkspace({ bucketDir });
  return { hooks: workspace?.jobs[0]?.hooks, diagnostics };
}

describe('hooks', () => {
  it.each([
    ['hook_x.py', 'python'],
    ['hook_x.ts', 'typescript'],
    ['hook_x.js', 'javascript'],
  ])('has its script in %s', async (script, language) => {
    const { hooks, diagnostics } = await read('{"hook_x":{"executed_on":["cli"]}}', [script, 'lib.py', 'hook_y.py']);
    expect(diagnostics).toEqual([]);
    expect(hooks).toEqual([
      {
        name: 'hook_x',
        events: ['cli'],
        demand: undefined,
        timeoutMs: undefined,
        script: `_hooks/${script}`,
        language,
      },
    ]);
  });

  it('keeps the order of the manifest and every event once', async () => {
    const { hooks, diagnostics } = await read(
      '{"hook_z":{"executed_on":["after_allocation_stopped","after_allocation_started","after_allocation_stopped"]},"hook_a":{"executed_on":["cli"],"timeout_seconds":5}}',
      ['hook_z.py', 'hook_a.py'],
    );
    expect(diagnostics).toEqual([]);
    expect(hooks).toMatchObject([
      { name: 'hook_z', events: ['after_allocation_stopped', 'after_allocation_started'] },
      { name: 'hook_a', timeoutMs: 5000 },
    ]);
  });

  it.each([
    [
      '{"1hook_x":{"executed_on":["cli"]}}',
      'ErrInvalidHookConfiguration 1:11',
      'invalid hook configuration: job a, hook 1hook_x must begin with hook_ and hold letters, digits and "_"',
    ],
    [
      '{"hook_x":{}}',
      'ErrInvalidHookConfiguration 1:20',
      'invalid hook configuration: job a, hook hook_x missing executed_on',
    ],
    [
      '{"hook_x":{"executed_on":[]}}',
      'ErrInvalidHookConfiguration 1:35',
      'invalid hook configuration: job a, hook hook_x missing executed_on',
    ],
    [
      '{"hook_x":{"executed_on":["sometimes"]}}',
      'ErrInvalidHookConfiguration 1:36',
      'invalid hook configuration: job a, hook hook_x invalid executed_on [sometimes]',
    ],
    [
      '{"hook_x":{"executed_on":"cli"}}',
      'ErrInvalidHookConfiguration 1:35',
      'invalid hook configuration: job a, hook hook_x executed_on must be a list (got "cli")',
    ],
    [
      '{"hook_x":null}',
      'ErrInvalidHookConfiguration 1:20',
      'invalid hook configuration: job a, hook hook_x must be an object (got null)',
    ],
    ['[]', 'ErrInvalidHookConfiguration 1:10', 'invalid manifest.json: job a hooks must be an object (got [])'],
    [
      '{"hook_x":{"executed_on":["cli"],"timeout_seconds":0}}',
      'ErrInvalidHookConfiguration 1:61',
      'invalid hook configuration: job a, hook hook_x timeout_seconds must be between 1 and 604800 (got 0)',
    ],
    [
      '{"hook_gone":{"executed_on":["cli"]}}',
      'ErrHookFileNotFound 1:11',
      'job a hook hook_gone: hook file not found: expected hook_gone.py, hook_gone.ts, or hook_gone.js under workspace/jobs/a/_hooks',
    ],
  ])('%s is refused', async (text, codeAndPlace, message) => {
    const { diagnostics } = await read(text);
    const [code, place] = codeAndPlace.split(' ');
    expect(diagnostics.map(whereAndWhat)).toEqual([`error ${code} ${AT}:${place}`]);
    expect(diagnostics).toMatchObject([{ message, job: 'a' }]);
  });

  it('must have exactly one script', async () => {
    const { diagnostics } = await read('{"hook_x":{"executed_on":["cli"]}}', ['hook_x.py', 'hook_x.ts']);
    expect(diagnostics).toMatchObject([
      {
        code: 'ErrInvalidHookConfiguration',
        place: { line: 1, column: 11 },
        message:
          'job a hook hook_x: invalid hook configuration: multiple implementations for hook_x under workspace/jobs/a/_hooks (use only one of .py, .ts, .js)',
      },
    ]);
  });

  it('keeps an invalid hook, so that a demand for it is not reported as a second mistake', async () => {
    const { hooks } = await read('{"hook_gone":{"executed_on":["sometimes"]}}');
    expect(hooks).toMatchObject([{ name: 'hook_gone', events: [] }]);
  });
});

describe('demands', () => {
  const demanding = (demands: string) => `{"hook_x":{"executed_on":["cli"],"demands":${demands}}}`;

  it('are trimmed, and their configuration may hold any fields', async () => {
    const { hooks, diagnostics } = await read(
      demanding('{"job":" db ","hook":" hook_y ","config":{"min_version":2,"x":{"Hook":null},"__proto__":1}}'),
    );
    expect(diagnostics).toEqual([]);
    expect(hooks?.[0]?.demand).toEqual({
      job: 'db',
      hook: 'hook_y',
      minVersion: '2',
      maxVersion: undefined,
      config: JSON.parse('{"min_version":2,"x":{"Hook":null},"__proto__":1}'),
    });
  });

  const bound = (name: string, value: string) =>
    demanding(`{"job":"db","hook":"hook_y","config":{"${name}":${value}}}`);

  it.each([
    [
      demanding('{"job":"db"}'),
      'ErrInvalidHookDemand 1:53',
      'invalid hook demand: job a hook hook_x demands.job and demands.hook must both be set',
    ],
    [
      demanding('{"hook":"hook_y","job":" "}'),
      'ErrInvalidHookDemand 1:53',
      'invalid hook demand: job a hook hook_x demands.job and demands.hook must both be set',
    ],
    [
      demanding('{"job":1,"hook":"hook_y"}'),
      'ErrInvalidHookDemand 1:60',
      'invalid hook demand: job a hook hook_x demands.job must be a string (got 1)',
    ],
    [
      demanding('[]'),
      'ErrInvalidHookDemand 1:53',
      'invalid hook demand: job a hook hook_x demands must be an object (got [])',
    ],
    [
      demanding('{"job":" a ","hook":"hook_y"}'),
      'ErrInvalidHookConfiguration 1:60',
      'invalid hook configuration: job a, hook hook_x invalid configuration, self referencing',
    ],
    [
      bound('min_version', '2.5'),
      'ErrInvalidJobVersion 1:105',
      'job a hook hook_x: demands.config.min_version: invalid job version: 2.5',
    ],
    [
      bound('min_version', '-1'),
      'ErrInvalidJobVersion 1:105',
      'job a hook hook_x: demands.config.min_version: invalid job version: -1',
    ],
    [
      bound('max_version', 'null'),
      'ErrInvalidJobVersion 1:105',
      'job a hook hook_x: demands.config.max_version: invalid job version: null',
    ],
    [
      bound('max_version', 'true'),
      'ErrInvalidJobVersion 1:105',
      'job a hook hook_x: demands.config.max_version: invalid job version: true',
    ],
    [
      bound('max_version', '""'),
      'ErrInvalidJobVersion 1:105',
      'job a hook hook_x: demands.config.max_version: invalid job version: "" (want [v]major[.minor[.patch]][-prerelease])',
    ],
    [
      bound('min_version', '3,"max_version":"2.9"'),
      'ErrInvalidHookConfiguration 1:105',
      'invalid hook configuration: job a hook hook_x: min_version 3 > max_version 2.9',
    ],
  ])('%s is refused', async (text, codeAndPlace, message) => {
    const { diagnostics } = await read(text);
    const [code, place] = codeAndPlace.split(' ');
    expect(diagnostics.map(whereAndWhat)).toEqual([`error ${code} ${AT}:${place}`]);
    expect(diagnostics).toMatchObject([{ message, job: 'a' }]);
  });
});

describe('older words', () => {
  it('are translated, each with one warning at its place', async () => {
    const { workspace, diagnostics } = await readWorkspace({ bucketDir: await copyBucket('older-words') });
    expect(diagnostics.map((one) => `${whereAndWhat(one)} ${one.message}`)).toEqual([
      'warning ErrInvalidBucketConf workspace/bucket.conf:1:1 bucket.conf: "port_min" is an older word for "port_range"',
      'warning ErrInvalidBucketConf workspace/bucket.conf:2:1 bucket.conf: "port_max" is an older word for "port_range"',
      'warning ErrInvalidManifest workspace/jobs/api/_hooks/command_migrate.py:1:1 job api: command_migrate.py is an older name for hook_migrate.py',
      ...[
        '4:3 manifest.json of job api: "update_parallel_count" is an older word for "max_concurrent_upgrades"',
        '5:3 manifest.json of job api: "deploy_parallel_count" is an older word for "max_concurrent_starts"',
        '6:3 manifest.json of job api: "commands" is an older word for "hooks"',
        '7:5 manifest.json of job api: "command_migrate" is an older word for "hook_migrate"',
        '9:36 manifest.json of job api: "command" is an older word for "hook"',
        '11:5 manifest.json of job api: "command_seed" is an older word for "hook_seed"',
        '13:18 manifest.json of job api: "demands" without job and hook mean no demand and can be left out',
      ].map((line) => `warning ErrInvalidManifest workspace/jobs/api/manifest.json:${line}`),
    ]);
    expect(workspace?.portPool).toEqual({ min: 30_100, max: 30_200 });
    const [api] = workspace?.jobs ?? [];
    expect(api).toMatchObject({ maxConcurrentUpgrades: 2, maxConcurrentStarts: 3 });
    expect(api?.hooks).toMatchObject([
      {
        name: 'hook_migrate',
        script: '_hooks/command_migrate.py',
        demand: { job: 'queue', hook: 'hook_ready', config: {} },
      },
      { name: 'hook_seed', script: '_hooks/hook_seed.js', demand: undefined },
    ]);
    expect(api?.placeOf(['hooks', 'hook_migrate', 'demands', 'hook'])).toMatchObject({ line: 9, column: 47 });
  });

  it('are joined with today’s words in one list, and today’s words win', async () => {
    const bucketDir = await makeBucket({
      [AT]: '{"hooks":{"hook_a":{"executed_on":["cli"]}},"commands":{"command_b":{"executed_on":["cli"]}},"update_parallel_count":5,"max_concurrent_upgrades":2}',
      'workspace/jobs/a/Makefile': '',
      'workspace/jobs/a/_hooks/hook_a.py': '',
      'workspace/jobs/a/_hooks/hook_b.py': '',
    });
    const { workspace, diagnostics } = await readWorkspace({ bucketDir });
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning', 'warning', 'warning']);
    expect(workspace?.jobs).toMatchObject([
      { maxConcurrentUpgrades: 2, hooks: [{ name: 'hook_a' }, { name: 'hook_b', script: '_hooks/hook_b.py' }] },
    ]);
  });

  it('cannot name a hook that exists already', async () => {
    const { diagnostics } = await read('{"hook_x":{"executed_on":["cli"]},"command_x":{"executed_on":["cli"]}}');
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(whereAndWhat)).toEqual([
      `error ErrInvalidHookConfiguration ${AT}:1:44`,
    ]);
  });

  it('are refused like today’s words when they are of the wrong type', async () => {
    const bucketDir = await makeBucket({ [AT]: '{"commands":[1]}', 'workspace/jobs/a/Makefile': '' });
    const { diagnostics } = await readWorkspace({ bucketDir });
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(whereAndWhat)).toEqual([
      `error ErrInvalidHookConfiguration ${AT}:1:13`,
    ]);
  });
});
