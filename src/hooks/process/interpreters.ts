/** Finds the interpreters of this machine and chooses the interpreter for a hook script. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isOnPath } from '../../ask/program-path.ts';
import { Failure } from '../../base/failure.ts';
import { compareText } from '../../base/order.ts';
import type { CatalogJob } from '../../catalog/types.ts';
import type { HookEvent } from '../../events/hook-event.ts';
import type { HookEntry } from '../../workspace/types.ts';
import { BUN_RESOLUTION_URL } from '../client-libraries.ts';

/** The interpreters that this machine has. */
export interface HookTools {
  readonly python: boolean;
  readonly bun: boolean;
  readonly node: NodeTool;
}

export interface NodeTool {
  /** Absolute path of the executable. */
  readonly path: string;
  readonly runsTypeScript: boolean;
}

/** Returns the Node that runs this program. This Node also runs hooks when bun is missing. */
export function thisNode(): NodeTool {
  return { path: process.execPath, runsTypeScript: Boolean(process.features.typescript) };
}

/** Searches for interpreters on PATH, which hooks inherit. */
export async function findHookTools(node: NodeTool = thisNode()): Promise<HookTools> {
  const [python, bun] = await Promise.all([isOnPath('python3'), isOnPath('bun')]);
  return { python, bun, node };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false; // a missing file and a file that this user may not run are treated the same
  }
}

/** A command line without its last argument, the script. */
export interface Interpreter {
  readonly file: string;
  readonly args: readonly string[];
}

export interface MissingInterpreter {
  readonly job: string;
  readonly hook: string;
  readonly tool: 'python3' | 'bun';
  /** Tells the user how to solve the problem. */
  readonly hint: string;
}

export type InterpreterChoice =
  | { readonly kind: 'found'; readonly interpreter: Interpreter }
  | { readonly kind: 'missing'; readonly missing: MissingInterpreter };

/**
 * Chooses the interpreter of a hook. A `.py` script uses the Python of the job's `_hooks/.venv` or `_hooks/venv`, or
 * else `python3`. A `.js` or `.ts` script uses bun, or else this Node. For `.ts`, this Node must be able to run
 * TypeScript.
 */
export async function chooseInterpreter(
  job: CatalogJob,
  hook: HookEntry,
  tools: HookTools,
): Promise<InterpreterChoice> {
  const missing = (tool: 'python3' | 'bun', hint: string): InterpreterChoice => ({
    kind: 'missing',
    missing: { job: job.name, hook: hook.name, tool, hint },
  });
  const found = (file: string, ...args: string[]): InterpreterChoice => ({
    kind: 'found',
    interpreter: { file, args },
  });
  switch (hook.language) {
    case 'python': {
      const own = await ownPython(join(job.entry.dir, posix.dirname(hook.script)));
      if (own !== undefined) return found(own);
      if (tools.python) return found('python3');
      return missing('python3', 'install Python 3.8 or newer on this machine, or rewrite the hook in TypeScript');
    }
    case 'typescript':
    case 'javascript':
      if (tools.bun) return found('bun', 'run');
      if (hook.language === 'javascript' || tools.node.runsTypeScript) {
        return found(tools.node.path, '--import', BUN_RESOLUTION_URL);
      }
      return missing(
        'bun',
        'install bun, or run under Node 24, which runs .ts hooks itself; this Node runs only .js ones',
      );
  }
}

/**
 * Returns the absolute path of the Python in the virtual environment of the workspace's hook folder. Returns
 * `undefined` when there is no such Python.
 */
async function ownPython(hookFolder: string): Promise<string | undefined> {
  for (const name of ['.venv/bin/python3', '.venv/bin/python', 'venv/bin/python3', 'venv/bin/python']) {
    const path = join(hookFolder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/**
 * Returns the hooks of `jobs` that this machine cannot run, so that a run can stop before the first change. Without
 * `events`, hooks of every event are checked.
 */
export async function missingInterpreters(
  jobs: readonly CatalogJob[],
  tools: HookTools,
  events?: readonly HookEvent[],
): Promise<MissingInterpreter[]> {
  const missing: MissingInterpreter[] = [];
  for (const job of jobs) {
    for (const hook of job.entry.hooks) {
      if (events !== undefined && !hook.events.some((event) => events.includes(event))) continue;
      const choice = await chooseInterpreter(job, hook, tools);
      if (choice.kind === 'missing') missing.push(choice.missing);
    }
  }
  return missing;
}

/**
 * Returns the failure `host prerequisites not met: python3` (exit code 2). The message names the hooks that need the
 * interpreter, and the hint tells the user what to do.
 */
export function interpreterFailure(missing: readonly MissingInterpreter[]): Failure {
  const tools = [...new Set(missing.map(({ tool }) => tool))].sort(compareText);
  const needs = missing.map(({ job, hook, tool }) => `job ${job} hook ${hook} needs ${tool}`).join('; ');
  const hint = [...new Set(missing.map((one) => one.hint))].join('; ');
  return new Failure(`host prerequisites not met: ${tools.join(', ')} (${needs})`, { exitCode: 2, hint });
}
