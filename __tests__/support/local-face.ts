import { Masker } from '../../src/base/masker.ts';
import { Door } from '../../src/door/door.ts';
import type { Emit } from '../../src/events/rollout-event.ts';
import { type LocalProcess, parseRunIdentity } from '../../src/request/run-identity.ts';
import type { CommandResult, Face, Shown } from '../../src/session/face.ts';

const PROCESS: LocalProcess = { pid: 4711, hostname: 'laptop' };

/**
 * Returns the properties of a face: those of the command line on a laptop, or with variables of GitHub those of the action.
 */
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

/** Returns the door of a face. `hearer` receives everything that passes through the door. */
export function doorFace(hearer: Emit = () => {}): Pick<Face, 'masker' | 'emit' | 'hear'> {
  const door = new Door(new Masker());
  door.hear(hearer);
  door.open();
  const { masker, emit, hear } = door;
  return { masker, emit, hear };
}

/** Returns the result of a run without secrets, as a face would show it. */
export function shown({ show }: CommandResult): Shown {
  return show((text) => text);
}
