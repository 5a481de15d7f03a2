/**
 * A bucket that has a state but was never built. Tests make calls on it as both faces do, with real stores, and with real
 * shells for workers.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import type { Masker } from '../../src/base/masker.ts';
import { readArgs } from '../../src/cli/args.ts';
import type { RolloutEvent } from '../../src/events/rollout-event.ts';
import type { Request } from '../../src/request/request.ts';
import type { CommandCall } from '../../src/session/command-call.ts';
import type { Face } from '../../src/session/face.ts';
import type { Tools } from '../../src/session/tools.ts';
import type { StateDocument } from '../../src/state/document.ts';
import { newDocument } from '../../src/state/first-document.ts';
import { parseDocument, toStored } from '../../src/state/formats/stored-document.ts';
import { boxOf, parseStateKeys } from '../../src/state/keys.ts';
import { Connections } from '../../src/wiring/connections.ts';
import { toolsFor } from '../../src/wiring/tools-for.ts';
import { actionFace, doorFace, localFace } from './local-face.ts';
import { openLocalTransport } from './local-transport.ts';
import { LIVES, RunFate } from './run-fate.ts';
import { temporaryFolder } from './temporary-folder.ts';

const STATE_FILE = 'data/state.json';

/** How a call may differ from a command that is typed in the folder of the bucket. */
export interface CallOptions {
  readonly env?: Face['env'];
  /** With `action`, the disk is lost afterwards and keys are not read from files. */
  readonly as?: 'cli' | 'action';
  readonly workingDirectory?: string;
}

export class SessionBucket {
  readonly dir: string;
  readonly stateKey = randomBytes(32).toString('hex');
  readonly events: RolloutEvent[] = [];
  readonly warned: Diagnostic[] = [];
  readonly #door = doorFace((event) => void this.events.push(event));
  readonly masker: Masker = this.#door.masker;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** Creates a bucket with the worker `w1` and no jobs. `files` are texts by path; undefined removes a file. */
  static async create(files: Readonly<Record<string, string | undefined>> = {}): Promise<SessionBucket> {
    const bucket = new SessionBucket(await temporaryFolder());
    const document = { ...newDocument('test/default', boxOf(parseStateKeys(bucket.stateKey, 'key'))), serial: 1 };
    const written = {
      'maand.conf': 'state_name = "test"\nuse_sudo = false\n',
      'workspace/workers.json': JSON.stringify([{ host: 'w1', root: join(bucket.dir, 'workers/w1') }]),
      'secrets/state.key': `${bucket.stateKey}\n`,
      [STATE_FILE]: JSON.stringify(toStored(document)),
      ...files,
    };
    for (const [path, text] of Object.entries(written)) await bucket.write(path, text);
    return bucket;
  }

  async write(path: string, text: string | undefined): Promise<void> {
    const file = join(this.dir, path);
    if (text === undefined) return rm(file, { force: true, recursive: true });
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async addJob(name: string, manifest: object = {}): Promise<void> {
    await this.write(`workspace/jobs/${name}/manifest.json`, JSON.stringify({ selectors: ['worker'], ...manifest }));
    await this.write(`workspace/jobs/${name}/Makefile`, 'start restart stop:\n\t@true\n');
  }

  stateText(): Promise<string> {
    return readFile(join(this.dir, STATE_FILE), 'utf8');
  }

  async state(): Promise<StateDocument> {
    return parseDocument(await this.stateText());
  }

  /** Makes a call. `words` are the words that a user would type after `maand`. */
  call(words: readonly string[], options: CallOptions = {}): CommandCall {
    const { env = {}, as = 'cli', workingDirectory = this.dir } = options;
    const invocation = readArgs({ argv: [...words], env, workingDirectory });
    if (invocation.kind !== 'run') throw new Error(`not a run: ${words.join(' ')}`);
    const face: Face = {
      ...(as === 'cli' ? localFace(env) : actionFace(env)),
      env: { PATH: process.env.PATH, ...env },
      workingDirectory,
      temporaryFolder: undefined,
      ...this.#door,
      signal: new AbortController().signal,
      warn: (found) => void this.warned.push(...found),
      onHandover: async () => {},
      onStaging: () => {},
    };
    const { request } = invocation;
    return { request, face, tools: toolsOf(request, face) };
  }
}

function toolsOf(request: Request, face: Face): Tools {
  const tools = toolsFor({ request, face, connections: new Connections(request, face) });
  return {
    ...tools,
    openTransport: async () => openLocalTransport({ fate: new RunFate(LIVES), down: new Set(), env: {} }),
  };
}
