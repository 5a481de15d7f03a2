/**
 * Runs an SSH worker for the demo without root and without sshd. The SSH server comes from the `ssh2` package. Commands
 * run with `sh` in a home folder, each in its own process group, as with sshd.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import ssh2, {
  type AuthContext,
  type Connection,
  type ParsedKey,
  type PublicKeyAuthContext,
  type ServerChannel,
  type Session,
} from 'ssh2';
import { toOpenSshText } from '../src/transport/ssh/keys/openssh-key.ts';

export interface DemoWorkerOptions {
  /** A loopback address, e.g. `127.0.0.2`. */
  readonly host: string;
  /** The port; with the default 0, the system chooses a free port. */
  readonly port?: number;
  /**
   * The absolute path of the folder in which commands start. This folder is also the HOME of the commands. A missing
   * folder is created.
   */
  readonly home: string;
  /** The only public key that may log in, e.g. `ssh-ed25519 AAAA…`. Any user name is accepted. */
  readonly authorizedKey: string;
}

export interface DemoWorker {
  readonly host: string;
  readonly port: number;
  /** The line for known_hosts. */
  readonly hostKeyLine: string;
  /** The number of logins so far. */
  readonly connections: number;
  /** Ends all connections, and all processes in the process groups of commands. */
  close(): Promise<void>;
}

/**
 * Makes a key pair for one demo: `private` in OpenSSH's format, `public` as a line of authorized_keys. The key
 * generator of `ssh2` is not used, because that generator drops leading zeros. As a result, one of 128 keys would be
 * invalid.
 */
export function generateDemoKey(): { readonly private: string; readonly public: string } {
  const text = toOpenSshText(generateKeyPairSync('ed25519').privateKey) ?? '';
  const key = parseKey(text);
  return { private: text, public: `${key.type} ${key.getPublicSSH().toString('base64')}` };
}

/** Starts a worker. Resolves when the worker accepts connections. */
export async function startDemoWorker(options: DemoWorkerOptions): Promise<DemoWorker> {
  const { host, home } = options;
  await mkdir(home, { recursive: true });
  const authorized = parseKey(options.authorizedKey);
  const hostKey = generateDemoKey();
  const clients = new Set<Connection>();
  const groups = new Set<number>();
  let connections = 0;
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => authenticate(context, authorized));
    client.on('ready', () => {
      connections++;
      client.on('session', (accept) => serveSession(accept(), home, groups));
    });
  });
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    hostKeyLine: `${port === 22 ? host : `[${host}]:${port}`} ${hostKey.public}`,
    get connections() {
      return connections;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.end();
      for (const group of groups) signalGroup(group, 'SIGKILL');
      await closed;
    },
  };
}

function parseKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

function authenticate(context: AuthContext, authorized: ParsedKey): void {
  if (context.method === 'publickey' && holdsKey(context, authorized)) context.accept();
  else context.reject(['publickey']);
}

function holdsKey(context: PublicKeyAuthContext, authorized: ParsedKey): boolean {
  const expected = authorized.getPublicSSH();
  const { data } = context.key;
  const { blob, signature, hashAlgo } = context;
  if (data.length !== expected.length || !timingSafeEqual(data, expected)) return false;
  // A client may first ask, without a signature, whether the server would accept the key.
  return signature === undefined || (blob !== undefined && authorized.verify(blob, signature, hashAlgo) === true);
}

function serveSession(session: Session, home: string, groups: Set<number>): void {
  let child: ChildProcess | undefined;
  session.on('exec', (accept, _reject, info) => {
    child = runCommand(accept(), info.command, home);
    const { pid } = child;
    if (pid === undefined) return;
    groups.add(pid);
    // The id of an empty group must be removed, because a new process group may get the same id later.
    child.once('exit', () => void (signalGroup(pid, 0) || groups.delete(pid)));
  });
  session.on('signal', (accept, _reject, info) => {
    accept?.();
    const name = `SIG${info.name}`;
    if (child?.pid !== undefined && isSignal(name)) signalGroup(child.pid, name);
  });
}

function runCommand(channel: ServerChannel, command: string, home: string): ChildProcess {
  const child = spawn('sh', ['-c', command], {
    cwd: home,
    // The command gets its own process group. A signal to the group ends the command with all its children.
    detached: true,
    env: { PATH: process.env.PATH, HOME: home, USER: process.env.USER, SHELL: '/bin/sh', LANG: process.env.LANG },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  channel.on('error', () => {});
  // Errors of stdin are ignored, because a command may end without reading its input.
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('exit', (code, signal) => {
    if (signal) channel.exit(signal.slice(3), false, '');
    else channel.exit(code ?? 255);
  });
  // The channel ends only after stdout and stderr have ended, because a background process may keep them open.
  child.once('close', () => channel.end());
  // When the client closes the channel, the pipes are closed. sshd does the same.
  channel.once('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  });
  return child;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}

/**
 * Sends a signal to a process group. Signal 0 only checks whether the group has a process. Returns false when the group
 * has no process.
 */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH') return false;
    throw thrown;
  }
}
