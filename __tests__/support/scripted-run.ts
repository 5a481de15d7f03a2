/**
 * Stand-ins for the core. They are real code that emits events, stages files, waits or fails, so that tests can check how a
 * face handles this.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../src/base/failure.ts';
import type { Request } from '../../src/request/request.ts';
import { type CommandResult, type Face, resultOf, type Shown } from '../../src/session/face.ts';
import { hookRecord, story, storyFailures } from './rollout-story.ts';

type Script = (request: Request, face: Face) => Promise<CommandResult>;

const DONE = ended({ json: { ok: true }, text: 'done\n' });

interface ScriptedEnd extends Partial<Shown> {
  readonly exitCode?: CommandResult['exitCode'];
}

/** Returns a result that consists only of free texts. */
function ended({ exitCode = 0, json = { ok: true }, text = 'done\n', ...rest }: ScriptedEnd): CommandResult {
  const data: Shown = { json, text, ...rest };
  return resultOf<Shown>({ exitCode, data, wording: 'text', show: (masked) => masked });
}

export const HOSTILE = [
  '::set-output name=x::y',
  '  ::add-mask::done',
  'a ##[error]b',
  'one\r::stop-commands::t',
  '%0A::error::z',
];

const SCRIPTS: Readonly<Record<string, Script>> = {
  done: async () => DONE,
  request: async (request, face) =>
    ended({ json: { request, workingDirectory: face.workingDirectory, disk: face.disk } }),
  story: async (_request, face) => {
    for (const event of story) face.emit(event);
    return ended({
      exitCode: 1,
      json: { ok: false, password: 'correct-horse-battery' },
      text: `deploy failed:\n${storyFailures.join('\n')}\n`,
      summary: '## maand deploy: failed\n',
      outputs: {
        changed: true,
        'failed-jobs': ['api'],
        'update-seq': 4,
        'plan-digest': 'sha256:00',
        plan: { waves: [] },
      },
    });
  },
  'broken off': async (_request, face) => {
    for (const event of story.slice(0, 30)) face.emit(event);
    throw new Failure('the state could not be saved', { exitCode: 3, hint: 'look at the disk' });
  },
  secrets: async (_request, face) => {
    face.masker.add('correct-horse-battery\nsecond line of it');
    face.emit({ type: 'output', job: 'api', worker: 'h', line: 'it is correct-horse-battery', stream: 'stdout' });
    return ended({ json: { password: 'correct-horse-battery' }, summary: 'correct-horse-battery' });
  },
  hostile: async (_request, face) => {
    for (const line of HOSTILE) face.emit({ type: 'output', job: 'api', worker: 'h', line, stream: 'stdout' });
    face.emit({ type: 'hook-finished', record: hookRecord({ worker: 'h', exitCode: 0 }) });
    for (const message of HOSTILE) face.emit({ type: 'noticed', level: 'info', message });
    return ended({ text: `${HOSTILE.join('\n')}\n` });
  },
  findings: async (_request, face) => {
    const finding = (severity: 'error' | 'warning', line: number) =>
      ({
        severity,
        code: 'ErrInvalidManifest',
        message: `finding ${line}`,
        place: { file: 'a/manifest.json', line, column: 3 },
      }) as const;
    face.warn(Array.from({ length: 12 }, (_, at) => finding('warning', at + 1)));
    const diagnostics = Array.from({ length: 15 }, (_, at) => finding('error', at + 1));
    throw new Failure('the workspace has 15 errors', { exitCode: 2, diagnostics });
  },
  bug: () => Promise.reject(new TypeError('x is not a function')),
  stages: async (_request, face) => {
    await stage(face);
    return DONE;
  },
  'is killed': async (_request, face) => {
    await stage(face);
    process.kill(process.pid, 'SIGKILL');
    return DONE;
  },
  waits: async (_request, face) => {
    await stage(face);
    face.emit({ type: 'noticed', level: 'info', message: 'waiting' });
    const alive = setInterval(() => {}, 1000);
    await new Promise((resolve) => face.signal.addEventListener('abort', resolve));
    clearInterval(alive);
    return ended({ exitCode: 1, json: { ok: false }, text: 'deploy failed:\njob api: cancelled\n' });
  },
  'does not listen': async (_request, face) => {
    face.emit({ type: 'noticed', level: 'info', message: 'waiting' });
    face.signal.addEventListener('abort', () => face.emit({ type: 'noticed', level: 'info', message: 'ignored' }));
    setInterval(() => {}, 1000);
    return new Promise(() => {});
  },
  children: async () => {
    const { stdout } = await promisify(execFile)('env', [], { env: process.env });
    return ended({ json: stdout.split('\n') });
  },
};

/** Runs the script that the variable SCRIPT names. */
export const scriptedRun: Script = (request, face) => {
  const script = SCRIPTS[process.env.SCRIPT ?? 'done'];
  if (!script) throw new Error(`no script ${process.env.SCRIPT}`);
  return script(request, face);
};

async function stage({ temporaryFolder, onStaging }: Face): Promise<void> {
  if (temporaryFolder === undefined) return;
  const folder = await mkdtemp(join(temporaryFolder, 'maand-'));
  onStaging(folder);
  await writeFile(join(folder, 'secret.env'), 'rendered');
}
