import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTexts, refuseMisspelledInputs, secretTexts, toRequest } from '../../../src/action/inputs.ts';
import { outputNames } from '../../../src/action/outputs.ts';
import { Failure } from '../../../src/base/failure.ts';
import { OPTIONS } from '../../../src/request/option-table.ts';

interface ActionManifest {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: Readonly<Record<string, string>>;
  readonly branding: Readonly<Record<string, string>>;
}

const manifest: ActionManifest = parse(await readFile(join(import.meta.dirname, '../../../action.yml'), 'utf8'));
const variable = (name: string) => `INPUT_${name.toUpperCase()}`;

afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('INPUT_')) delete process.env[name];
});

/** Sets the input variables as the runner does: first the defaults of `action.yml`, then the inputs of the workflow. */
function setInputs(given: Readonly<Record<string, string>>): void {
  for (const [name, { default: fallback = '' }] of Object.entries(manifest.inputs)) {
    process.env[variable(name)] = fallback;
  }
  for (const [name, text] of Object.entries(given)) process.env[variable(name)] = text;
}

function read(given: Readonly<Record<string, string>>) {
  setInputs(given);
  return toRequest(readTexts(), { workingDirectory: '/ws', home: '/home/me' });
}

function failureOf(given: Readonly<Record<string, string>>): Failure {
  try {
    read(given);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('these inputs are fine');
}

const KEYED = { 'state-key': 'seal', state: 'file:/state' };

describe('action.yml', () => {
  it('has every input of the table, described', () => {
    const names = OPTIONS.filter(({ only }) => only === undefined).map(({ name }) => name);
    expect(Object.keys(manifest.inputs).sort()).toEqual(names.sort());
    for (const { description } of Object.values(manifest.inputs)) expect(description).toMatch(/\.$/);
  });

  it('reports only options that are not available', () => {
    const named = Object.entries(manifest.inputs).filter(([, { description }]) =>
      description.includes('Not available'),
    );
    const missing = OPTIONS.filter((option) => option.missing && option.only === undefined);
    expect(named.map(([name]) => name).sort()).toEqual(missing.map(({ name }) => name).sort());
  });

  it('has every output, described', () => {
    expect(Object.keys(manifest.outputs)).toEqual(outputNames());
    for (const { description } of Object.values(manifest.outputs)) expect(description).toMatch(/\.$/);
  });

  it('starts the built files, and always cleans up', () => {
    expect(manifest.runs).toEqual({
      using: 'node24',
      main: 'dist/index.js',
      post: 'dist/post.js',
      'post-if': 'always()',
    });
    expect(manifest.branding).toMatchObject({ icon: expect.any(String), color: expect.any(String) });
  });

  it('has the defaults of the contract', () => {
    const defaults = Object.entries(manifest.inputs).flatMap(([name, { default: text }]) =>
      text === undefined ? [] : [[name, text]],
    );
    expect(Object.fromEntries(defaults)).toEqual({
      command: 'deploy',
      bucket: '.',
      'dry-run': 'false',
      force: 'false',
      'sync-only': 'false',
      'trust-state': 'false',
      'allow-downgrade': 'false',
      wait: 'false',
      verbose: 'false',
      'health-check': 'false',
      environment: 'default',
      'host-key-policy': 'strict',
      initialize: 'auto',
      'lock-wait': '0',
      'log-format': 'text',
      comment: 'false',
      'github-token': expect.stringContaining('github.token'),
    });
  });
});

describe('inputs', () => {
  it('deploy with a build by default', () => {
    const { request, logFormat, notices } = read(KEYED);
    expect(request).toMatchObject({
      command: 'deploy',
      bucket: '.',
      flags: { build: true, dryRun: false, force: false },
      filters: { jobs: [], workers: [] },
      state: { location: { kind: 'file', folder: '/state' }, key: 'seal', initialize: 'auto', lockWaitMs: 0 },
      environment: 'default',
      hookTimeoutMs: undefined,
      parallelWorkers: undefined,
    });
    expect([logFormat, notices]).toEqual(['text', []]);
  });

  it('keep the line breaks of keys and known_hosts', () => {
    const { request } = read({ ...KEYED, 'ssh-private-key': '-----BEGIN\r\nx\n', 'known-hosts': ' h ssh-ed25519 A\n' });
    expect(request.connection).toMatchObject({ privateKey: '-----BEGIN\r\nx\n', knownHosts: ' h ssh-ed25519 A\n' });
  });

  it.each([
    ['api,web', ['api', 'web']],
    [' api \n web,\n', ['api', 'web']],
    ['', []],
  ])('take %j for a list', (jobs, list) => expect(read({ ...KEYED, jobs }).request.filters.jobs).toEqual(list));

  it.each([
    ['true', true],
    ['TRUE', true],
    ['False', false],
    ['', false],
  ])('take %j for a boolean', (force, value) => expect(read({ ...KEYED, force }).request.flags.force).toBe(value));

  it.each([
    [{ command: 'hooks', hook: 'hook_x', args: 'api' }, 'hooks', ['hook_x', 'api']],
    [{ command: 'cat', args: 'kv get maand/job/api "a key"' }, 'cat', ['kv', 'get', 'maand/job/api', 'a key']],
    [{ command: 'cat deployments' }, 'cat', ['deployments']],
    [{ command: 'health-check', wait: 'true' }, 'health_check', []],
  ])('find command and operands in %j', (given, command, operands) => {
    expect(read({ ...KEYED, ...given }).request).toMatchObject({ command, operands });
  });

  it('read flags from args', () => {
    expect(read({ ...KEYED, command: 'cat', args: 'kv --active --jobs api' }).request).toMatchObject({
      flags: { active: true },
      filters: { jobs: ['api'] },
    });
    expect(failureOf({ ...KEYED, args: '--json' }).message).toContain('input json is for the command line');
  });

  it('only validate without a state-key', () => {
    const { request, notices } = read({ command: 'build' });
    expect(request).toMatchObject({ command: 'build', flags: { check: true } });
    expect(notices).toEqual(['build without a state-key only validates: nothing is saved']);
    expect(read({ ...KEYED, command: 'build' })).toMatchObject({ request: { flags: { check: false } }, notices: [] });
    expect(read({ command: 'build', args: '--check' }).notices).toEqual([]);
  });

  it.each([[{ command: 'plan' }], [{ command: 'validate' }], [{ command: 'deploy', 'dry-run': 'true' }]])(
    'need neither key nor place for %j',
    (given) => expect(read(given).request.state).toMatchObject({ location: undefined, key: undefined }),
  );

  it.each([
    ['', undefined],
    ['cache', { kind: 'cache' }],
    ['workers', { kind: 'workers' }],
    ['file:/state', { kind: 'file', folder: '/state' }],
  ])('read state: %s', (state, location) => {
    expect(read({ ...KEYED, state }).request.state.location).toEqual(location);
  });

  it.each(OPTIONS.filter(({ missing, only }) => missing && only === undefined).map(({ name, kind }) => [name, kind]))(
    'refuse %s, which is not there yet',
    (name, kind) => {
      const failure = failureOf({ ...KEYED, [name]: kind === 'flag' ? 'true' : 'x' });
      expect(failure).toMatchObject({
        exitCode: 2,
        message: `input ${name} is not available in this version: leave it out`,
      });
    },
  );

  it('refuse inputs that the command would ignore', () => {
    expect(failureOf({ ...KEYED, command: 'build', 'dry-run': 'true' }).message).toBe(
      'input dry-run cannot be used with build (only with deploy, plan, gc)',
    );
  });

  it('list their secrets', () => {
    setInputs({ 'state-key': 'one', 'ssh-private-key': 'two', 'ssh-passphrase': 'three', 'github-token': 'four' });
    expect(new Map(secretTexts(readTexts()))).toEqual(
      new Map([
        ['state-key', 'one'],
        ['ssh-private-key', 'two'],
        ['ssh-passphrase', 'three'],
        ['github-token', 'four'],
      ]),
    );
  });
});

describe('names of inputs', () => {
  it.each([
    ['dry_run', 'did you mean "dry-run"?'],
    ['dryrun', 'did you mean "dry-run"?'],
    ['job', 'did you mean "jobs"?'],
    ['state_key', 'did you mean "state-key"?'],
    ['check', 'write the flag into the input args: --check'],
  ])('%s is refused as misspelled', (name, hint) => {
    setInputs({ [name]: 'true' });
    expect(refuseMisspelledInputs).toThrow(expect.objectContaining({ message: `unknown input "${name}"`, hint }));
  });

  it.each([{}, { jobs: 'api' }, { my_other_variable: 'x' }, { check: '' }])('%j are accepted', (given) => {
    setInputs(given);
    expect(refuseMisspelledInputs).not.toThrow();
  });
});
