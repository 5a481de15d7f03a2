/** The action from its inputs to its outputs: parse, run, report. However it ends, outputs and summary are written. */
import { homedir, hostname } from 'node:os';
import * as core from '@actions/core';
import { messageOf } from '../base/failure.ts';
import { Masker } from '../base/masker.ts';
import type { DeployJson } from '../report/deploy-json.ts';
import { DeployReport } from '../report/deploy-report.ts';
import { type Ending, endingJson, endingOf } from '../report/ending.ts';
import { endingSummary, textSummary } from '../report/ending-summary.ts';
import { reasonIn } from '../report/result-text.ts';
import { parseRunIdentity, type RunIdentity } from '../request/run-identity.ts';
import type { CommandResult, Face, RunRequest } from '../session/face.ts';
import { watchCancellation } from './cancellation.ts';
import { documentLink } from './document-link.ts';
import { HandoverFile } from './handover.ts';
import {
  INPUT_NAMES,
  type Inputs,
  type InputTexts,
  readTexts,
  secretTexts,
  secretVariables,
  toRequest,
} from './inputs.ts';
import { LeftBehind } from './left-behind.ts';
import { Annotations } from './log/annotations.ts';
import { ActionLog } from './log/log.ts';
import { print } from './log/print.ts';
import { reportedFindings } from './log/reported-findings.ts';
import { type OutputValues, outputsOf, setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';
import { temporaryFolderOf } from './temporary-folder.ts';

interface Session {
  readonly identity: RunIdentity;
  readonly env: Face['env'];
  readonly workingDirectory: string;
  readonly temporaryFolder: string;
  readonly masker: Masker;
  readonly signal: AbortSignal;
  readonly annotations: Annotations;
  readonly leftBehind: LeftBehind;
}

/** What the step leaves for others. */
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
  const env = { ...host.env };
  const texts = readTexts();
  for (const name of secretVariables()) delete host.env[name]; // children inherit host.env
  const masker = new Masker((form) => core.setSecret(form));
  for (const secret of secretTexts(texts)) masker.add(secret);
  const session: Session = {
    env,
    identity: parseRunIdentity(env, { pid: host.pid, hostname: hostname() }),
    workingDirectory: env.GITHUB_WORKSPACE || host.cwd(),
    temporaryFolder: temporaryFolderOf(env),
    masker,
    signal: watchCancellation(host),
    annotations: new Annotations(),
    leftBehind: new LeftBehind(),
  };
  const outcome = await runTexts(session, texts, run);
  session.annotations.finish();
  await leave(session, outcome);
  if (outcome.reason !== undefined) core.setFailed(masker.mask(outcome.reason));
  host.exitCode = outcome.exitCode;
}

async function runTexts(session: Session, texts: InputTexts, run: RunRequest): Promise<Outcome> {
  let inputs: Inputs;
  try {
    inputs = toRequest(texts, { workingDirectory: session.workingDirectory, home: homedir() });
  } catch (thrown) {
    return failed(session, {
      command: texts.get('command') ?? 'deploy',
      ending: endingOf(thrown),
      progress: undefined,
    });
  }
  for (const notice of inputs.notices) core.notice(notice);
  return runInputs(session, inputs, run);
}

async function runInputs(session: Session, { request, logFormat }: Inputs, run: RunRequest): Promise<Outcome> {
  const { annotations, signal } = session;
  const { command, flags } = request;
  const detail = flags.verbose || core.isDebug() ? 'all' : 'compact';
  const log = new ActionLog({ detail, logFormat, command, onWarning: (message) => annotations.warn(message) });
  const report = new DeployReport(Date.now());
  try {
    const result = await run(request, faceOf(session, { log, report }));
    log.flush();
    if (logFormat === 'text') print(result.text);
    annotations.add(reportedFindings(result.json), logFormat === 'text' ? 'has them' : 'lacks them');
    return finished(command, result);
  } catch (thrown) {
    log.flush();
    const ending = endingOf(signal.aborted ? signal.reason : thrown);
    if (ending.stack !== undefined && detail === 'all') print(session.masker.mask(ending.stack));
    return failed(session, { command, ending, progress: report.brokenOff(Date.now()) });
  }
}

function faceOf(session: Session, { log, report }: { readonly log: ActionLog; readonly report: DeployReport }): Face {
  const { env, identity, workingDirectory, temporaryFolder, masker, signal, annotations, leftBehind } = session;
  const handover = new HandoverFile(temporaryFolder, (folder) => leftBehind.add(folder));
  return {
    identity,
    disk: 'lost',
    audience: 'log',
    inputNames: INPUT_NAMES,
    env,
    workingDirectory,
    temporaryFolder,
    masker,
    signal,
    emit: (event) => {
      report.add(event);
      log.emit(event);
    },
    warn: (diagnostics) => annotations.add(diagnostics, 'lacks them'),
    onHandover: (next) => handover.keep(next),
    onStaging: (folder) => leftBehind.add(folder),
  };
}

function finished(command: string, result: CommandResult): Outcome {
  const { exitCode, json, text, outputs = {}, summary = textSummary(command, text) } = result;
  const reason = exitCode === 0 ? undefined : reasonIn(command, text);
  return { exitCode, json, values: outputs, summary, reason };
}

interface Broken {
  readonly command: string;
  readonly ending: Ending;
  readonly progress: DeployJson | undefined;
}

function failed({ annotations, env }: Session, { command, ending: told, progress }: Broken): Outcome {
  const ending = told.see === undefined ? told : { ...told, see: documentLink(told.see, env) };
  annotations.add(ending.diagnostics, 'lacks them');
  const { message, hint, see, exitCode } = ending;
  const advice = [hint, see && `see ${see}`].filter(Boolean).join('; ');
  return {
    exitCode,
    json: endingJson(ending, progress),
    values: progress ? outputsOf(progress) : {},
    summary: endingSummary(command, ending, progress),
    reason: advice === '' ? message : `${message} (${advice})`,
  };
}

/** Each of them is tried, whatever becomes of the others. */
async function leave(
  { env, temporaryFolder, masker, leftBehind }: Session,
  { json, values, summary }: Outcome,
): Promise<void> {
  const mask = (text: string) => masker.mask(text);
  const onFolder = (folder: string) => leftBehind.add(folder);
  await warnOnFailure('outputs', () => setOutputs({ values, json, temporaryFolder, onFolder, mask }));
  await warnOnFailure('job summary', () => writeSummary(mask(summary), env));
}

async function warnOnFailure(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    core.warning(`the ${what} could not be written: ${messageOf(thrown)}`);
  }
}
