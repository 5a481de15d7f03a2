import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LookAnswer } from '../../../src/replicas/look-answer.ts';
import { headText, parseSighting } from '../../../src/replicas/sighting.ts';
import {
  END_OF_ANSWER,
  FENCED,
  fenceGuard,
  forgetLine,
  lookScript,
  markOf,
  RELEASE,
  raiseFenceScript,
  readScript,
  releaseScript,
  renewScript,
  type StatePlace,
  type WorkerWish,
  writeScript,
} from '../../../src/replicas/worker-script.ts';
import { pathWithout } from '../../support/path-without.ts';
import { LINEAGE } from '../../support/sights.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { filesBelow } from '../../support/tree.ts';
import { runShell, SHELLS, type ShellRun, type ShellTalk, startShellTalk } from '../../support/worker-shell.ts';

const NAME = 'the o\'shop "x" $HOME `id`/production';
const mark = markOf(NAME);
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const wishOf = (token: string, more: Partial<WorkerWish> = {}): WorkerWish => ({
  token,
  goneToken: '',
  ttlSeconds: 120,
  owner: `{"runId":"1","command":"deploy of ${token}"}`,
  from: 'newcomers',
  ...more,
});

/** One worker below a folder of its own, whose scripts a shell runs. */
class Worker {
  readonly place: StatePlace;
  readonly #run: ShellRun;

  constructor(root: string, run: ShellRun) {
    this.place = { root, mark };
    this.#run = run;
  }

  static async create(run: ShellRun, name = "a root's folder"): Promise<Worker> {
    return new Worker(join(await temporaryFolder(), name), run);
  }

  sh(script: string, input?: Uint8Array) {
    return runShell(script, { ...this.#run, ...(input ? { input } : {}) });
  }

  async look(wish?: WorkerWish) {
    return parseSighting('w1', await this.#quietly(lookScript(this.place, { wish })));
  }

  /** A look that may stay. */
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

  /** Standard output of a script that succeeds and complains about nothing. */
  async #quietly(script: string, input?: Uint8Array): Promise<string> {
    const { exitCode, stdout, stderr } = await this.sh(script, input);
    if (exitCode !== 0 || stderr !== '') throw new Error(`it ended with ${exitCode} and said: ${stderr}`);
    return stdout;
  }

  async read(serial: number, digest: string): Promise<Buffer> {
    const { stdout } = await this.sh(readScript(this.place, LINEAGE, serial, digest));
    return Buffer.from(stdout.replaceAll(/\s/g, ''), 'hex');
  }

  get state(): string {
    return join(this.place.root, LINEAGE, 'state');
  }

  file(end: '' | '.lock' | '.fence'): string {
    return join(this.place.root, '.maand', `${mark}${end}`);
  }

  /** As if the lock had been taken or renewed so many seconds ago. */
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

const WITHOUT_FLOCK = await pathWithout('flock');
const RUNS = SHELLS.flatMap((shell) => [
  { name: shell.join(' '), run: { shell } },
  { name: `${shell.join(' ')} without flock`, run: { shell, path: WITHOUT_FLOCK } },
]);

describe.each(RUNS)('$name', ({ run }) => {
  const bytes = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7) & 255));

  it('looks without writing anything, even where there is nothing', async () => {
    const worker = await Worker.create(run);
    expect(await worker.look()).toMatchObject({ mark: undefined, head: undefined, lock: undefined, fence: 0 });
    await expect(stat(worker.place.root)).rejects.toThrow('ENOENT');
    await mkdir(worker.place.root);
    await worker.look();
    await worker.look(wishOf('t', { from: 'holders' }));
    await worker.sh(releaseScript(worker.place, 't'));
    await worker.sh(renewScript(worker.place, 't'));
    expect(await readdir(worker.place.root)).toEqual([]);
  });

  it('takes the lock where it is free, refuses it to others, keeps it for its owner', async () => {
    const worker = await Worker.create(run);
    expect((await worker.look(wishOf('one'))).lock).toMatchObject({ token: 'one', ttlSeconds: 120 });
    const refused = await worker.look(wishOf('two'));
    expect(refused.lock).toMatchObject({ token: 'one', owner: '{"runId":"1","command":"deploy of one"}' });
    expect(refused.replaced).toBe(false);
    expect((await worker.look(wishOf('one'))).lock?.token).toBe('one');
    expect((await worker.look()).lock?.token).toBe('one');
  });

  it('raises its fence with each owner, and with nothing else', async () => {
    const worker = await Worker.create(run);
    expect((await worker.look(wishOf('one'))).fence).toBe(1);
    expect((await worker.look(wishOf('one'))).fence).toBe(1);
    expect((await worker.look(wishOf('two'))).fence).toBe(1);
    await worker.sh(releaseScript(worker.place, 'one'));
    expect((await worker.look()).lock).toBeUndefined();
    expect((await worker.look(wishOf('two'))).fence).toBe(2);
    await worker.sh(raiseFenceScript(worker.place, 9));
    await worker.sh(raiseFenceScript(worker.place, 4));
    expect((await worker.look()).fence).toBe(9);
  });

  it('replaces a lock whose time is up, by its own clock, and says so', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    await worker.ageLock(119);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('one');
    await worker.ageLock(2);
    expect(await worker.look(wishOf('two'))).toMatchObject({ lock: { token: 'two' }, fence: 2, replaced: true });
  });

