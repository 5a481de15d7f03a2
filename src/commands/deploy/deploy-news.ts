/** Reports a deploy to the channels of `notify`, from its start to its end, whether it succeeds or not. */
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { formatDiagnostic } from '../../base/diagnostic.ts';
import { messageOf } from '../../base/failure.ts';
import { maskFreeText } from '../../base/free-text.ts';
import { SHELL_HOOK_WORDING } from '../../events/event-wording.ts';
import type { ShellHookRecord } from '../../events/hook-record.ts';
import type { Notifier } from '../../notify/notifier.ts';
import { endingOf } from '../../report/ending.ts';
import { failedNotice, hookNotice, type Notice, startedNotice, succeededNotice } from '../../report/notice.ts';
import { reasonIn } from '../../report/result-text.ts';
import type { Request } from '../../request/request.ts';
import type { CommandResult, Face } from '../../session/face.ts';
import { locateBucket } from '../../session/open-bucket.ts';

/**
 * How long the end of a run waits for messages that are still being sent. The limit for a cancelled run is short, because
 * GitHub gives such a run only a few seconds.
 */
const CLOSE_LIMITS = { limitMs: 30_000, cancelledMs: 3_000 };
const FINDINGS_SHOWN = 10;
const SECRET_VARIABLES = ['SLACK_TOKEN', 'MAIL_PASSWORD', 'NOTIFY_SECRET'];

export interface News {
  started(jobs: readonly string[]): void;
  hookFinished(record: ShellHookRecord): void;
}

const SILENT: News = { started: () => {}, hookFinished: () => {} };

export interface NewsInput {
  readonly request: Request;
  readonly face: Face;
  readonly runId: string;
}

/** Runs `deploy` and sends notifications about it. Returns its result, or throws its failure, unchanged. */
export async function withNews(
  input: NewsInput,
  deploy: (news: News) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { request, face } = input;
  if (request.notify.length === 0) return deploy(SILENT);
  const bucketDir = await locateBucket(input).catch(() => face.workingDirectory); // a missing bucket is also reported
  const subject = subjectOf(request, face, bucketDir);
  const notifier = await open(input, bucketDir).catch((thrown: unknown) => {
    warn(face, `Notification error: ${messageOf(thrown)}; nothing is sent`);
  });
  if (!notifier) return deploy(SILENT);
  const { signal } = face;
  const mask = (text: string): string => face.masker.mask(text); // notices shorten their texts, so the texts are masked first
  try {
    const result = await deploy({
      started: (jobs) => notifier.send(startedNotice(subject, jobs)),
      hookFinished: (record) => notifier.send(hookNotice(maskFreeText(record, SHELL_HOOK_WORDING, mask))),
    });
    notifier.send(endNotice(subject, result.exitCode, result.show(mask).text));
    return result;
  } catch (thrown) {
    const why = whyItEnded(signal.aborted ? signal.reason : thrown);
    notifier.send(failedNotice(subject, mask(why)));
    throw thrown;
  } finally {
    await notifier.close({ ...CLOSE_LIMITS, signal });
  }
}

function endNotice(subject: string, exitCode: CommandResult['exitCode'], text: string): Notice {
  return exitCode === 0 ? succeededNotice(subject, text) : failedNotice(subject, reasonIn('deploy', text));
}

/** Opens the notifier. Its code is loaded only in runs that have a notification target. */
async function open({ request, face, runId }: NewsInput, bucketDir: string): Promise<Notifier> {
  const { env, masker } = face;
  const secrets = request.notify.flatMap((target) => target.secrets);
  for (const secret of secrets) masker.add(secret, 'a secret of notify');
  for (const name of SECRET_VARIABLES) masker.add(env[name] ?? '', `the environment variable ${name}`);
  const { openNotifier } = await import('../../notify/notifier.ts');
  return openNotifier({
    targets: request.notify,
    masker,
    warn: (message) => warn(face, message),
    env,
    bucketDir,
    origin: {
      host: face.identity.host,
      user: userName(env),
      workingDirectory: face.workingDirectory,
      runId,
      runUrl: face.identity.url || undefined,
    },
  });
}

function warn({ emit }: Face, message: string): void {
  emit({ type: 'noticed', level: 'warning', message });
}

/** Returns the name of the deployed bucket for people, for example `octo/shop (production)`. */
function subjectOf(request: Request, face: Face, bucketDir: string): string {
  const name = face.identity.repository || basename(bucketDir);
  return request.environment === 'default' ? name : `${name} (${request.environment})`;
}

/** Returns the name of the user. In a container the user may have a number but no name. */
function userName({ USER, LOGNAME }: Face['env']): string {
  try {
    return userInfo().username;
  } catch {
    return USER || LOGNAME || 'unknown';
  }
}

function whyItEnded(thrown: unknown): string {
  const { message, hint, diagnostics } = endingOf(thrown);
  const findings = diagnostics.slice(0, FINDINGS_SHOWN).map(formatDiagnostic);
  return [hint === undefined ? message : `${message} (${hint})`, ...findings].join('\n');
}
