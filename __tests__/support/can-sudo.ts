import { spawnSync } from 'node:child_process';

/** Whether this user may become root without a password: what tests of `use_sudo` need. */
export const CAN_SUDO = spawnSync('sudo', ['-n', 'true']).status === 0;
