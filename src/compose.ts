/** Request → adapters → command: the only place that picks adapters. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from './base/failure.ts';
import type { CommandResult, Face } from './commands/face.ts';
import type { StoreRequest, Tools, TransportRequest } from './commands/tools.ts';
import type { CommandName, Request } from './request/request.ts';
import { openFileStore } from './state/file-store.ts';
import type { StateStore } from './state/port.ts';
import type { KnownHostsText } from './transport/known-hosts.ts';
import { lazyTransport } from './transport/lazy-transport.ts';
import type { Transport } from './transport/port.ts';
import type { PrivateKeyText } from './transport/private-key.ts';

type Command = (request: Request, face: Face, tools: Tools) => Promise<CommandResult>;

/** Each command is loaded only when it is asked for. */
const COMMANDS: Partial<Record<CommandName, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  build: async () => (await import('./commands/build.ts')).build,
  deploy: async () => (await import('./commands/deploy.ts')).deploy,
  health_check: async () => (await import('./commands/health-check.ts')).healthCheck,
  hooks: async () => (await import('./commands/hooks.ts')).hooks,
  cat: async () => (await import('./commands/cat.ts')).cat,
  render: async () => (await import('./commands/render.ts')).render,
};

/** Throws a `Failure` for every expected end that is not a result. */
export async function runRequest(request: Request, face: Face): Promise<CommandResult> {
  const asked = translate(request);
  const load = COMMANDS[asked.command];
  if (load === undefined) {
    throw new Failure(`${request.command} is not available in this version`, {
      exitCode: 2,
      hint: `available are: ${Object.keys(COMMANDS).join(', ')}, validate, plan`,
    });
  }
  const command = await load();
  return command(asked, face, toolsFor(asked, face));
}

/** `validate` and `plan` are short for a command with flags (contract §2). */
function translate(request: Request): Request {
  if (request.command === 'validate') return { ...request, command: 'build', flags: { ...request.flags, check: true } };
  if (request.command !== 'plan') return request;
  return { ...request, command: 'deploy', flags: { ...request.flags, build: true, dryRun: true } };
}

function toolsFor(request: Request, face: Face): Tools {
  return {
    openStore: (store) => openStore(request, store),
    openTransport: async (transport) => lazyTransport(() => openTransport({ request, face, ...transport })),
  };
}

function openStore({ state, environment }: Request, { bucketDir, name }: StoreRequest): StateStore {
  const { location } = state;
  switch (location.kind) {
    case 'bucket':
      return openFileStore({ folder: join(bucketDir, 'data'), environment, name });
    case 'file':
      return openFileStore({ folder: location.folder, environment, name });
    case 'cache':
    case 'workers':
      throw new Failure(`state: ${location.kind} is not available in this version`, {
        exitCode: 2,
        hint: 'use state: file:DIR, with a folder that outlives the run',
      });
  }
}

interface TransportInput extends TransportRequest {
  readonly request: Request;
  readonly face: Face;
}

async function openTransport({ request, face, bucketDir, settings, ledger }: TransportInput): Promise<Transport> {
  const { openSshTransport } = await import('./transport/ssh-transport.ts');
  const privateKey = await readPrivateKey({ request, face, bucketDir, sshKey: settings.sshKey });
  return openSshTransport({
    privateKey,
    knownHosts: await readKnownHosts(request, bucketDir, ledger.hostKeys),
    hostKeyPolicy: request.connection.hostKeyPolicy,
    onNewHostKey: (host, port, keyLine) => ledger.pinHostKey(`${host}:${port}`, keyLine),
    proxyJump: settings.sshProxyJump,
    parallelWorkers: settings.parallelWorkers,
  });
}

interface KeyInput {
  readonly request: Request;
  readonly face: Face;
  readonly bucketDir: string;
  readonly sshKey: string;
}

async function readPrivateKey({ request, face, bucketDir, sshKey }: KeyInput): Promise<PrivateKeyText> {
  const { privateKey, passphrase } = request.connection;
  const given = face.name === 'action' ? 'input ssh-private-key' : 'MAAND_SSH_PRIVATE_KEY';
  const text = privateKey ?? (await readKeyFile(join(bucketDir, 'secrets', sshKey), given));
  face.masker.add(text);
  if (passphrase !== undefined) face.masker.add(passphrase);
  return { text, source: privateKey === undefined ? `secrets/${sshKey}` : given, passphrase };
}

async function readKeyFile(path: string, instead: string): Promise<string> {
  return readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    const why = thrown.code === 'ENOENT' ? 'does not exist' : thrown.code === 'EISDIR' ? 'is a folder' : thrown.message;
    throw new Failure(`there is no SSH key: ${path} ${why}`, {
      exitCode: 2,
      hint: `put the private key there, or give it as ${instead}`,
    });
  });
}

/** What people wrote first: that is where a missing line is to be added. */
async function readKnownHosts(
  { connection }: Request,
  bucketDir: string,
  pinned: ReadonlyMap<string, string>,
): Promise<KnownHostsText[]> {
  const file = join(bucketDir, 'workspace', 'known_hosts');
  const written =
    connection.knownHosts === undefined
      ? { source: 'workspace/known_hosts', text: await readFile(file, 'utf8').catch(emptyWhenMissing) }
      : { source: 'input known-hosts', text: connection.knownHosts };
  return [written, { source: 'keys pinned in state', text: [...pinned.values()].join('\n') }];
}

function emptyWhenMissing(thrown: NodeJS.ErrnoException): string {
  if (thrown.code === 'ENOENT') return '';
  throw new Failure(`cannot read workspace/known_hosts: ${thrown.message}`, { exitCode: 2, cause: thrown });
}
