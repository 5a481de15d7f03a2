/**
 * An SSH worker without root and without sshd, for the demo: real SSH by the server half of the `ssh2` package, real commands by
 * `sh` in a home folder of its own. Each command leads a process group of its own, as with sshd.
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
  /** A loopback address: `127.0.0.2`. */
  readonly host: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Absolute, made when missing: the folder where commands start, and their HOME. */
  readonly home: string;
  /** `ssh-ed25519 AAAA…`: the one key that may log in, under any user name. */
  readonly authorizedKey: string;
}

export interface DemoWorker {
  readonly host: string;
  readonly port: number;
  /** For known_hosts. */
  readonly hostKeyLine: string;
  /** Logins so far. */
  readonly connections: number;
  /** Ends connections, commands and what these left running in their process groups. */
  close(): Promise<void>;
}

/**
 * A key pair for one demo: `private` in OpenSSH's format, `public` as a line of authorized_keys. (The generator of `ssh2` drops
 * leading zeros: one key in 128 is broken.)
 */
export function generateDemoKey(): { readonly private: string; readonly public: string } {
  const text = toOpenSshText(generateKeyPairSync('ed25519').privateKey) ?? '';
  const key = parseKey(text);
  return { private: text, public: `${key.type} ${key.getPublicSSH().toString('base64')}` };
}

/** Starts a worker and resolves when it listens. */
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
  // A client may first ask whether a key would do, without a signature.
  return signature === undefined || (blob !== undefined && authorized.verify(blob, signature, hashAlgo) === true);
}

function serveSession(session: Session, home: string, groups: Set<number>): void {
  let child: ChildProcess | undefined;
  session.on('exec', (accept, _reject, info) => {
    child = runCommand(accept(), info.command, home);
    const { pid } = child;
    if (pid === undefined) return;
    groups.add(pid);
    // An empty group must be forgotten: its number may come to belong to somebody else.
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
    // Its pid becomes the id of a process group, which is how a command is ended with all its children.
    detached: true,
    env: { PATH: process.env.PATH, HOME: home, USER: process.env.USER, SHELL: '/bin/sh', LANG: process.env.LANG },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  channel.on('error', () => {});
  // A command need not read its input.
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.once('exit', (code, signal) => {
    if (signal) channel.exit(signal.slice(3), false, '');
    else channel.exit(code ?? 255);
  });
  // Not before both outputs have ended: a background process may still hold them.
  child.once('close', () => channel.end());
  // The other side has given up: let go of the pipes, as sshd does.
  channel.once('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  });
  return child;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}

/** False when nobody is left in the group; signal 0 only asks. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH') return false;
    throw thrown;
  }
}
