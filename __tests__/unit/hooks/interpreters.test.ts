import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import {
  chooseInterpreter,
  findHookTools,
  type HookTools,
  interpreterFailure,
  missingInterpreters,
} from '../../../src/hooks/process/interpreters.ts';
import { withPath } from '../../support/with-path.ts';
import { aHook, aJob } from './rig.ts';

const PYTHON = aHook('hook_a', ['cli']);
const TYPESCRIPT = aHook('hook_b', ['pre_deploy'], { script: '_hooks/hook_b.ts' });
const JAVASCRIPT = aHook('hook_c', ['pre_deploy'], { script: '_hooks/hook_c.js' });
const NOTHING: HookTools = { python: false, bun: false, node: { path: '/opt/node20', runsTypeScript: false } };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'interpreters-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function writeExecutable(path: string): Promise<string> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), '#!/bin/sh\n');
  await chmod(join(dir, path), 0o755);
  return join(dir, path);
}

const job = () => aJob({ dir, hooks: [PYTHON, TYPESCRIPT, JAVASCRIPT], files: [] });

describe('chooseInterpreter', () => {
  it('uses python3 from PATH for a script without its own environment', async () => {
    const choice = await chooseInterpreter(job(), PYTHON, { ...NOTHING, python: true });
    expect(choice).toEqual({ kind: 'found', interpreter: { file: 'python3', args: [] } });
  });

  it.each(['.venv/bin/python3', '.venv/bin/python', 'venv/bin/python3', 'venv/bin/python'])(
    "takes the job's own _hooks/%s by its absolute path",
    async (path) => {
      const file = await writeExecutable(join('_hooks', path));
      const choice = await chooseInterpreter(job(), PYTHON, NOTHING);
      expect(choice).toEqual({ kind: 'found', interpreter: { file, args: [] } });
    },
  );

  it('prefers .venv and python3', async () => {
    await writeExecutable('_hooks/venv/bin/python3');
    await writeExecutable('_hooks/.venv/bin/python');
    const file = await writeExecutable('_hooks/.venv/bin/python3');
    expect(await chooseInterpreter(job(), PYTHON, NOTHING)).toMatchObject({ interpreter: { file } });
  });

  it.each([TYPESCRIPT, JAVASCRIPT])('runs $script with bun when it is there', async (hook) => {
    const choice = await chooseInterpreter(job(), hook, { ...NOTHING, bun: true });
    expect(choice).toEqual({ kind: 'found', interpreter: { file: 'bun', args: ['run'] } });
  });

  it('runs .js with any Node, and .ts with a Node that supports types', async () => {
    const typed: HookTools = { ...NOTHING, node: { path: '/opt/node24', runsTypeScript: true } };
    expect(await chooseInterpreter(job(), JAVASCRIPT, NOTHING)).toMatchObject({ interpreter: { file: '/opt/node20' } });
    expect(await chooseInterpreter(job(), TYPESCRIPT, typed)).toMatchObject({ interpreter: { file: '/opt/node24' } });
    expect(await chooseInterpreter(job(), TYPESCRIPT, NOTHING)).toMatchObject({
      kind: 'missing',
      missing: { tool: 'bun' },
    });
  });
});

describe('findHookTools', () => {
  it('looks for executables only in the folders of PATH', async () => {
    await writeExecutable('one/bun');
    await mkdir(join(dir, 'two'));
    await writeFile(join(dir, 'two/python3'), 'not executable');
    const path = `${join(dir, 'one')}:${join(dir, 'two')}`;
    const tools = await withPath(path, () => findHookTools(NOTHING.node));
    expect(tools).toEqual({ ...NOTHING, bun: true });
  });
});

describe('missingInterpreters', () => {
  it('names every hook that cannot run, with a solution', async () => {
    const missing = await missingInterpreters([job()], NOTHING);
    expect(missing.map(({ hook, tool }) => [hook, tool])).toEqual([
      ['hook_a', 'python3'],
      ['hook_b', 'bun'],
    ]);
    const failure = interpreterFailure(missing);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.exitCode).toBe(2);
    expect(failure.message).toBe(
      'host prerequisites not met: bun, python3 (job api hook hook_a needs python3; job api hook hook_b needs bun)',
    );
    expect(failure.hint).toContain('install Python 3.8 or newer');
    expect(failure.hint).toContain('install bun, or run under Node 24');
  });

  it('checks only the events that will occur', async () => {
    expect(await missingInterpreters([job()], { ...NOTHING, bun: true }, ['pre_deploy', 'post_deploy'])).toEqual([]);
  });
});
