import { describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { makeBucket, messages, whereAndWhat } from './bucket-folder.ts';

async function read(files: Readonly<Record<string, string>>, options = {}) {
  const { workspace, diagnostics } = await readWorkspace({ bucketDir: await makeBucket(files), ...options });
  if (!workspace) throw new Error('no workspace');
  return { workspace, diagnostics };
}

describe('bucket.conf', () => {
  it.each([
    ['', 30_000, 39_999],
    ['port_range = " 1000 , 2000 "', 1000, 2000],
    ['port_range = "1,65535"', 1, 65_535],
    ['port_range = "5,5"', 5, 5],
  ])('%j is the pool %i–%i', async (text, min, max) => {
    const { workspace, diagnostics } = await read({ 'workspace/bucket.conf': text });
    expect(workspace.portPool).toEqual({ min, max });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['port_min = "31000"', 31_000, 39_999, 1],
    ['port_max = "31000"', 30_000, 31_000, 1],
    ['port_min = " "\nport_max = "31000"', 30_000, 31_000, 2],
    ['port_min = "1"\nport_range = "7,8"', 7, 8, 1],
  ])('%j is the pool %i–%i, in older words', async (text, min, max, warnings) => {
    const { workspace, diagnostics } = await read({ 'workspace/bucket.conf': text });
    expect(workspace.portPool).toEqual({ min, max });
    expect(diagnostics.map(({ severity }) => severity)).toEqual(Array.from({ length: warnings }, () => 'warning'));
  });

  it.each([
    ['port_range = "8,7"', '1:14', 'port_min=8 port_max=7'],
    ['port_range = "0,7"', '1:14', 'port_min=0 port_max=7'],
    ['port_range = "7,65536"', '1:14', 'port_min=7 port_max=65536'],
    ['port_range = "7"', '1:14', 'port_range "7"'],
    ['port_range = "7,8,9"', '1:14', 'port_range "7,8,9"'],
    ['port_range = "7,x"', '1:14', 'port_range "7,x"'],
    ['port_min = "x"', '1:12', 'port_min "x"'],
    ['port_max = "20000"', '1:12', 'port_min=30000 port_max=20000'],
  ])('%j is refused', async (text, place, detail) => {
    const { diagnostics } = await read({ 'workspace/bucket.conf': text });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(whereAndWhat)).toEqual([`error ErrInvalidPortRange workspace/bucket.conf:${place}`]);
    expect(messages(errors)).toEqual([`invalid port range in bucket.conf: ${detail}`]);
  });

  it('holds strings only', async () => {
    const text = 'a = 1\nb = "x"\nc = ["y"]\n[t]\nz = "1"\n__proto__ = "p"\n';
    const { workspace, diagnostics } = await read({ 'workspace/bucket.conf': text });
    expect(diagnostics.map(whereAndWhat)).toEqual([
      'error ErrInvalidBucketConf workspace/bucket.conf:1:5',
      'error ErrInvalidBucketConf workspace/bucket.conf:3:5',
      'error ErrInvalidBucketConf workspace/bucket.conf:4:2',
    ]);
    expect(diagnostics.map(({ hint }) => hint)).toEqual(['write "1"', undefined, undefined]);
    expect(workspace.bucketVars).toEqual({ b: 'x' });
    expect(workspace.bucketVars.constructor).toBeUndefined();
  });
});

