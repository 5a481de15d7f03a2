/**
 * Installs what this project needs on a new machine: npm packages and system tools. The file is plain JavaScript for
 * Node 20 and later, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Maps each tool to its package in Debian and Ubuntu. `SEARCH` adds two folders to PATH, because PATH often lacks the
 * folder of sshd.
 */
const PACKAGES = {
  rsync: 'rsync',
  make: 'make',
  python3: 'python3',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  openssl: 'openssl',
  git: 'git',
  busybox: 'busybox',
  shellcheck: 'shellcheck',
};
const SEARCH = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/**
 * Installs missing tools when the user is root and apt-get exists. Otherwise prints the command that installs the
 * tools, and exits with status 2.
 */
export function needTools(tools) {
  const missing = tools.filter((tool) => !SEARCH.some((folder) => existsSync(join(folder, tool))));
  if (missing.length === 0) return;
  const packages = missing.map((tool) => PACKAGES[tool]);
  const command = `apt-get install -y ${packages.join(' ')}`;
  const possible = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!possible) stop(`missing: ${missing.join(', ')}. Install with: sudo ${command}`);
  console.log(`installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  const { status } = spawnSync('apt-get', ['install', '-y', '-qq', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  if (status !== 0) stop(`could not install ${packages.join(', ')}. Try: ${command}`);
}

/** Runs `npm ci` when node_modules is older than the lock file. */
export function needPackages() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('installing npm packages …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) stop('npm ci failed, see above');
}

/** Runs a command from node_modules/.bin, with that folder first on PATH. Exits this process when the command fails. */
export function run(command, args) {
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status, signal, error } = spawnSync(join(bin, command), args, { cwd: root, stdio: 'inherit', env });
  if (error) stop(`could not run ${command}: ${error.message}`);
  if (status !== 0) process.exit(signal ? 130 : (status ?? 1));
}

export function stop(message) {
  console.error(message);
  process.exit(2);
}
