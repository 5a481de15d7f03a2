/** Decides the SSH address of a worker: host, port, user, folder and host key. */
import type { Settings, WorkerEntry } from '../workspace/types.ts';

/**
 * Returns the SSH address of a worker. The values of its entry in `workers.json` replace the settings of the bucket.
 */
export function addressOf({ host, port, user, root, hostKey }: WorkerEntry, settings: Settings) {
  return {
    host,
    port: port ?? settings.sshPort,
    user: user ?? settings.sshUser,
    root: root ?? settings.workerRoot,
    useSudo: settings.useSudo,
    hostKey,
  };
}