  it('replaces a lock from the future, which was taken before the clock was set right', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    await worker.ageLock(-60);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('one');
    await worker.ageLock(-86_400);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('two');
  });

  it('replaces a lock whose owner is proved gone, and no other', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    expect((await worker.look(wishOf('two', { goneToken: 'zero' }))).lock?.token).toBe('one');
    const taken = await worker.look(wishOf('two', { goneToken: 'one' }));
    expect(taken).toMatchObject({ lock: { token: 'two' }, replaced: true });
  });

  it('renews and releases for the owner alone', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    await worker.ageLock(100);
    expect((await worker.sh(renewScript(worker.place, 'two'))).stdout.trim()).toBe('lost');
    expect((await worker.look()).lock?.ageSeconds).toBeGreaterThanOrEqual(100);
    expect((await worker.sh(renewScript(worker.place, 'one'))).stdout.trim()).toBe('renewed');
    expect((await worker.look()).lock).toMatchObject({ token: 'one', ttlSeconds: 120 });
    expect((await worker.look()).lock?.ageSeconds).toBeLessThan(60);
    expect((await worker.sh(releaseScript(worker.place, 'two'))).stdout.trim()).toBe('lost');
    expect((await worker.look()).lock?.token).toBe('one');
    await worker.sh(releaseScript(worker.place, 'one'));
    expect((await worker.look()).lock).toBeUndefined();
  });

  it('stays with the lock until it hears the word, and others may lock, look and write meanwhile', async () => {
    const worker = await Worker.create(run);
    const staying = worker.talk(wishOf('one'));
    expect((await staying.answer).at(-1)).toBe(END_OF_ANSWER);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('one');
    expect(await worker.write({ token: 'one', expected: '', serial: 1, bytes })).toBe('written');
    staying.say(RELEASE);
    expect(await staying.ended).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/\nreleased\n$/),
    });
    expect((await worker.look()).lock).toBeUndefined();
    expect((await readdir(join(worker.place.root, '.maand'))).filter((name) => /mutex|lock$/.test(name))).toEqual(
      run.path === undefined ? ['.flock'] : [],
    );
  });

  it.each([undefined, '', 'releas', 'release now'])('leaves the lock to its time when it hears %j', async (word) => {
    const worker = await Worker.create(run);
    const staying = worker.talk(wishOf('one'));
    await staying.answer;
    staying.say(word);
    expect(await staying.ended).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/\nend\n$/) });
    expect((await worker.look()).lock?.token).toBe('one');
  });

  it('gives back no lock that is another run’s by now, and does not stay where it got none', async () => {
    const worker = await Worker.create(run);
    const staying = worker.talk(wishOf('one'));
    await staying.answer;
    await worker.look(wishOf('two', { goneToken: 'one' }));
    staying.say(RELEASE);
    expect((await staying.ended).stdout).toMatch(/\nlost\n$/);
    const refused = worker.talk(wishOf('three'));
    expect((await refused.ended).stdout).toMatch(/\nend\n$/);
    expect((await worker.look()).lock?.token).toBe('two');
  });

  it('sends its newest snapshot along, but not one that is known', async () => {
    const worker = await Worker.create(run);
    const sent = async (unless: string) => {
      const answer = new LookAnswer();
      const { stdout, stderr } = await worker.sh(lookScript(worker.place, { unless }));
      for (const line of stdout.split('\n').slice(0, -1)) answer.add(line);
      expect(answer.sight('w1').kind).toBe('answered');
      return { stderr, snapshot: answer.snapshot };
    };
    expect(await sent('')).toEqual({ stderr: '', snapshot: undefined });
    await worker.look(wishOf('one'));
    await worker.write({ token: 'one', expected: '', serial: 41, bytes });
    const digest = digestOf(bytes);
    expect(await sent('')).toEqual({ stderr: '', snapshot: { digest, bytes } });
    expect(await sent(digest)).toEqual({ stderr: '', snapshot: undefined });
    const head = join(worker.state, 'HEAD');
    await writeFile(
      head,
      (await readFile(head, 'utf8')).replace(/^digest .*$/m, 'digest ../../../../../../etc/passwd'),
    );
    expect(await sent('')).toEqual({ stderr: '', snapshot: undefined });
  });

  it('asks holders of a copy without being told that they are to get one', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    await worker.write({ token: 'one', expected: '', serial: 1, bytes });
    await worker.sh(releaseScript(worker.place, 'one'));
    expect((await worker.look(wishOf('two', { from: 'holders' }))).lock?.token).toBe('two');
  });

  it('writes what was expected to be replaced, and gives the same bytes back', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    expect(await worker.write({ token: 'one', expected: '', serial: 1, bytes })).toBe('written');
    const next = Buffer.concat([bytes, bytes]);
    expect(await worker.write({ token: 'one', expected: digestOf(bytes), serial: 2, bytes: next })).toBe('written');
    const { head, mark: bucketId } = await worker.look();
    expect(bucketId).toBe(LINEAGE);
    expect(head).toMatchObject({
      name: NAME,
      lineage: LINEAGE,
      serial: 2,
      digest: digestOf(next),
      writer: 'run of one',
    });
    expect(await worker.read(2, digestOf(next))).toEqual(next);
    expect(await worker.read(1, digestOf(bytes))).toEqual(bytes);
  });

  it('writes nothing for another HEAD, another owner, or half a snapshot', async () => {
    const worker = await Worker.create(run);
    expect(await worker.write({ token: 'one', expected: '', serial: 1, bytes })).toBe('lost');
    await worker.look(wishOf('one'));
    expect(await worker.write({ token: 'two', expected: '', serial: 1, bytes })).toBe('lost');
    expect(await worker.write({ token: 'one', expected: 'else', serial: 1, bytes })).toBe('conflict');
    expect(await worker.write({ token: 'one', expected: '', serial: 1, bytes, sizeBytes: 3001 })).toBe('short');
    expect((await worker.look()).head).toBeUndefined();
    const left = (await filesBelow(worker.place.root)).filter((path) => !/\.lock$|\.fence$|\.flock$/.test(path));
    expect(left).toEqual([]);
  });

  it('keeps the newest five, and above all the one that HEAD names', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    let expected = '';
    const put = async (serial: number) => {
      const snapshot = Buffer.from(`snapshot ${serial}`);
      expect(await worker.write({ token: 'one', expected, serial, bytes: snapshot })).toBe('written');
      expected = digestOf(snapshot);
      const file = (await readdir(worker.state)).find((name) => name.endsWith(expected.slice(0, 16))) ?? '';
      await utimes(join(worker.state, file), serial + 1000, serial + 1000); // no two in one tick of the clock
    };
    for (const serial of [96, 97, 98, 99, 100, 101, 102]) await put(serial);
    const serials = async () =>
      (await readdir(worker.state)).flatMap((name) => /^snapshot-0*(\d+)-/.exec(name)?.[1] ?? []).sort();
    expect(await serials()).toEqual(['100', '101', '102', '98', '99']);
    await put(7); // an operator went back
    expect(await serials()).toEqual(['100', '101', '102', '7', '99']);
    expect(await worker.read(7, expected)).toEqual(Buffer.from('snapshot 7'));
  });

  it('hides what is its own, and nothing else', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    await worker.write({ token: 'one', expected: '', serial: 1, bytes });
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(worker.place.root)).toBe('755');
    expect(await mode(join(worker.place.root, LINEAGE))).toBe('755');
    expect(await mode(join(worker.place.root, '.maand'))).toBe('700');
    expect(await mode(worker.state)).toBe('700');
    for (const name of await readdir(worker.state)) expect(await mode(join(worker.state, name))).toBe('600');
  });

  it('sees other states, and buckets with their update', async () => {
    const worker = await Worker.create(run);
    const other = { ...worker.place, mark: markOf('blog/x') };
    await mkdir(join(worker.place.root, '.maand'), { recursive: true });
    await writeFile(join(worker.place.root, '.maand', other.mark), 'bucket-2\nmy blog/x\n');
    await mkdir(join(worker.place.root, 'bucket-3'));
    await writeFile(join(worker.place.root, 'bucket-3/worker.json'), '{\n  "id": "x",\n  "update_seq": 17\n}\n');
    await mkdir(join(worker.place.root, 'bucket-4'));
    await writeFile(join(worker.place.root, 'bucket-4/worker.json'), '{}');
    const sighting = await worker.look();
    expect(sighting.others).toEqual([{ bucketId: 'bucket-2', name: 'my blog/x' }]);
    expect(Object.fromEntries(sighting.buckets)).toEqual({ 'bucket-3': 17, 'bucket-4': 0 });
  });

  it('lets one of many win each round', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    let expected = '';
    for (let serial = 1; serial <= 3; serial++) {
      const variants = Array.from({ length: 8 }, (_, at) => Buffer.from(`serial ${serial} of process ${at}`));
      const answers = await Promise.all(
        variants.map((variant) => worker.write({ token: 'one', expected, serial, bytes: variant })),
      );
      expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
      expect(answers.filter((answer) => answer.startsWith('conflict'))).toHaveLength(7);
      const winner = variants[answers.indexOf('written')] ?? Buffer.alloc(0);
      expected = digestOf(winner);
      expect((await worker.look()).head?.digest).toBe(expected);
      expect(await worker.read(serial, expected)).toEqual(winner);
    }
    expect((await filesBelow(worker.place.root)).filter((path) => /receive|mutex|\.\d+$/.test(path))).toEqual([]);
  });

  it('gives the lock to one of many', async () => {
    const worker = await Worker.create(run);
    const tokens = Array.from({ length: 8 }, (_, at) => `token-${at}`);
    const sightings = await Promise.all(tokens.map((token) => worker.look(wishOf(token))));
    expect(new Set(sightings.map(({ lock }) => lock?.token)).size).toBe(1);
    expect(sightings.every(({ fence }) => fence === 1)).toBe(true);
  });

  it('lets no lower fence pass, and notes a higher one', async () => {
    const worker = await Worker.create(run);
    const act = (fence: number) => worker.sh(`${fenceGuard(worker.place, fence)}; echo done`);
    expect((await act(4)).stdout).toBe('done\n');
    expect((await worker.look()).fence).toBe(4);
    expect((await act(4)).stdout).toBe('done\n');
    const refused = await act(3);
    expect(refused).toMatchObject({ exitCode: FENCED, stdout: '' });
    expect(refused.stderr).toContain('a newer run has taken over this worker (fence 4, this run has 3)');
    await writeFile(worker.file('.fence'), '');
    expect((await act(3)).stdout).toBe('done\n');
    await writeFile(worker.file('.fence'), 'x\n');
    expect((await act(3)).stdout).toBe('');
  });

  it('forgets the name when a worker leaves', async () => {
    const worker = await Worker.create(run);
    await worker.look(wishOf('one'));
    await worker.write({ token: 'one', expected: '', serial: 1, bytes });
    await worker.sh(forgetLine(worker.place));
    expect(await worker.look()).toMatchObject({ mark: undefined, head: undefined, lock: undefined, fence: 0 });
  });

  it('says what it could not do', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const worker = new Worker(join(folder, 'file/root'), run);
    const { exitCode, stderr } = await worker.sh(lookScript(worker.place, { wish: wishOf('one') }));
    expect(exitCode).toBe(73);
    expect(stderr).toContain(`cannot make ${folder}/file/root/.maand`);
  });
});

