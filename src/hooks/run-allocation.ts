/**
 * Runs one hook script for one allocation: creates its folder, token and environment, runs its process, and records the
 * result.
 */
import { posix } from 'node:path';
import { messageOf } from '../base/failure.ts';
import type { Masker } from '../base/masker.ts';
import { shellJoin } from '../base/text/shell-quote.ts';
import type { CatalogJob } from '../catalog/types.ts';
import { hookCertificates } from '../certs/files.ts';
import type { HookEvent } from '../events/hook-event.ts';
import type { HookRecord } from '../events/hook-record.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import type { SecretBox } from '../kv/secrets.ts';
import type { KvStore } from '../kv/store.ts';
import type { HookEntry } from '../workspace/types.ts';
import type { HookCaller } from './api/admissions.ts';
import type { HookApi } from './api/api-server.ts';
import {
  type Batch,
  type HookRolloutOrder,
  type HookVariables,
  hookEnvironment,
  type Versions,
} from './process/environment.ts';
import { type HookFolder, type HookFolderRequest, stageHookFolder } from './process/hook-folder.ts';
import type { HookTools, Interpreter } from './process/interpreters.ts';
import { type OutputStream, ProcessOutput } from './process/output-lines.ts';
import { runScript, type ScriptEnd } from './process/script-run.ts';

/** Exit code after a timeout. The program `timeout` uses the same code. */
const TIMED_OUT_EXIT_CODE = 124;

/**
 * A line of a script's output, masked and without terminal escapes. The line may still look like a command to a CI
 * system.
 */
export interface HookLine {
  readonly job: string;
  readonly worker: string;
  readonly hook: string;
  readonly stream: OutputStream;
  readonly line: string;
}

/** Values that all hooks of one command run share. */
export interface HookRuntime {
  readonly api: HookApi;
  readonly store: KvStore;
  readonly box: SecretBox;
  readonly masker: Masker;
  readonly tools: HookTools;
  /** The result of `inheritedEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path of the bucket. */
  readonly bucketRoot: string;
  /** Absolute path of a folder that only its owner can enter. The run removes the folder at its end. */
  readonly stagingDir: string;
  /** Time limit of hooks whose manifest sets no limit. */
  readonly defaultTimeoutMs: number;
  readonly onLine: (line: HookLine) => void;
  /** Called after each process has ended. */
  readonly onRecord: (record: HookRecord) => void;
  readonly signal: AbortSignal;
}

/** The allocation for which a hook runs. An allocation that was removed from the catalog has no index. */
export interface HookTarget {
  readonly id: string;
  readonly host: string;
  readonly disabled: boolean;
  /** Index from the catalog. This index is used when the store has no index. */
  readonly index: number | undefined;
}

/** One hook of an event, with the values that all its allocations share. */
export interface HookRun {
  readonly job: CatalogJob;
  readonly hook: HookEntry;
  readonly event: HookEvent;
  readonly interpreter: Interpreter;
  readonly batch: Batch;
  readonly phase: string;
  readonly rolloutOrder: HookRolloutOrder;
  readonly versions: Versions;
  readonly extra: Readonly<Record<string, string>>;
}

/** Runs a hook for one allocation. Errors of the script or the machine are in the record and are not thrown. */
export async function runForAllocation(run: HookRun, target: HookTarget, runtime: HookRuntime): Promise<HookRecord> {
  const startedMs = performance.now();
  const { job, hook, event } = run;
  await using pass = runtime.api.admit(toCaller(run, target));
  const output = new ProcessOutput({
    mask: (text) => runtime.masker.mask(text).replaceAll(pass.token, '***'),
    onLine: (line, stream) => runtime.onLine({ job: job.name, worker: target.host, hook: hook.name, stream, line }),
  });
  const ended = await attempt({ run, target, runtime, output, token: pass.token });
  output.end();
  const record: HookRecord = {
    hook: hook.name,
    event,
    job: job.name,
    worker: target.host,
    command: commandText(run),
    stdout: output.tail('stdout'),
    stderr: output.tail('stderr'),
    durationMs: Math.round(performance.now() - startedMs),
    ...ended,
  };
  runtime.onRecord(record);
  return record;
}

