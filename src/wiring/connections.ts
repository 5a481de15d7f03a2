/** The only SSH transport of a run. It opens at its first use. The state, deliveries, commands and probes share it. */
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import { readSmallFile } from '../base/small-file.ts';
import type { Request } from '../request/request.ts';
import type { Face } from '../session/face.ts';
import type { Ledger } from '../state/ledger.ts';
import { stopFailure } from '../state/stop.ts';
import { lazyTransport } from '../transport/lazy-transport.ts';
import type { Transport } from '../transport/port.ts';
import { fingerprint, type KnownHostsText } from '../transport/ssh/keys/known-hosts.ts';
import type { PrivateKeyText } from '../transport/ssh/keys/private-key.ts';

/** The folder and the settings of the bucket. */
export interface ConnectionPlace {
  readonly bucketDir: string;
  readonly settings: { readonly sshKey: string; readonly sshProxyJump: string; readonly parallelWorkers: number };
}

/** The values that a connection gets from the face of the command, or from `post`, which emits nothing. */
export type Connecting = Pick<Face, 'inputNames' | 'masker'> & Partial<Pick<Face, 'emit'>>;

export class Connections implements AsyncDisposable {
  readonly #request: Pick<Request, 'connection'>;
  readonly #face: Connecting;
  /** Address → key line, from the state or from a worker that showed the key. */
  readonly #pins = new Map<string, string>();
  readonly #shown = new Map<string, string>();
  #ledger: Pick<Ledger, 'hostKeys' | 'pinHostKey'> | undefined;
  #transport: Transport | undefined;

  constructor(request: Pick<Request, 'connection'>, face: Connecting) {
    this.#request = request;
    this.#face = face;
  }

  /** Returns the shared transport. Closing it does nothing, because the connections end with the run. */
  open(place: ConnectionPlace): Transport {
    this.#transport ??= lazyTransport(() => this.#connect(place));
    const shared = this.#transport;
    return {
      get handshakes() {
        return shared.handshakes;
      },
      connect: (worker, signal) => shared.connect(worker, signal),
      exec: (worker, command, signal) => shared.exec(worker, command, signal),
      deliver: (worker, delivery, signal) => shared.deliver(worker, delivery, signal),
      forget: (after) => shared.forget(after),
      [Symbol.asyncDispose]: async () => {},
    };
  }

  /** Returns all keys that are pinned so far, each as an address and a known_hosts line. */
  get pins(): readonly (readonly [string, string])[] {
    return [...this.#pins, ...this.#shown];
  }

  /** Pins keys from a state. A key that is already pinned is kept. */
  pin(hostKeys: Iterable<readonly [string, string]>): void {
    for (const [address, line] of hostKeys) if (!this.#pins.has(address)) this.#pins.set(address, line);
  }

  /**
   * Pins new keys in the ledger from now on. Throws a `Failure` (exit code 3) when a worker showed a different key than
   * the key in the state.
   */
  attach(ledger: Pick<Ledger, 'hostKeys' | 'pinHostKey'>): void {
    this.#ledger = ledger;
    this.pin(ledger.hostKeys);
    for (const [address, line] of this.#shown) {
      const known = ledger.hostKeys.get(address);
      if (known !== undefined && known !== line) throw changedKey(address);
      ledger.pinHostKey(address, line);
    }
  }

  /**
   * Returns the type and the fingerprint of the private key in the format of `ssh-keygen -l`. Throws a `Failure` (exit
   * code 2) when the key cannot be used.
   */
  async describeKey({ bucketDir, settings }: ConnectionPlace): Promise<string> {
    const text = await readPrivateKey(this.#request, this.#face, join(bucketDir, 'secrets', settings.sshKey));
    const { loadSshLibrary } = await import('../transport/ssh/ssh-library.ts');
    const { key } = await loadSshLibrary(text);
    return `${key.type} ${fingerprint(key.getPublicSSH())} (${text.source})`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport?.[Symbol.asyncDispose]();
  }

  async #connect({ bucketDir, settings }: ConnectionPlace): Promise<Transport> {
    const { openSshTransport } = await import('../transport/ssh/ssh-transport.ts');
    const privateKey = await readPrivateKey(this.#request, this.#face, join(bucketDir, 'secrets', settings.sshKey));
    return openSshTransport({
      privateKey,
      knownHosts: await readKnownHosts(this.#request, bucketDir, this.#pins),
      hostKeyPolicy: this.#request.connection.hostKeyPolicy,
      onNewHostKey: (host, port, line) => this.#learn(`${host}:${port}`, line),
      proxyJump: settings.sshProxyJump,
      parallelWorkers: settings.parallelWorkers,
      onSlowDial: (title) =>
        this.#face.emit?.({ type: 'noticed', level: 'info', message: `waiting for ${title}: connecting …` }),
    });
  }

  #learn(address: string, line: string): void {
    this.#shown.set(address, line);
    this.#ledger?.pinHostKey(address, line);
  }
}

function changedKey(address: string): Failure {
  return stopFailure({
    code: 'host-key-changed',
    message: `${address} showed another host key than the one that the state has pinned`,
    hint: 'find out why before you trust it; to accept it, add the new key to workspace/known_hosts',
  });
}

async function readPrivateKey(
  { connection }: Pick<Request, 'connection'>,
  face: Connecting,
  file: string,
): Promise<PrivateKeyText> {
  const { privateKey, passphrase } = connection;
  const given = face.inputNames.sshKey;
  const text = privateKey ?? (await readKeyFile(file, given));
  face.masker.add(text);
  if (passphrase !== undefined) face.masker.add(passphrase);
  return { text, source: privateKey === undefined ? file : given, passphrase };
}

async function readKeyFile(path: string, instead: string): Promise<string> {
  return readSmallFile(path).catch((thrown: NodeJS.ErrnoException) => {
    const why = thrown.code === 'ENOENT' ? 'does not exist' : thrown.message.replace(/^it /, '');
    throw new Failure(`there is no SSH key: ${path} ${why}`, {
      exitCode: 2,
      hint: `put the private key there, or give it as ${instead}`,
    });
  });
}

/**
 * Returns the lines that people wrote, followed by the pinned keys. The lines of people come first, because messages
 * ask people to add a missing line to the first source.
 */
async function readKnownHosts(
  { connection }: Pick<Request, 'connection'>,
  bucketDir: string,
  pinned: ReadonlyMap<string, string>,
): Promise<KnownHostsText[]> {
  const file = join(bucketDir, 'workspace', 'known_hosts');
  const written =
    connection.knownHosts === undefined
      ? { source: 'workspace/known_hosts', text: await readSmallFile(file).catch(emptyWhenMissing) }
      : { source: 'input known-hosts', text: connection.knownHosts };
  return [written, { source: 'keys pinned in state', text: [...pinned.values()].join('\n') }];
}

function emptyWhenMissing(thrown: NodeJS.ErrnoException): string {
  if (thrown.code === 'ENOENT') return '';
  throw new Failure(`cannot read workspace/known_hosts: ${thrown.message}`, { exitCode: 2, cause: thrown });
}