describe.concurrent.each(SHELLS.map((shell) => ({ name: shell.join(' '), run: { shell, path: WITHOUT_FLOCK } })))(
  'without flock, $name',
  ({ run }) => {
    const linkOf = ({ place }: Worker) => join(place.root, '.maand/.mutex');

    async function heldBy(maker: string): Promise<Worker> {
      const worker = await Worker.create(run);
      await mkdir(join(worker.place.root, '.maand'), { recursive: true });
      await symlink(maker, linkOf(worker));
      return worker;
    }

    const bootId = async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();

    async function deadProcess(): Promise<number> {
      const child = spawn('true');
      await once(child, 'exit');
      return child.pid ?? 0;
    }

    it('takes over from a dead process at once, also when many find it', async () => {
      const worker = await heldBy(`${await deadProcess()}-${await bootId()}`);
      const tokens = Array.from({ length: 6 }, (_, at) => `token-${at}`);
      const sightings = await Promise.all(tokens.map((token) => worker.look(wishOf(token))));
      expect(new Set(sightings.map(({ lock }) => lock?.token)).size).toBe(1);
      expect(sightings.every(({ fence }) => fence === 1)).toBe(true);
      expect(await readdir(join(worker.place.root, '.maand'))).not.toContain('.mutex');
    });

    it('takes over from before the last start of the machine', async () => {
      const worker = await heldBy(`${process.pid}-another-boot`);
      expect((await worker.look(wishOf('one'))).lock?.token).toBe('one');
    });

    it('waits for a living process', async () => {
      const worker = await heldBy(`${process.pid}-${await bootId()}`);
      const { exitCode, stderr } = await worker.sh(lookScript(worker.place, { wish: wishOf('one') }));
      expect(exitCode).toBe(73);
      expect(stderr).toContain(`process ${process.pid} holds`);
    }, 20_000);
  },
);