interface Attempt {
  readonly run: HookRun;
  readonly target: HookTarget;
  readonly runtime: HookRuntime;
  readonly output: ProcessOutput;
  readonly token: string;
}

type Ended = Pick<HookRecord, 'exitCode' | 'outcome' | 'problem'>;

async function attempt({ run, target, runtime, output, token }: Attempt): Promise<Ended> {
  const { job, hook, event, interpreter } = run;
  const index = allocationIndex(run, target, runtime.store);
  if (index === undefined) return notRun(`allocation index not found for job ${job.name} on worker ${target.host}`);
  const { stagingDir, store, box, masker } = runtime;
  const source = { store, box, onSecret: (plain: string, place: string) => void masker.add(plain, place) };
  const certificates = hookCertificates(source, job.name, target.host);
  const folder = await stage({ stagingDir, job, hook, event, host: target.host, certificates });
  if (typeof folder === 'string') return notRun(folder);
  await using staged = folder;
  const timeoutMs = hook.timeoutMs ?? runtime.defaultTimeoutMs;
  const script = {
    file: interpreter.file,
    args: [...interpreter.args, staged.scriptName],
    cwd: staged.scriptDir,
    env: hookEnvironment(runtime.environment, toVariables({ run, target, runtime, token }, index)),
    timeoutMs,
    onOutput: (stream: OutputStream, chunk: Buffer) => output.push(stream, chunk),
  };
  return toEnded(await runScript(script, runtime.signal), timeoutMs);
}

/** Returns the allocation's index from the store, or from the catalog when the store has no index. */
function allocationIndex({ job }: HookRun, { host, index }: HookTarget, store: KvStore): string | undefined {
  return store.get(allocationNamespace(job.name, host), `${job.name}_allocation_index`) ?? index?.toString();
}

/** Returns the folder, or the reason why it could not be created. */
async function stage(request: HookFolderRequest): Promise<HookFolder | string> {
  try {
    return await stageHookFolder(request);
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function toCaller({ job, hook, event }: HookRun, { id, host }: HookTarget): HookCaller {
  return { allocationId: id, job: job.name, host, hook: hook.name, event, demandedJobs: job.demandedJobs };
}

function toVariables({ run, target, runtime, token }: Omit<Attempt, 'output'>, allocationIndex: string): HookVariables {
  const { batch, phase, rolloutOrder, extra } = run;
  const { api, bucketRoot } = runtime;
  return {
    job: run.job.name,
    hook: run.hook.name,
    event: run.event,
    allocationId: target.id,
    host: target.host,
    allocationIndex,
    disabled: target.disabled,
    versions: run.versions,
    api: { host: api.host, port: api.port, token },
    batch,
    phase,
    rolloutOrder,
    bucketRoot,
    extra,
  };
}

function commandText({ interpreter, hook }: HookRun): string {
  return shellJoin([interpreter.file, ...interpreter.args, posix.basename(hook.script)]);
}

function toEnded(end: ScriptEnd, timeoutMs: number): Ended {
  switch (end.kind) {
    case 'exited':
      if (end.exitCode === 0) return { outcome: 'succeeded', exitCode: 0 };
      return { outcome: 'failed', exitCode: end.exitCode, problem: `command execution failed (exit ${end.exitCode})` };
    case 'timed-out': {
      const problem = `timed out after ${timeoutMs / 1000} s; the script and its children were ended`;
      return { outcome: 'timed-out', exitCode: TIMED_OUT_EXIT_CODE, problem };
    }
    case 'cancelled':
      return { outcome: 'cancelled', exitCode: end.exitCode, problem: 'cancelled' };
    case 'not-started':
      return notRun(end.message);
  }
}

function notRun(problem: string): Ended {
  return { outcome: 'failed', exitCode: 1, problem };
}
