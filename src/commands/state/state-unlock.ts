/**
 * `maand state unlock TOKEN|RUN-ID`: breaks exactly the lock with that token or run id. The command opens no sealed data, so
 * it needs no state key.
 */

import { type CommandResult, resultOf } from '../../session/face.ts';
import { openInspector } from '../../session/state-store.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import { describeLock, type Unlocking } from '../../state/picture.ts';
import { stopFailure } from '../../state/stop.ts';

export async function unlockState(input: ReadBucket, word: string | undefined): Promise<CommandResult> {
  if (word === undefined) {
    throw stopFailure({
      code: 'state-command',
      message: 'state unlock needs the token or run id of the lock to break',
      hint: 'maand state show tells who has the lock',
      exitCode: 2,
    });
  }
  const inspector = await openInspector(input, [], { purpose: 'change' });
  return toResult(await inspector.unlock(word, input.face.signal), word);
}

function toResult(unlocking: Unlocking, word: string): CommandResult {
  switch (unlocking.kind) {
    case 'another':
      throw stopFailure({
        code: 'state-locked',
        message: `"${word}" is not the token or run id of the lock: ${unlocking.locks.map(describeLock).join('; ')}`,
        hint: 'if that run is certainly dead, give its token',
      });
    case 'none': {
      const { unasked } = unlocking;
      return resultOf({
        exitCode: unasked.length === 0 ? 0 : 1,
        data: { ok: unasked.length === 0, unlocked: false, problems: unasked },
        wording: { problems: 'text' },
        show: (json) => ({
          json,
          text: `there is no lock\n${json.problems.map((one) => `did not answer: ${one}\n`).join('')}`,
        }),
      });
    }
    case 'broken': {
      const { lock, problems } = unlocking;
      const { where, token, runId: run_id, command, actor, url, since } = lock;
      return resultOf({
        exitCode: problems.length === 0 ? 0 : 1,
        data: {
          ok: problems.length === 0,
          unlocked: true,
          lock: { where, token, run_id, command, actor, url, since },
          problems,
        },
        wording: { lock: 'name', problems: 'text' },
        show: (json) => ({
          json,
          text: `unlocked; it was ${describeLock(lock)}\n${json.problems.map((one) => `not unlocked: ${one}\n`).join('')}`,
        }),
      });
    }
  }
}
