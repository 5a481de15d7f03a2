/** Runs the action: parses the inputs, runs the command, reports the result. Outputs and summary are always written. */
import { homedir, hostname } from 'node:os';
import * as core from '@actions/core';
import { messageOf } from '../base/failure.ts';
import type { Door } from '../door/door.ts';
import type { DeployJson } from '../report/deploy-json.ts';
import { DeployReport } from '../report/deploy-report.ts';
import { type Ending, endingJson, endingOf } from '../report/ending.ts';
import { endingSummary, textSummary } from '../report/ending-summary.ts';
import { reasonIn } from '../report/result-text.ts';
import { parseRunIdentity, type RunIdentity } from '../request/run-identity.ts';
import type { CommandResult, Face, RunRequest, Shown } from '../session/face.ts';
import { watchCancellation } from './cancellation.ts';
import { documentLink } from './document-link.ts';
import { HandoverFile } from './handover.ts';
import {
  INPUT_NAMES,
  type Inputs,
  type InputTexts,
  readTexts,
  refuseMisspelledInputs,
  secretVariables,
  toRequest,
} from './inputs.ts';
import { LeftBehind } from './left-behind.ts';
import { Annotations } from './log/annotations.ts';
import { ActionLog } from './log/log.ts';
import { print } from './log/print.ts';
import { reportedFindings } from './log/reported-findings.ts';
import { openDoor } from './open-door.ts';
import { type OutputValues, outputsOf, setOutputs } from './outputs.ts';
import { writeSummary } from './summary.ts';
import { temporaryFolderOf } from './temporary-folder.ts';

interface Session {
  readonly identity: RunIdentity;
  readonly env: Face['env'];
  readonly workingDirectory: string;
  readonly temporaryFolder: string;
  readonly door: Door;
  readonly signal: AbortSignal;
  readonly annotations: Annotations;
  readonly leftBehind: LeftBehind;
}

/** The outputs and the end of the step. */
interface Outcome {
  readonly exitCode: number;
  readonly json: unknown;
  readonly values: OutputValues;
  readonly summary: string;
  /** The reason why the step fails; undefined when it succeeds. */
  readonly reason: string | undefined;
}

/** Runs the action and sets the exit code of `host`. Functions that are called from here do not read `host`. */
export async function runAction(host: NodeJS.Process, run: RunRequest): Promise<void> {
  const env = { ...host.env };
  const texts = readTexts();
  for (const name of secretVariables()) delete host.env[name]; // child processes inherit host.env
  const door = openDoor(texts);
  const session: Session = {
    env,
    identity: parseRunIdentity(env, { pid: host.pid, hostname: hostname() }),
    workingDirectory: env.GITHUB_WORKSPACE || host.cwd(),
    temporaryFolder: temporaryFolderOf(env),
    door,
    signal: watchCancellation(host),
    annotations: new Annotations(),
    leftBehind: new LeftBehind(),
  };
  const outcome = await runTexts(session, texts, run);
  session.annotations.finish();
  await leave(session, outcome);
  if (outcome.reason !== undefined) core.setFailed(outcome.reason);
  host.exitCode = outcome.exitCode;
}

async function runTexts(session: Session, texts: InputTexts, run: RunRequest): Promise<Outcome> {
  let inputs: Inputs;
  try {
    refuseMisspelledInputs();
    inputs = toRequest(texts, { workingDirectory: session.workingDirectory, home: homedir() });
  } catch (thrown) {
    return failed(session, {
      command: texts.get('command') ?? 'deploy',
      ending: session.door.ending(endingOf(thrown)),
      progress: undefined,
    });
  }
  for (const notice of inputs.notices) core.notice(session.door.text(notice));
  return runInputs(session, inputs, run);
}

async function runInputs(session: Session, { request, logFormat }: Inputs, run: RunRequest): Promise<Outcome> {
  const { annotations, signal, door } = session;
  const { command, flags } = request;
  const detail = flags.verbose || core.isDebug() ? 'all' : 'compact';
  const log = new ActionLog({ detail, logFormat, command, onWarning: (message) => annotations.warn(message) });
  const report = new DeployReport(Date.now());
  door.hear((event) => report.add(event));
  door.hear((event) => log.emit(event));
  door.open();
  try {
    const result = await run(request, faceOf(session));
    const shown = door.result(result);
    log.flush();
    if (logFormat === 'text') print(shown.text);
    annotations.add(reportedFindings(shown.json), logFormat === 'text' ? 'has them' : 'lacks them');
    return finished(command, result.exitCode, shown);
  } catch (thrown) {
    log.flush();
    const ending = door.ending(endingOf(signal.aborted ? signal.reason : thrown));
    if (ending.stack !== undefined && detail === 'all') print(ending.stack);
    return failed(session, { command, ending, progress: door.progress(report.brokenOff(Date.now())) });
  }
}

function faceOf(session: Session): Face {
  const { env, identity, workingDirectory, temporaryFolder, door, signal, annotations, leftBehind } = session;
  const handover = new HandoverFile(temporaryFolder, (folder) => leftBehind.add(folder));
  return {
    identity,
    disk: 'lost',
    audience: 'log',
    inputNames: INPUT_NAMES,
    env,
    workingDirectory,
    temporaryFolder,
    masker: door.masker,
    signal,
    emit: door.emit,
    hear: door.hear,
    warn: (diagnostics) => annotations.add(door.findings(diagnostics), 'lacks them'),
    onHandover: (next) => handover.keep(next),
    onStaging: (folder) => leftBehind.add(folder),
  };
}

function finished(command: string, exitCode: CommandResult['exitCode'], shown: Shown): Outcome {
  const { json, text, outputs = {}, summary = textSummary(command, text) } = shown;
  const reason = exitCode === 0 ? undefined : reasonIn(command, text);
  return { exitCode, json, values: outputs, summary, reason };
}

interface Broken {
  readonly command: string;
  /** The ending, already masked by the door. */
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

/** Writes outputs and summary. A failure of one does not prevent the other. */
async function leave(
  { env, temporaryFolder, door, leftBehind }: Session,
  { json, values, summary }: Outcome,
): Promise<void> {
  const onFolder = (folder: string) => leftBehind.add(folder);
  await warnOnFailure(door, 'outputs', () => setOutputs({ values, json, temporaryFolder, onFolder }));
  await warnOnFailure(door, 'job summary', () => writeSummary(summary, env));
}

async function warnOnFailure(door: Door, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    core.warning(door.text(`the ${what} could not be written: ${messageOf(thrown)}`));
  }
}
