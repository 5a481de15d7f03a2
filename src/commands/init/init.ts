/** `maand init`: makes a bucket, or completes one. Existing files are never overwritten. */
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createFiles, rewriteFile } from '../../base/durable-file.ts';
import { Failure } from '../../base/failure.ts';
import { readAuthorityFiles } from '../../certs/authority-files.ts';
import type { Request } from '../../request/request.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { ownerOf } from '../../session/state-store.ts';
import { readStateKeyFile, stateKeyFile } from '../../session/which-state/state-key.ts';
import { newDocument } from '../../state/first-document.ts';
import { boxOf, parseStateKeys } from '../../state/keys.ts';
import { stopFailure } from '../../state/stop.ts';
import { makeAuthorityFiles, unusedAuthority } from './init-authority.ts';
import { type InitBucket, newStateName, readInitBucket, STATE_NAME_PURPOSE } from './init-bucket.ts';

/** Modes of the folders by path. Other users of this machine may read only the workspace. */
const FOLDERS = { data: 0o700, logs: 0o700, tmp: 0o700, secrets: 0o700, 'workspace/jobs': 0o755 } as const;
const STATE_KEY = 'secrets/state.key';
const IGNORED = ['data/', 'secrets/', 'tmp/', 'logs/'] as const;

const settingsText = (
  stateName: string,
): string => `# How workers are reached; a worker's own entry in workspace/workers.json wins.
ssh_user = "agent"
ssh_key = "worker.key"
ssh_port = 22
use_sudo = true

# ${STATE_NAME_PURPOSE}
state_name = "${stateName}"

certs_ttl = 60
certs_renewal_buffer = 0
`;

export async function init(call: CommandCall): Promise<CommandResult> {
  const { request, face } = call;
  const bucketDir = resolve(face.workingDirectory, request.operands[0] ?? request.bucket ?? '.');
  const made: string[] = [];
  await readAuthorityFiles(bucketDir); // stops `init` before it makes anything when one file of the pair is missing
  for (const [path, mode] of Object.entries(FOLDERS)) await makeFolder({ bucketDir, path, mode }, made);
  await chmod(join(bucketDir, 'secrets'), 0o700);
  await makeFile({ bucketDir, path: 'maand.conf', text: settingsText(newStateName()) }, made);
  await makeFile({ bucketDir, path: 'workspace/workers.json', text: '[]\n' }, made);
  await makeFile({ bucketDir, path: 'workspace/bucket.conf', text: 'port_range = "30000,39999"\n' }, made);
  const bucket = await readInitBucket(bucketDir, call, made);
  if (request.state.key === undefined && bucket.state === 'made here') {
    const key = `${randomBytes(32).toString('hex')}\n`;
    await makeFile({ bucketDir, path: STATE_KEY, text: key, mode: 0o600 }, made);
  }
  await extendIgnored(bucketDir, made);
  if (bucket.state === 'made here') await makeState({ ...call, ...bucket }, made);
  return resultOf({
    exitCode: 0,
    data: { ok: true, bucket: bucketDir, created: made },
    wording: 'name',
    show: (json) => ({ json, text: listMade(bucketDir, made), outputs: {} }),
  });
}

function listMade(bucketDir: string, made: readonly string[]): string {
  if (made.length === 0) return `${bucketDir} is a bucket already, nothing to do\n`;
  return [
    `made in ${bucketDir}:`,
    ...made.map((path) => `  ${path}`),
    'next: put the SSH key of your workers into secrets/worker.key and their host keys into workspace/known_hosts,',
    '      list the workers in workspace/workers.json, add jobs below workspace/jobs, then: maand build',
    '',
  ].join('\n');
}

async function makeFolder({ bucketDir, path, mode }: FolderOfBucket, made: string[]): Promise<void> {
  const make = async () => {
    await mkdir(bucketDir, { recursive: true, mode: 0o755 });
    return mkdir(join(bucketDir, path), { recursive: true, mode });
  };
  const first = await make().catch((thrown: NodeJS.ErrnoException) => {
    throw new Failure(`cannot make ${join(bucketDir, path)}: ${thrown.message}`, { exitCode: 2, cause: thrown });
  });
  if (first !== undefined) made.push(`${path}/`);
}

interface FolderOfBucket {
  readonly bucketDir: string;
  readonly path: string;
  readonly mode: number;
}

interface FileOfBucket {
  readonly bucketDir: string;
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

async function makeFile({ bucketDir, path, text, mode = 0o644 }: FileOfBucket, made: string[]): Promise<void> {
  const file = join(bucketDir, path);
  const isThere = await lstat(file).then(
    () => true,
    () => false, // when `lstat` fails for another reason, the attempt to create the file shows the cause
  );
  if (isThere) return;
  try {
    await createFiles([{ path: file, text, mode }]);
    made.push(path);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new Failure(`cannot make ${file}: ${message}`, { exitCode: 2, cause: thrown });
  }
}

async function extendIgnored(bucketDir: string, made: string[]): Promise<void> {
  const path = join(bucketDir, '.gitignore');
  const known = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined;
    throw new Failure(`cannot read ${path}: ${thrown.message}`, { exitCode: 2, cause: thrown });
  });
  const present = new Set((known ?? '').split(/\r?\n/).map((line) => line.trim().replace(/^\//, '')));
  const missing = IGNORED.filter((line) => !present.has(line) && !present.has(line.slice(0, -1)));
  if (missing.length === 0) return;
  const lines = `${missing.join('\n')}\n`;
  if (known === undefined) return makeFile({ bucketDir, path: '.gitignore', text: lines }, made);
  const gap = known === '' || known.endsWith('\n') ? '' : '\n';
  await rewriteFile({ path, text: `${known}${gap}${lines}`, mode: (await stat(path)).mode & 0o777 });
  made.push('.gitignore');
}

interface StateMaking extends CommandCall, InitBucket {}

async function makeState(
  { bucketDir, location, name, request, face, tools }: StateMaking,
  made: string[],
): Promise<void> {
  const keys = await initKeys(bucketDir, request);
  const store = tools.openStateStore({ bucketDir, location, name, keys, workspace: undefined });
  const loaded = await store.load(face.signal);
  if (loaded.kind === 'found' && made.includes(STATE_KEY)) {
    await rm(stateKeyFile(bucketDir));
    throw stopFailure({
      code: 'state-other-key',
      message: 'the state of this bucket is sealed with a key, but secrets/state.key is missing',
      hint: 'restore the key; a new key could not open the state',
    });
  }
  const box = boxOf(keys);
  const document = loaded.kind === 'found' ? loaded.document : newDocument(name, box);
  const { bucketId, certificates: known } = document;
  // The disk of a runner is lost after the run, so the CA is not written to files there. The state keeps the CA.
  const pair = face.disk === 'lost' ? undefined : await makeAuthorityFiles({ bucketDir, bucketId, box, known });
  if (pair) made.push('secrets/ca.crt', 'secrets/ca.key');
  if (loaded.kind === 'found') return;
  await using held = await store.lock(ownerOf({ request, face }), request.state.lockWaitMs, face.signal);
  await held.save({ ...document, serial: 1, ...(pair ? { certificates: unusedAuthority(pair, box) } : {}) });
  made.push(store.description);
}

async function initKeys(bucketDir: string, { state }: Request): Promise<readonly Buffer[]> {
  if (state.key !== undefined) return parseStateKeys(state.key, 'the given state key');
  const keyFile = stateKeyFile(bucketDir);
  return parseStateKeys((await readStateKeyFile(keyFile)) ?? '', keyFile);
}
