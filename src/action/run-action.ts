/** The action from its inputs to its outputs: parse, run, report. However it ends, outputs and summary are written. */
import { mkdir } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import * as core from '@actions/core';
import { messageOf } from '../base/failure.ts';
import { Masker } from '../base/masker.ts';
import type { CommandResult, Face } from '../commands/face.ts';
import type { Request } from '../commands/request.ts';
import type { DeployJson } from '../report/deploy-json.ts';
import { DeployReport } from '../report/deploy-report.ts';
import { type Ending, endingJson, endingOf } from '../report/ending.ts';
import { endingSummary, textSummary } from '../report/ending-summary.ts';
import { Annotations } from './annotations.ts';
import { watchCancellation } from './cancellation.ts';
import { type InputTexts, readTexts, secretTexts, secretVariables, toRequest } from './inputs.ts';
import { LeftBehind } from './left-behind.ts';
import { ActionLog } from './log.ts';
import { outputsOf, type OutputValues, setOutputs } from './outputs.ts';
import { reportedFindings } from './reported-findings.ts';
import { writeSummary } from './summary.ts';

/** The core, as the entry hands it in. */
export type RunRequest = (request: Request, face: Face) => Promise<CommandResult>;

interface Session {
  readonly env: Face['env'];
  readonly workingDirectory: string;
  readonly temporaryFolder: string;
  readonly masker: Masker;
  readonly leftBehind: LeftBehind;
  readonly report: DeployReport;
  readonly signal: AbortSignal;
  log: ActionLog;
  annotations: Annotations;
}

/** What a step leaves for others; the exit code is the contract's. */
interface Outcome {
  readonly exitCode: number;
  readonly json: unknown;
  readonly values: OutputValues;
  readonly summary: string;
  /** Why the step fails; undefined: it does not. */
  readonly reason: string | undefined;
}

/** Sets the exit code of `host`, which is read here and nowhere below. */
export async function runAction(host: NodeJS.Process, run: RunRequest): Promise<void> {
  const texts = readTexts();
  const session = openSession(host);
  for (const secret of secretTexts(texts)) session.masker.add(secret);
  for (const name of secretVariables()) delete host.env[name]; // children inherit host.env
  const outcome = await runCommand(session, texts, run);
  session.log.flush();
  session.annotations.finish();
  await leave(session, outcome);
  if (outcome.reason !== undefined) core.setFailed(session.masker.mask(outcome.reason));
  host.exitCode = outcome.exitCode;
}

function openSession(host: NodeJS.Process): Session {
  const env = { ...host.env };
  const log = new ActionLog({ detail: 'compact', logFormat: 'text', command: '', onWarning: (message) => core.warning(message) });
  return {
    env,
    workingDirectory: env['GITHUB_WORKSPACE'] || host.cwd(),
    temporaryFolder: temporaryFolderOf(env),
    masker: new Masker((form) => core.setSecret(form)),
    leftBehind: new LeftBehind(),
    report: new DeployReport(Date.now()),
    signal: watchCancellation(host),
    log,
    annotations: new Annotations((text) => log.print(text)),
  };
}

/** What the runner empties after the job. */
export function temporaryFolderOf(env: Face['env']): string {
  return env['RUNNER_TEMP'] || tmpdir();
}
