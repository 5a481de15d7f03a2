import { type LocalProcess, parseRunIdentity } from '../../src/request/run-identity.ts';
import type { Face } from '../../src/session/face.ts';

const PROCESS: LocalProcess = { pid: 4711, hostname: 'laptop' };

/** What a face says of itself: as the command line of a laptop, or as the action of a run. */
export function localFace(env: Face['env'] = {}): Pick<Face, 'identity' | 'disk' | 'audience' | 'inputNames'> {
  return {
    identity: parseRunIdentity(env, PROCESS),
    disk: 'kept',
    audience: 'terminal',
    inputNames: { stateKey: 'MAAND_STATE_KEY', sshKey: 'MAAND_SSH_PRIVATE_KEY' },
  };
}

export function actionFace(env: Face['env']): ReturnType<typeof localFace> {
  return {
    identity: parseRunIdentity(env, PROCESS),
    disk: 'lost',
    audience: 'log',
    inputNames: { stateKey: 'input state-key', sshKey: 'input ssh-private-key' },
  };
}
