/** Tests how one script runs: its file, interpreter, folder and environment, and the limits on its output and processes. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseInterpreter, type HookTools, missingInterpreters } from '../../../src/hooks/process/interpreters.ts';
import { CaseBucket } from '../../support/case-bucket.ts';
import { ended } from '../../support/process-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { aHook, aJob, openRig } from '../../unit/hooks/rig.ts';

const TOOLS: HookTools = { python: true, bun: true, node: { path: '/usr/bin/node', runsTypeScript: true } };

const scriptOf = (name: string, ending: string) => aHook(name, ['cli'], { script: `_hooks/${name}.${ending}` });

async function interpreterOf(ending: string, tools: Partial<HookTools> = {}, dir = '/nowhere') {
  const hook = scriptOf('hook_a', ending);
  const choice = await chooseInterpreter(aJob({ dir, hooks: [hook], files: [] }), hook, { ...TOOLS, ...tools });
  return choice.kind === 'found' ? [choice.interpreter.file, ...choice.interpreter.args] : choice.missing.tool;
}

/** Returns the errors for a job whose hook has these scripts. */
async function refusedWith(...scripts: readonly string[]): Promise<readonly string[]> {
  const bucket = await CaseBucket.create();
  return bucket.refused({
    jobs: { a: { selectors: ['worker'], hooks: { hook_a: { executed_on: ['cli'] } } } },
    files: Object.fromEntries(scripts.map((name) => [`workspace/jobs/a/_hooks/${name}`, ''])),
  });
}

const runPython = (text: string, extra = {}) =>
  openRig({
    files: { '_hooks/hook_a.py': text, Makefile: 'start:\n' },
    hooks: [aHook('hook_a', ['cli', 'health_check'])],
    ...extra,
  });

describe('interpreters', () => {
  it('a bucket with only Python scripts needs no bun and no particular Node', async () => {
    const job = aJob({ dir: '/nowhere', hooks: [scriptOf('hook_x', 'py')], files: [] });
    const old = { ...TOOLS, bun: false, node: { path: 'node', runsTypeScript: false } };
    expect(await missingInterpreters([job], old)).toEqual([]);
  });

  it('TypeScript needs bun when Node cannot run it', async () => {
    const hooks = [scriptOf('hook_x', 'py'), scriptOf('hook_y', 'ts')];
    const old = { ...TOOLS, bun: false, node: { path: 'node', runsTypeScript: false } };
    const missing = await missingInterpreters([aJob({ dir: '/nowhere', hooks, files: [] })], old);
    expect(missing.map(({ hook, tool }) => [hook, tool])).toEqual([['hook_y', 'bun']]);
  });

  it('the file name ending determines the interpreter', async () => {
    expect(await interpreterOf('py')).toEqual(['python3']);
    expect(await interpreterOf('ts')).toEqual(['bun', 'run']);
    expect(await interpreterOf('js')).toEqual(['bun', 'run']);
    for (const ending of ['ts', 'js']) expect((await interpreterOf(ending, { bun: false }))[0]).toBe('/usr/bin/node');
  });

  it('two scripts for one hook are refused', async () => {
    expect((await refusedWith('hook_a.py', 'hook_a.js')).join()).toContain('multiple implementations for hook_a');
  });

  it('a hook without a script is refused', async () => {
    expect((await refusedWith()).join()).toContain('hook_a');
  });

  it('the Python of the job is used, by its absolute path', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, '_hooks/.venv/bin'), { recursive: true });
    await symlink('/bin/sh', join(dir, '_hooks/.venv/bin/python3'));
    expect(await interpreterOf('py', {}, dir)).toEqual([join(dir, '_hooks/.venv/bin/python3')]);
  });

  it('otherwise python3 is used', async () => {
    expect(await interpreterOf('py')).toEqual(['python3']);
    expect(await interpreterOf('py', { python: false })).toBe('python3');
  });
});

describe('folder and environment', () => {
  it('the folder contains the unchanged script, client libraries and certificates', async () => {
    const text = 'import os\nprint(sorted(os.listdir(".")))\nprint(len(open("hook_a.py").read()))\n';
    await using rig = await runPython(text);
    rig.store.put('maand/worker', 'certs/ca.crt', 'the CA');
    expect((await rig.run({ event: 'cli' })).kind).toBe('succeeded');
    const [listed = '', length] = rig.texts();
    for (const name of ['certs', 'hook_a.py', 'maand.py', 'maand.ts']) expect(listed).toContain(`'${name}'`);
    expect(length).toBe(String(text.length));
  });

  it('the folder of a health check contains only its script', async () => {
    await using rig = await runPython('import os\nprint(os.path.exists("../Makefile"))\n');
    await rig.run({ event: 'health_check' });
    await rig.run({ event: 'cli' });
    expect(rig.texts()).toEqual(['False', 'True']);
  });

  it('the variables of the allocation', async () => {
    const names = ['ALLOCATION_ID', 'ALLOCATION_IP', 'ALLOCATION_INDEX', 'JOB', 'EVENT', 'HOOK', 'COMMAND', 'DISABLED'];
    await using rig = await runPython(`import os\nfor name in ${JSON.stringify(names)}: print(os.environ[name])\n`);
    await rig.run({ event: 'cli' });
    expect(rig.texts()).toEqual(['api-10.0.0.1', '10.0.0.1', '0', 'api', 'cli', 'hook_a', 'hook_a', '0']);
  });

  it('the index comes from the store, or otherwise from the position', async () => {
    await using rig = await runPython('import os\nprint(os.environ["ALLOCATION_INDEX"])\n');
    await rig.run({ event: 'cli' });
    rig.store.put('maand/job/api/worker/10.0.0.1', 'api_allocation_index', '7');
    await rig.run({ event: 'cli' });
    expect(rig.texts()).toEqual(['0', '7']);
  });

  it('no hook for an event is success, and nothing is staged', async () => {
    await using rig = await runPython('raise SystemExit(1)');
    expect(await rig.run({ event: 'post_deploy' })).toEqual({ kind: 'succeeded', records: [] });
    expect(rig.records).toEqual([]);
  });
});

describe('what a script may do', () => {
  it('print a line of 200 KiB', async () => {
    await using rig = await runPython('print("x" * 200 * 1024)');
    expect((await rig.run({ event: 'cli' })).kind).toBe('succeeded');
    expect(rig.texts()).toEqual(['x'.repeat(200 * 1024)]);
  });

  it('print a secret', async () => {
    await using rig = await runPython(
      'import maand\nmaand.put_job_secret("a", "swordfish")\nprint("it is swordfish")\n',
    );
    await rig.run({ event: 'cli' });
    expect([rig.texts(), rig.records[0]?.stdout]).toEqual([['it is ***'], 'it is ***']);
  });

  it('run longer than it may, with children', async () => {
    const text =
      'import subprocess\nprint(subprocess.Popen(["sleep", "300"]).pid, flush=True)\nsubprocess.run(["sleep", "300"])\n';
    await using rig = await runPython(text, { timeoutMs: 3_000 });
    expect(await rig.run({ event: 'cli' })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('timed out'),
    });
    await ended(Number(rig.texts()[0]));
  });
});
