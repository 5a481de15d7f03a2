/** A notifier with real channels. It collects the warnings of the notifier. */
import type { Masker } from '../../../src/base/masker.ts';
import type { ShellHookRecord } from '../../../src/events/hook-record.ts';
import type { ChannelSurroundings, Origin } from '../../../src/notify/channel.ts';
import { type Notifier, openNotifier } from '../../../src/notify/notifier.ts';
import { hookNotice, type Notice } from '../../../src/report/notice.ts';
import { parseTargets } from '../../../src/request/notify/parse-targets.ts';
import { doorFace } from '../../support/local-face.ts';

export const origin: Origin = {
  host: 'runner-1',
  user: 'deployer',
  workingDirectory: '/srv/shop',
  runId: 'run-1',
  runUrl: undefined,
};

export const PATIENT = { limitMs: 30_000, cancelledMs: 30_000, signal: new AbortController().signal };

export interface NotifierRig {
  readonly notifier: Notifier;
  readonly masker: Masker;
  readonly warnings: string[];
  /** Sends notices. Resolves when each notice is delivered or dropped. */
  send(...notices: Notice[]): Promise<void>;
}

export async function openRig(notify: string, surroundings: Partial<ChannelSurroundings> = {}): Promise<NotifierRig> {
  const targets = parseTargets(notify);
  if (!targets.ok) throw new Error(targets.reason);
  const warnings: string[] = [];
  const { masker, emit } = doorFace((event) => {
    if (event.type === 'noticed') warnings.push(event.message);
  });
  const notifier = await openNotifier({
    targets: targets.value,
    masker,
    warn: (message) => emit({ type: 'noticed', level: 'warning', message }), // a deploy also sends its warnings through the door
    env: { SLACK_TOKEN: 'xoxb-token' },
    bucketDir: '/nowhere',
    origin,
    ...surroundings,
  });
  return {
    notifier,
    masker,
    warnings,
    send: async (...notices) => {
      for (const notice of notices) notifier.send(notice);
      await notifier.close(PATIENT);
    },
  };
}

export function record(overrides: Partial<ShellHookRecord> = {}): ShellHookRecord {
  return {
    hook: 'before-deploy',
    command: './checks.sh',
    stdout: 'all fine',
    stderr: '',
    exitCode: 0,
    durationMs: 2500,
    ...overrides,
  };
}

export const failedRecord = record({ exitCode: 1, problem: 'failed (exit 1)', stderr: 'disk full' });

export const notices = {
  started: { event: 'deploy-started', text: 'shop: deploy of 1 job started: api' },
  hookSucceeded: hookNotice(record()),
  hookFailed: hookNotice(failedRecord),
  succeeded: { event: 'deploy-succeeded', text: 'shop: deploy finished' },
  failed: { event: 'deploy-failed', text: 'shop: deploy failed: job api' },
} satisfies Readonly<Record<string, Notice>>;
