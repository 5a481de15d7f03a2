/** Decides the SSH address of a worker: host, port, user, folder and host key. */
import type { Settings, WorkerEntry } from '../workspace/types.ts';

/** How a worker is reached: its own entry in `workers.json` wins over the bucket's settings. */
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
