import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, ownLoopbackAddress } from './free-port.ts';
import { killAll, processesWith, processTree } from './process-tree.ts';

const run = promisify(execFile);
const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find((path) => existsSync(path));

export interface SshdOptions {
  /** An existing, empty folder that only this server uses. */
  readonly folder: string;
  /** File with the public keys of the users that may log in. */
  readonly authorizedKeys: string;
  readonly hostKeyTypes?: readonly ('ed25519' | 'rsa' | 'ecdsa')[] | undefined;
  readonly sshdLines?: readonly string[] | undefined;
  readonly path?: string | undefined;
  readonly bashrc?: string | undefined;
  readonly place?: FixedPlace | undefined;
}

/** A fixed address, and the private host key (ed25519) of the server at that address. */
export interface FixedPlace {
  readonly host: string;
  readonly port: number;
  readonly hostKey: string;
}

/** One running sshd. */
export interface FarmSshd {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly home: string;
  readonly root: string;
  readonly logFile: string;
  readonly hostKeyLine: string;
  /** Ends the server, its sessions and their processes. Resolves when all of them have ended. */
  kill(): Promise<void>;
}

/** Starts one `sshd` on its own loopback address. Resolves when the server listens. */
export async function startSshd(options: SshdOptions): Promise<FarmSshd> {
  if (!SSHD) throw new Error('sshd is not installed: apt-get install openssh-server');
  const { folder } = options;
  const [home, root, logFile] = [join(folder, 'home'), join(folder, 'root'), join(folder, 'sshd.log')];
  await Promise.all([mkdir(home), mkdir(root), privilegeSeparationFolder()]);
  for (const name of options.bashrc === undefined ? [] : ['.bashrc', '.profile', '.bash_profile']) {
    await writeFile(join(home, name), options.bashrc ?? '');
  }
  const { place } = options;
  const types = options.hostKeyTypes ?? ['ed25519'];
  const keyFiles = place
    ? [await layHostKey(folder, place.hostKey)]
    : await Promise.all(types.map((type) => makeHostKey(folder, type)));
  const host = place?.host ?? ownLoopbackAddress();
  const port = place?.port ?? (await freePort(host));
  // All processes of the server's sessions inherit this mark. `kill` ends only processes with the mark.
  const mark = `MAAND_FARM=${randomBytes(8).toString('hex')}`;
  const config = join(folder, 'sshd_config');
  await writeFile(config, await configText({ ...options, host, port, home, mark, keyFiles }));
  const child = await launch(config, logFile);
  const [keyType, key] = (await readFile(`${keyFiles[0]}.pub`, 'utf8')).split(' ');
  const hostKeyLine = `[${host}]:${port} ${keyType} ${key?.trim()}`;
  const user = userInfo().username;
  return { host, port, user, home, root, logFile, hostKeyLine, kill: () => kill(child, mark) };
}

async function makeHostKey(folder: string, type: string): Promise<string> {
  const file = join(folder, `host_${type}`);
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  await run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-f', file]);
  return file;
}

async function layHostKey(folder: string, text: string): Promise<string> {
  const file = join(folder, 'host_ed25519');
  await writeFile(file, text, { mode: 0o600 });
  const { stdout } = await run('ssh-keygen', ['-y', '-f', file]);
  await writeFile(`${file}.pub`, stdout);
  return file;
}

async function configText(sshd: {
  readonly host: string;
  readonly port: number;
  readonly home: string;
  readonly mark: string;
  readonly keyFiles: readonly string[];
  readonly authorizedKeys: string;
  readonly sshdLines?: readonly string[] | undefined;
  readonly path?: string | undefined;
}): Promise<string> {
  const lines = [
    // sshd uses the first value of a keyword, so the lines of the test take precedence.
    ...(sshd.sshdLines ?? []),
    `ListenAddress ${sshd.host}`,
    `Port ${sshd.port}`,
    ...sshd.keyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${sshd.authorizedKeys}`,
    `SetEnv HOME=${sshd.home} ${sshd.mark} PATH=${sshd.path ?? process.env.PATH}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'LogLevel VERBOSE',
    'MaxStartups 500:30:1000',
    'PrintMotd no',
    'PrintLastLog no',
    'UseDNS no',
  ];
  return `${lines.join('\n')}\n`;
}

async function launch(config: string, logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  const child = spawn(SSHD ?? '', ['-D', '-e', '-f', config], { stdio: ['ignore', log.fd, log.fd] });
  try {
    await Promise.race([logSays(logFile, 'Server listening on'), failure(child, logFile)]);
  } finally {
    await log.close();
  }
  return child;
}

async function logSays(logFile: string, words: string): Promise<void> {
  const changes = new AbortController();
  const said = new Promise<void>((resolve) => {
    const look = async (): Promise<void> => {
      if ((await readFile(logFile, 'utf8')).includes(words)) resolve();
    };
    watch(logFile, { signal: changes.signal }, () => void look());
    void look();
  });
  await said;
  changes.abort();
}

async function failure(child: ChildProcess, logFile: string): Promise<never> {
  await once(child, 'exit');
  throw new Error(`sshd did not start:\n${await readFile(logFile, 'utf8')}`);
}

async function kill(child: ChildProcess, mark: string): Promise<void> {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  if (child.pid !== undefined && exited) killAll(processTree(child.pid));
  await exited;
  killAll(processesWith(mark));
}

/**
 * Creates a folder that sshd requires when root runs it. Distributions create the folder when the system's own sshd starts.
 */
async function privilegeSeparationFolder(): Promise<void> {
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
}
