import { readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisNode } from '../../../src/hooks/process/interpreters.ts';
import { aHook, openRig, type Rig, type RigOptions } from './rig.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/hooks');

/** Interpreters by the names in the titles. When bun is missing, Node runs the scripts. */
const LANGUAGES = [
  ['python3', 'py', {}],
  ['bun', 'ts', {}],
  ['bun', 'js', {}],
  ['node', 'ts', { bun: false }],
  ['node', 'js', { bun: false }],
] as const;

async function everything(ending: 'py' | 'ts' | 'js'): Promise<string> {
  if (ending !== 'js') return readFile(join(FIXTURES, `hook_everything.${ending}`), 'utf8');
  return stripTypeScriptTypes(await everything('ts'));
}

/** Returns a rig with the hook `hook_everything`, and with the values that a build stores. */
async function openHook(ending: string, text: string, extra: Partial<RigOptions> = {}): Promise<Rig> {
  const script = `_hooks/hook_everything.${ending}`;
  const hooks = [aHook('hook_everything', ['pre_deploy', 'cli'], { script })];
  const rig = await openRig({ files: { [script]: text }, hooks, ...extra });
  rig.store.put('maand/job/api', 'job_name', 'api');
  rig.store.put('maand/worker/10.0.0.1', 'labels', 'gpu,worker');
  return rig;
}

/** Runs the hook. Returns the outcome with the output of the script, so that a failed test shows the reason. */
async function runAndShow(rig: Rig) {
  const { kind } = await rig.run({ event: 'pre_deploy' });
  return { kind, stdout: rig.texts('stdout'), stderr: rig.texts('stderr') };
}

describe('the tutorial', () => {
  it('has a first example that runs unchanged', async () => {
    const text = await readFile(join(FIXTURES, 'hook_migrate.py'), 'utf8');
    await using rig = await openHook('py', text);
    expect(await runAndShow(rig)).toEqual({
      kind: 'succeeded',
      stdout: ['migrate api on 10.0.0.1 alloc=api-10.0.0.1', 'job name from KV: api'],
      stderr: [],
    });
  });
});

describe('client libraries', () => {
  const demandsOn = () => [{ job: 'web', hook: 'hook_seed', config: { min_version: '2.0.0' } }];

  it.each(LANGUAGES)('offer every name to %s running .%s', async (_interpreter, ending, tools) => {
    await using rig = await openHook(ending, await everything(ending), { demandsOn, tools });
    const expected = await readFile(join(FIXTURES, 'everything.txt'), 'utf8');
    const shown = await runAndShow(rig);
    expect({ ...shown, stdout: `${shown.stdout.join('\n')}\n` }).toEqual({
      kind: 'succeeded',
      stdout: expected,
      stderr: [],
    });
  });

  it.each(LANGUAGES)('reach the API past every proxy with %s running .%s', async (_interpreter, ending, tools) => {
    const proxy = 'http://127.0.0.1:9';
    const environment = { HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, NODE_USE_ENV_PROXY: '1' };
    const text =
      ending === 'py'
        ? 'import maand\nprint(maand.kv.get("maand/job/api", "job_name"))\n'
        : "import { kv } from './maand';\nconsole.log(await kv.get('maand/job/api', 'job_name'));\n";
    await using rig = await openHook(ending, text, { environment, tools });
    expect(await runAndShow(rig)).toMatchObject({ kind: 'succeeded', stdout: ['api'] });
  });

  it('report the mistake when a user starts a script directly', async () => {
    const environment = { HOOK_API_PORT: undefined };
    const text = `
import os, maand
del os.environ["HOOK_API_PORT"]
maand.kv.keys()
`;
    await using rig = await openHook('py', text, { environment });
    expect((await runAndShow(rig)).stderr.at(-1)).toBe(
      'RuntimeError: HOOK_API_PORT is not set: this script has to be started as a hook of a maand job',
    );
  });

  it.each([
    ['python3', 'py', 'import os, maand\nos.environ.pop("BUCKET_ROOT")\nprint(maand.find_bucket_root())\n'],
    [
      'bun',
      'ts',
      "import { findBucketRoot } from './maand';\ndelete process.env.BUCKET_ROOT;\nconsole.log(findBucketRoot());\n",
    ],
  ])('find the bucket from below with %s', async (_interpreter, ending, text) => {
    await using rig = await openHook(ending, text);
    await writeFile(join(rig.bucket, 'maand.conf'), '');
    expect(await runAndShow(rig)).toEqual({ kind: 'succeeded', stdout: [rig.bucket], stderr: [] });
  });
});

describe('scripts for Node', () => {
  const node = { bun: false, node: thisNode() };

  it('import as they would under bun: files of their own without an ending, packages of the workspace', async () => {
    const files = {
      '_hooks/hook_a.ts': `
import { shape } from './lib';
import { size } from './sizes.js';
import { color } from './colors';
import { weight } from 'weights';
console.log(shape, size, color, weight);
`,
      '_hooks/lib/index.ts': "export const shape: string = 'round';\n",
      '_hooks/sizes.ts': "export const size: string = 'big';\n",
      '_hooks/colors.js': "export const color = 'blue';\n",
    };
    const packages = {
      '_hooks/node_modules/weights/package.json': '{ "name": "weights", "type": "module", "exports": "./weights.js" }',
      '_hooks/node_modules/weights/weights.js': "export const weight = 'light';\n",
    };
    const hooks = [aHook('hook_a', ['cli'], { script: '_hooks/hook_a.ts' })];
    await using rig = await openRig({ files, unlisted: packages, hooks, tools: node });
    expect((await rig.run({ event: 'cli' })).kind).toBe('succeeded');
    expect([rig.texts('stdout'), rig.texts('stderr')]).toEqual([['round big blue light'], []]);
  });

  it('fail with their own error when an import is nowhere', async () => {
    const files = { '_hooks/hook_a.ts': "import './nowhere';\n" };
    const hooks = [aHook('hook_a', ['cli'], { script: '_hooks/hook_a.ts' })];
    await using rig = await openRig({ files, hooks, tools: node });
    expect(await rig.run({ event: 'cli' })).toMatchObject({ kind: 'failed', records: [{ exitCode: 1 }] });
    expect(rig.texts('stderr').join('\n')).toMatch(/ERR_MODULE_NOT_FOUND.*nowhere/s);
  });
});
