/**
 * A minimal GitHub runner. It reads `action.yml`, passes inputs and files to `main` as GitHub does, runs the later steps of a
 * test, and always runs `post`. It reads outputs, state, summary and workflow commands as the real runner does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readFileCommands } from './file-commands.ts';
import { RunnerLog } from './runner-log.ts';

export interface ActionSetup {
  /** The folder with `action.yml`. */
  readonly actionDir: string;
  readonly workspaceDir: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs the action. Default: the Node of this process. */
  readonly node?: string;
  /** The later steps of the job. They run while the files that `main` made still exist. */
  readonly laterSteps?: (main: MainRun) => Promise<void>;
  /** When this promise resolves, the step is cancelled in GitHub's way: SIGINT, then SIGTERM, then SIGKILL. */
  readonly cancelWhen?: (log: RunnerLog) => Promise<unknown>;
  /** Is called with the process of `main`, so that a test can stop or kill it. */
  readonly onMain?: (child: ChildProcess) => unknown;
  /** The steps that run. Default: `main` and `post`. `main` simulates a runner that dies before `post`. */
  readonly steps?: 'all' | 'main';
}

/** One step, as the runner sees it. */
export interface StepRun {
  /** The exit code. It is 128 + signal number when the step was killed. */
  readonly exitCode: number;
  readonly log: RunnerLog;
}

/** The run of `main`, with everything that it reported to the runner. */
export interface MainRun extends StepRun {
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The environment variables that the step set for later steps. */
  readonly exportedEnv: Readonly<Record<string, string>>;
  readonly addedPath: readonly string[];
}

export interface ActionRun extends MainRun {
  /** Undefined when the action has no `post`, or when the runner died. */
  readonly post: StepRun | undefined;
  /** The paths below RUNNER_TEMP after `post`, sorted. */
  readonly leftBehind: readonly string[];
}

/** The part of `action.yml` that a runner uses. */
interface ActionManifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly main: string; readonly post?: string };
}

const FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_STATE: 'state',
  GITHUB_STEP_SUMMARY: 'summary',
  GITHUB_ENV: 'env',
  GITHUB_PATH: 'path',
} as const;

export async function runAction(setup: ActionSetup): Promise<ActionRun> {
  const home = await mkdtemp(join(tmpdir(), 'maand-runner-'));
  try {
    return await runSteps(setup, home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function runSteps(setup: ActionSetup, home: string): Promise<ActionRun> {
  const manifest = await readManifest(setup.actionDir);
  const runnerTemp = join(home, 'temp');
  await mkdir(runnerTemp);
  const job = { setup, home, runnerTemp, inputEnv: inputVariables(manifest, setup.inputs) };
  const { main: mainScript, post: postScript } = manifest.runs;
  const main = await runStep(job, { name: 'main', script: mainScript, stateEnv: {} });
  const left = await readFiles(join(home, 'main'));
  await setup.laterSteps?.({ ...main, ...left });
  const saved = Object.entries(left.state).map(([name, value]) => [`STATE_${name}`, value]);
  const stateEnv: Record<string, string> = Object.fromEntries(saved);
  const post =
    postScript === undefined || setup.steps === 'main'
      ? undefined
      : await runStep(job, { name: 'post', script: postScript, stateEnv });
  return { ...main, ...left, post, leftBehind: (await readdir(runnerTemp, { recursive: true })).sort() };
}

async function readManifest(actionDir: string): Promise<ActionManifest> {
  const manifest = parse(await readFile(join(actionDir, 'action.yml'), 'utf8')) as Partial<ActionManifest>;
  if (manifest.runs?.main === undefined) throw new Error(`${actionDir}/action.yml has no runs.main`);
  return { inputs: manifest.inputs ?? {}, runs: manifest.runs };
}

/**
 * Returns the variables for the inputs. Throws for an input that the action does not have, because that is a mistake of the
 * test. GitHub only warns.
 */
function inputVariables(manifest: ActionManifest, given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !(name in manifest.inputs));
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`);
  const variables = Object.entries(manifest.inputs).map(([name, { default: fallback = '' }]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    given[name] ?? evaluate(String(fallback)),
  ]);
  return Object.fromEntries(variables);
}

/** Replaces `github.token`, the only expression in defaults of inputs. */
function evaluate(text: string): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_whole, expression: string) => {
    if (expression === 'github.token') return 'ghs_tokenOfTheTestRunner00000000000000';
    throw new Error(`this runner cannot evaluate ${expression}`);
  });
}

interface Job {
  readonly setup: ActionSetup;
  readonly home: string;
  readonly runnerTemp: string;
  readonly inputEnv: Readonly<Record<string, string>>;
}

interface Step {
  readonly name: 'main' | 'post';
  readonly script: string;
  readonly stateEnv: Readonly<Record<string, string>>;
}

async function runStep(job: Job, { name, script, stateEnv }: Step): Promise<StepRun> {
  const { setup, inputEnv } = job;
  const env = { ...(await stepEnvironment(job, name)), ...inputEnv, ...stateEnv, ...setup.env };
  const child = spawn(setup.node ?? process.execPath, [join(setup.actionDir, script)], {
    cwd: setup.workspaceDir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = new RunnerLog(child.stdout, child.stderr);
  if (name === 'main') setup.onMain?.(child);
  if (name === 'main') void setup.cancelWhen?.(log).then(() => cancel(child));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  return { exitCode, log };
}

/** Returns the environment that a step inherits from the runner, with new command files. */
async function stepEnvironment({ setup, home, runnerTemp }: Job, name: Step['name']): Promise<Record<string, string>> {
  const folder = join(home, name);
  await mkdir(folder);
  const files = Object.entries(FILES).map(([variable, file]): [string, string] => [variable, join(folder, file)]);
  for (const [, path] of files) await writeFile(path, '');
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? home,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '', // an empty value switches the compile cache off
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__maand',
    GITHUB_REPOSITORY: 'octo/shop',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: 'octocat',
    GITHUB_SERVER_URL: 'https://github.invalid',
    GITHUB_WORKSPACE: setup.workspaceDir,
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: runnerTemp,
    ...Object.fromEntries(files),
  };
}

async function readFiles(folder: string) {
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  return {
    outputs: readFileCommands(await text(FILES.GITHUB_OUTPUT)),
    state: readFileCommands(await text(FILES.GITHUB_STATE)),
    exportedEnv: readFileCommands(await text(FILES.GITHUB_ENV)),
    addedPath: (await text(FILES.GITHUB_PATH)).split('\n').filter((line) => line !== ''),
    summary: await text(FILES.GITHUB_STEP_SUMMARY),
  };
}

/** Cancels the step. GitHub sends SIGTERM 7.5 s after SIGINT, and kills the process 2.5 s after SIGTERM. */
function cancel(child: ChildProcess): void {
  child.kill('SIGINT');
  const timers = [setTimeout(() => child.kill('SIGTERM'), 7500), setTimeout(() => child.kill('SIGKILL'), 10_000)];
  child.once('close', () => timers.forEach(clearTimeout));
}
