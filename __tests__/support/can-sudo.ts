import { spawnSync } from 'node:child_process';

/** Whether this user can become root without a password. Tests of `use_sudo` need this. */
export const CAN_SUDO = spawnSync('sudo', ['-n', 'true']).status === 0;
