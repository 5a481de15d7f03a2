/** The post step of the action. It cleans up after a run that ended or was killed. */
import { homedir } from 'node:os';
import * as core from '@actions/core';
import { messageOf } from '../base/failure.ts';
import type { Request } from '../request/request.ts';
import type { Face } from '../session/face.ts';
import type { RunHandover } from '../state/handover.ts';
import { readHandover } from './handover.ts';
import { INPUT_NAMES, readTexts, secretVariables, toRequest } from './inputs.ts';
import { removeLeftBehind } from './left-behind.ts';
import { openDoor } from './open-door.ts';
import { temporaryFolderOf } from './temporary-folder.ts';

/** The work that a run left unfinished, and the values that the work needs. */
interface Finishing {
  readonly handover: RunHandover;
  readonly request: Pick<Request, 'connection'>;
  readonly face: Pick<Face, 'inputNames' | 'masker'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Address of GitHub; empty when it is unknown. */
  readonly server: string;
}

/** Finishes the state of a run. Returns a sentence for each step that failed. The entry file passes this function in. */
export type FinishRun = (finishing: Finishing) => Promise<string[]>;

/**
 * Runs after the job's last step. It finishes the state of a run that was killed, and removes the files that the run left on
 * the runner. Failures become warnings.
 */
export async function runPost(host: NodeJS.Process, finish: FinishRun): Promise<void> {
  const env = { ...host.env };
  await warnOnFailure('the state of the run that was ended could not be finished', () => finishState(host, finish));
  await warnOnFailure('what the run left on the runner could not be removed', async () => {
    const removed = await removeLeftBehind(temporaryFolderOf(env));
    if (removed.length > 0) core.debug(`removed ${removed.join(', ')}`);
  });
}

async function finishState(host: NodeJS.Process, finish: FinishRun): Promise<void> {
  const env = { ...host.env };
  const handover = await readHandover();
  if (!handover) return;
  const texts = readTexts();
  for (const name of secretVariables()) delete host.env[name];
  const door = openDoor(texts);
  const workingDirectory = env.GITHUB_WORKSPACE || host.cwd();
  const { request } = toRequest(texts, { workingDirectory, home: homedir() });
  const problems = await finish({
    handover,
    request,
    face: { inputNames: INPUT_NAMES, masker: door.masker },
    env,
    server: env.GITHUB_SERVER_URL ?? '',
  }).catch((thrown: unknown) => {
    throw new Error(door.text(messageOf(thrown)), { cause: thrown });
  });
  for (const problem of problems) core.warning(door.text(problem));
}

async function warnOnFailure(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    core.warning(`${what}: ${messageOf(thrown)}`);
  }
}