describe('bucket.jobs.conf', () => {
  const both = {
    'workspace/bucket.jobs.conf': '[api]\nmemory = "1 GB"\n',
    'workspace/bucket.jobs.prod.conf': '[api]\ncpu = "1 GHZ"\n',
    'workspace/bucket.jobs.default.conf': '[api]\ncpu = "2 GHZ"\n',
  };

  it.each([
    ['', {}, 'bucket.jobs.conf'],
    ['job_config_selector = "prod"', {}, 'bucket.jobs.prod.conf'],
    ['job_config_selector = "prod"', { jobConfigSelector: 'default' }, 'bucket.jobs.default.conf'],
    ['', { jobConfigSelector: 'auto' }, 'bucket.jobs.conf'],
    ['', { jobConfigSelector: 'auto', environment: 'prod' }, 'bucket.jobs.prod.conf'],
    ['', { jobConfigSelector: 'auto', environment: 'default' }, 'bucket.jobs.default.conf'],
    ['job_config_selector = "auto"', { environment: 'prod' }, 'bucket.jobs.prod.conf'],
    ['', { environment: 'prod' }, 'bucket.jobs.conf'],
  ])('%j and %j choose one file', async (conf, options, file) => {
    const { workspace, diagnostics } = await read({ ...both, 'maand.conf': conf }, options);
    expect(diagnostics).toEqual([]);
    expect(workspace.jobConfig.file).toBe(`workspace/${file}`);
    expect(workspace.settings.jobConfigSelector).toBe(/jobs\.(.*)\.conf/.exec(file)?.[1] ?? '');
  });

  it('uses the plain file for the environment default, unless that environment has its own file', async () => {
    const files = { 'workspace/bucket.jobs.conf': both['workspace/bucket.jobs.conf'] };
    const { workspace } = await read(files, { jobConfigSelector: 'auto', environment: 'default' });
    expect(workspace.jobConfig.sections).toEqual({ api: { memory: '1 GB' } });
  });

  it('must exist when it is chosen', async () => {
    const { diagnostics } = await read({ 'maand.conf': 'job_config_selector = "prdo"' });
    expect(diagnostics.map(whereAndWhat)).toEqual(['error ErrInvalidBucketConf maand.conf:1:23']);
    expect(messages(diagnostics)).toEqual([
      'invalid bucket.conf: bucket conf workspace/bucket.jobs.prdo.conf does not exist, but job_config_selector is "prdo"',
    ]);
    const { diagnostics: asked } = await read({}, { jobConfigSelector: 'prod' });
    expect(asked.map(whereAndWhat)).toEqual(['error ErrInvalidBucketConf nowhere']);
  });

  it.each([
    ['x = "1"', '1:1', '"x" is outside the table of a job'],
    ['[api]\ntest = 1', '2:8', '[api] "test" must be a string (got 1)'],
    ['[api.more]\nx = "1"', '1:6', '[api] "more" must be a string (got a table)'],
    ['[api]\nmemory = "1 XB"', '2:10', '[api] unsupported memory unit "XB"'],
    ['[api]\ncpu = "-1"', '2:7', "[api] cpu can't be less than 0"],
    ['[api', '1:5', 'unterminated table-key'],
  ])('%j is refused', async (text, place, detail) => {
    const { diagnostics } = await read({ 'workspace/bucket.jobs.conf': text });
    expect(diagnostics.map(whereAndWhat)).toEqual([`error ErrInvalidBucketConf workspace/bucket.jobs.conf:${place}`]);
    const subject = 'invalid bucket.conf: bucket conf workspace/bucket.jobs.conf';
    expect(messages(diagnostics)[0]?.replace(': unterminated', ' unterminated')).toBe(`${subject} ${detail}`);
  });
});

describe('disabled.json', () => {
  it.each([
    ['{"jobs":{"a":{"workers":["x"]}}}', '1:15', 'jobs.a has the unknown field "workers"'],
    ['{"job":{}}', '1:2', 'has the unknown field "job"'],
    ['{"jobs":{"a":null}}', '1:14', 'jobs.a must be an object (got null)'],
    ['{"jobs":["a"]}', '1:9', 'jobs must be an object (got ["a"])'],
    ['{"workers":[1]}', '1:13', 'workers[0] must be a string (got 1)'],
    ['[]', '1:1', 'must be an object (got [])'],
    ['{', '1:2', 'a closing brace is expected'],
  ])('%s is refused', async (text, place, detail) => {
    const { diagnostics } = await read({ 'workspace/disabled.json': text });
    const errors = diagnostics.map((one) => `${whereAndWhat(one)} ${one.message}`);
    expect(errors[0]).toBe(
      `error ErrInvalidDisabledJSON workspace/disabled.json:${place} invalid disabled.json: ${detail}`,
    );
  });

  it('does not take a property of every object, such as constructor, for a job', async () => {
    const { workspace } = await read({ 'workspace/disabled.json': '{"jobs":{"__proto__":{}},"workers":null}' });
    expect(Object.keys(workspace.disabled.jobs)).toEqual(['__proto__']);
    expect(workspace.disabled.jobs.constructor).toBeUndefined();
  });
});
