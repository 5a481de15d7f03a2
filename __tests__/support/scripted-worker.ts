/** One worker in its own folder. A shell of this machine runs the scripts for its state. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headText, parseSighting } from '../../src/state-fleet/holders/sighting.ts';
import {
  END_OF_ANSWER,
  lookScript,
  markOf,
  readScript,
  type StatePlace,
  type WorkerWish,
  writeScript,
} from '../../src/state-fleet/worker-script.ts';
import { LINEAGE } from './sights.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { runShell, type ShellRun, type ShellTalk, startShellTalk } from './worker-shell.ts';

export const NAME = 'the o\'shop "x" $HOME `id`/production';
export const mark = markOf(NAME);
export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const wishOf = (token: string, more: Partial<WorkerWish> = {}): WorkerWish => ({
  token,
  goneToken: '',
  ttlSeconds: 120,
  owner: `{"runId":"1","command":"deploy of ${token}"}`,
  from: 'newcomers',
  ...more,
});

export class ScriptedWorker {
  readonly place: StatePlace;
  readonly #run: ShellRun;

  constructor(root: string, run: ShellRun) {
    this.place = { root, mark };
    this.#run = run;
  }

  static async create(run: ShellRun, name = "a root's folder"): Promise<ScriptedWorker> {
    return new ScriptedWorker(join(await temporaryFolder(), name), run);
  }

  sh(script: string, input?: Uint8Array) {
    return runShell(script, { ...this.#run, ...(input ? { input } : {}) });
  }

  async look(wish?: WorkerWish) {
    return parseSighting('w1', await this.#quietly(lookScript(this.place, { wish })));
  }

  /** Starts the script that looks at the state. It may wait for a last word after its answer. */
  talk(wish: WorkerWish): ShellTalk {
    return startShellTalk(lookScript(this.place, { wish }), END_OF_ANSWER, this.#run);
  }

  async write({ token, expected, serial, bytes, sizeBytes = bytes.length }: Write) {
    const digest = digestOf(bytes);
    const head = headText({
      name: NAME,
      lineage: LINEAGE,
      serial,
      digest,
      updateSeq: serial,
      writer: `run of ${token}`,
    });
    const write = {
      token,
      bucketId: LINEAGE,
      expected,
      serial,
      digest,
      sizeBytes,
      head,
      markText: `${LINEAGE}\n${NAME}`,
    };
    return (await this.#quietly(writeScript(this.place, write), bytes)).trim();
  }

  /** Returns the standard output of a script. Throws when the script fails or prints to standard error. */
  async #quietly(script: string, input?: Uint8Array): Promise<string> {
    const { exitCode, stdout, stderr } = await this.sh(script, input);
    if (exitCode !== 0 || stderr !== '') throw new Error(`it ended with ${exitCode} and said: ${stderr}`);
    return stdout;
  }

  async read(serial: number, digest: string): Promise<Buffer> {
    const { stdout } = await this.sh(readScript(this.place, { bucketId: LINEAGE, serial, digest }));
    return Buffer.from(stdout.replaceAll(/\s/g, ''), 'hex');
  }

  get state(): string {
    return join(this.place.root, LINEAGE, 'state');
  }

  file(end: '' | '.lock' | '.fence'): string {
    return join(this.place.root, '.maand', `${mark}${end}`);
  }

  /** Changes a lock, as if it had been taken or renewed this number of seconds ago. */
  async ageLock(seconds: number): Promise<void> {
    const [first = '', owner = ''] = (await readFile(this.file('.lock'), 'utf8')).split('\n');
    const [token, at, ttl] = first.split(' ');
    await writeFile(this.file('.lock'), `${token} ${Number(at) - seconds} ${ttl}\n${owner}\n`);
  }
}

interface Write {
  readonly token: string;
  readonly expected: string;
  readonly serial: number;
  readonly bytes: Uint8Array;
  readonly sizeBytes?: number;
}
