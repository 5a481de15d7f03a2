import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { toOpenSshText } from '../../src/transport/ssh/keys/openssh-key.ts';
import { ownLoopbackAddress } from './free-port.ts';

/** What the server does: it never opens a channel, never answers a command, or answers without running the command. */
export type Silence = 'no channel' | 'no command' | 'no script';

/** A real SSH server that accepts every login and then does not answer. */
export interface MuteSshd extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The line of the server for known_hosts. */
  readonly hostKeyLine: string;
  /** Number of logins so far. */
  readonly logins: number;
  /** Number of requests so far that the server did not answer. */
  readonly unanswered: number;
  /** Resolves at the next request that the server does not answer. */
  nextUnanswered(): Promise<void>;
  /** Closes every connection, as a machine does when it shuts down normally. */
  hangUp(): void;
  /** From now on the server opens channels. It answers each command with the first line of maand's scripts and `exit 0`. */
  speak(): void;
}

export async function startMuteSshd(
  silence: Silence,
  place: { readonly host: string; readonly port: number } = { host: ownLoopbackAddress(), port: 0 },
): Promise<MuteSshd> {
  const { host } = place;
  // The key generator of ssh2 writes some keys that ssh2 itself cannot read.
  const hostKey = toOpenSshText(generateKeyPairSync('ed25519').privateKey) ?? '';
  const parsed = ssh2.utils.parseKey(hostKey);
  if (parsed instanceof Error) throw parsed;
  const clients = new Set<Connection>();
  let mode: Silence | 'speaks' = silence;
  let logins = 0;
  let unanswered = 0;
  let heard: (() => void)[] = [];
  const leave = (): void => {
    unanswered++;
    for (const tell of heard) tell();
    heard = [];
  };
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.on('authentication', (login) => login.accept());
    client.on('ready', () => void logins++);
    client.on('session', (acceptSession) => {
      if (mode === 'no channel') return leave();
      acceptSession().on('exec', (acceptCommand, _reject, { command }) => {
        if (mode === 'no command') return leave();
        const channel = acceptCommand();
        if (mode === 'no script') return leave();
        answer(channel, command);
      });
    });
  });
  server.listen(place.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    hostKeyLine: `[${host}]:${port} ${parsed.type} ${parsed.getPublicSSH().toString('base64')}`,
    get logins() {
      return logins;
    },
    get unanswered() {
      return unanswered;
    },
    nextUnanswered: () => new Promise((resolve) => heard.push(resolve)),
    hangUp: () => {
      for (const client of clients) client.end();
    },
    speak: () => {
      mode = 'speaks';
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.end();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers like a shell whose script ends immediately: it sends only the first line that maand's scripts print. */
function answer(channel: ServerChannel, command: string): void {
  const [token] = /maand-[0-9a-f]{16}/.exec(command) ?? [];
  channel.write(`\n${token} pid 4711\n\n${token} ready 4711\n`);
  channel.exit(0);
  channel.end();
}
