/** `maand init`: makes a bucket, or completes one; what is there is never overwritten (spec 07 §7.6, contract §2). */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Failure } from '../base/failure.ts';
import type { Request } from '../request/request.ts';
import { parseStateKeys } from '../state/keys.ts';
import { locateBucket as locate } from '../workspace/bucket.ts';
import { readSettings } from '../workspace/read-workspace.ts';
import type { CommandResult, Face } from './face.ts';
import { requireSound } from './open-bucket.ts';
import { boxOf, newDocument, stateKeyFile, stateName } from './open-state.ts';
import type { Tools } from './tools.ts';

const FOLDERS = ['data', 'logs', 'tmp', 'secrets', 'workspace/jobs'] as const;
const STATE_KEY = 'secrets/state.key';
const IGNORED = ['data/', 'secrets/', 'tmp/', 'logs/'] as const;

const settingsText = (
  stateName: string,
): string => `# How workers are reached; a worker's own entry in workspace/workers.json wins.
ssh_user = "agent"
ssh_key = "worker.key"
ssh_port = 22
use_sudo = true

# Names the state of this bucket wherever the repository moves. Keep it.
state_name = "${stateName}"

certs_ttl = 60
certs_renewal_buffer = 0
`;

export async function init(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const bucketDir = resolve(face.workingDirectory, request.operands[0] ?? request.bucket ?? '.');
  const made: string[] = [];
  for (const folder of FOLDERS) await makeFolder(bucketDir, folder, made);
  await chmod(join(bucketDir, 'secrets'), 0o700);
  await makeFile(
    { bucketDir, path: 'maand.conf', text: settingsText(`bucket-${randomBytes(6).toString('hex')}`) },
    made,
  );
  await makeFile({ bucketDir, path: 'workspace/workers.json', text: '[]\n' }, made);
  await makeFile({ bucketDir, path: 'workspace/bucket.conf', text: 'port_range = "30000,39999"\n' }, made);
  if (request.state.key === undefined) {
    const key = `${randomBytes(32).toString('hex')}\n`;
    await makeFile({ bucketDir, path: STATE_KEY, text: key, mode: 0o600 }, made);
  }
  await extendIgnored(bucketDir, made);
  await makeState({ bucketDir, request, face, tools }, made);
  const text = made.length === 0 ? `${bucketDir} is a bucket already, nothing to do\n` : listMade(bucketDir, made);
  return { exitCode: 0, json: { ok: true, bucket: bucketDir, created: made }, text, outputs: {} };
}

function listMade(bucketDir: string, made: readonly string[]): string {
  return [
    `made in ${bucketDir}:`,
    ...made.map((path) => `  ${path}`),
    'next: put the SSH key of your workers into secrets/worker.key and their host keys into workspace/known_hosts,',
    '      list the workers in workspace/workers.json, add jobs below workspace/jobs, then: maand build',
    '',
  ].join('\n');
}

async function makeFolder(bucketDir: string, path: string, made: string[]): Promise<void> {
  const first = await mkdir(join(bucketDir, path), { recursive: true }).catch((thrown: NodeJS.ErrnoException) => {
    throw new Failure(`cannot make ${join(bucketDir, path)}: ${thrown.message}`, { exitCode: 2, cause: thrown });
  });
  if (first !== undefined) made.push(`${path}/`);
}

interface NewFile {
  readonly bucketDir: string;
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

async function makeFile({ bucketDir, path, text, mode = 0o644 }: NewFile, made: string[]): Promise<void> {
  try {
    await writeFile(join(bucketDir, path), text, { flag: 'wx', mode });
    made.push(path);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new Failure(`cannot make ${join(bucketDir, path)}: ${message}`, { exitCode: 2, cause: thrown });
  }
}

async function extendIgnored(bucketDir: string, made: string[]): Promise<void> {
  const path = join(bucketDir, '.gitignore');
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return '';
    throw new Failure(`cannot read ${path}: ${thrown.message}`, { exitCode: 2, cause: thrown });
  });
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, '')));
  const missing = IGNORED.filter((line) => !present.has(line) && !present.has(line.slice(0, -1)));
  if (missing.length === 0) return;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  await writeFile(path, `${text}${gap}${missing.join('\n')}\n`);
  made.push('.gitignore');
}

interface StateMaking {
  readonly bucketDir: string;
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
}

async function makeState({ bucketDir, request, face, tools }: StateMaking, made: string[]): Promise<void> {
  const { settings, diagnostics } = await readSettings(bucketDir);
  requireSound(diagnostics, face);
  if (!settings) throw new Error(`${bucketDir}/maand.conf was made, and cannot be read`);
  const { path: bucketPath } = await locate(bucketDir);
  const name = stateName(request, { settings, bucketPath }, face.env);
  const given = request.state.key;
  const keyFile = stateKeyFile(bucketDir);
  const keys =
    given === undefined
      ? parseStateKeys(await readFile(keyFile, 'utf8'), keyFile)
      : parseStateKeys(given, 'the given state key');
  const store = tools.openStore({ bucketDir, name, keys, workspace: undefined, purpose: 'change' });
  if ((await store.load(face.signal)).kind === 'found') {
    if (!made.includes(STATE_KEY)) return;
    await rm(stateKeyFile(bucketDir));
    throw new Failure('the state of this bucket is sealed with a key that is not here: secrets/state.key is missing', {
      exitCode: 3,
      hint: 'put the key back; a new one could not open the state',
    });
  }
  await store.save({ ...newDocument(name, boxOf(keys)), serial: 1 });
  made.push(store.description);
}
