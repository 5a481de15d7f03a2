import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../../src/base/text/shell-quote.ts';
import { LookAnswer } from '../../../src/state-fleet/holders/look-answer.ts';
import {
  END_OF_ANSWER,
  fenceGuard,
  forgetLine,
  lookScript,
  markOf,
  RELEASE,
  raiseFenceScript,
  releaseScript,
  renewScript,
} from '../../../src/state-fleet/worker-script.ts';
import { OVERTAKEN } from '../../../src/transport/guarded-workers.ts';
import { pathWithout } from '../../support/path-without.ts';
import { digestOf, NAME, ScriptedWorker, wishOf } from '../../support/scripted-worker.ts';
import { LINEAGE } from '../../support/sights.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { filesBelow } from '../../support/tree.ts';
import { SHELLS } from '../../support/worker-shell.ts';

const WITHOUT_FLOCK = await pathWithout('flock');
const RUNS = SHELLS.flatMap((shell) => [
  { name: shell.join(' '), run: { shell } },
  { name: `${shell.join(' ')} without flock`, run: { shell, path: WITHOUT_FLOCK } },
]);

describe.each(SHELLS.map((shell) => ({ name: shell.join(' '), shell })))(
  'while it waits for its turn, $name',
  ({ shell }) => {
    it('a run that gets the lock sees what another has saved meanwhile', async () => {
      const turn = await temporaryFolder();
      const worker = await ScriptedWorker.create({ shell, path: `${turn}:${process.env.PATH}` });
      const { root, mark } = worker.place;
      await writeFile(
        join(turn, 'HEAD'),
        `name ${NAME}\nlineage ${LINEAGE}\nserial 1\ndigest d\nupdate_seq 0\nwriter run 1\n`,
      );
      await writeFile(join(turn, 'mark'), `${LINEAGE}\n${NAME}\n`);
      const save = [
        '#!/bin/sh',
        `mkdir -p ${shellQuote(join(root, LINEAGE, 'state'))}`,
        `cp ${shellQuote(join(turn, 'HEAD'))} ${shellQuote(join(root, LINEAGE, 'state/HEAD'))}`,
        `cp ${shellQuote(join(turn, 'mark'))} ${shellQuote(join(root, '.maand', mark))}`,
      ];
      await writeFile(join(turn, 'flock'), `${save.join('\n')}\n`, { mode: 0o755 });
      expect(await worker.look(wishOf('two'))).toMatchObject({
        lock: { token: 'two' },
        mark: LINEAGE,
        head: { serial: 1 },
      });
    });
  },
);

describe.each(RUNS)('$name', ({ run }) => {
  const bytes = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7) & 255));

  it('looks without writing anything, even where there is nothing', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    expect((await worker.look(wishOf('one'))).lock).toMatchObject({ token: 'one', ttlSeconds: 120 });
    const refused = await worker.look(wishOf('two'));
    expect(refused.lock).toMatchObject({ token: 'one', owner: '{"runId":"1","command":"deploy of one"}' });
    expect(refused.replaced).toBe(false);
    expect((await worker.look(wishOf('one'))).lock?.token).toBe('one');
    expect((await worker.look()).lock?.token).toBe('one');
  });

  it('raises its fence with each owner, and with nothing else', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    await worker.look(wishOf('one'));
    await worker.ageLock(119);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('one');
    await worker.ageLock(2);
    expect(await worker.look(wishOf('two'))).toMatchObject({ lock: { token: 'two' }, fence: 2, replaced: true });
  });

  it('replaces a lock from the future, which was taken before the clock was set right', async () => {
    const worker = await ScriptedWorker.create(run);
    await worker.look(wishOf('one'));
    await worker.ageLock(-60);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('one');
    await worker.ageLock(-86_400);
    expect((await worker.look(wishOf('two'))).lock?.token).toBe('two');
  });

  it('replaces a lock whose owner is proved gone, and no other', async () => {
    const worker = await ScriptedWorker.create(run);
    await worker.look(wishOf('one'));
    expect((await worker.look(wishOf('two', { goneToken: 'zero' }))).lock?.token).toBe('one');
    const taken = await worker.look(wishOf('two', { goneToken: 'one' }));
    expect(taken).toMatchObject({ lock: { token: 'two' }, replaced: true });
  });

  it('renews and releases for the owner alone', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    const staying = worker.talk(wishOf('one'));
    await staying.answer;
    staying.say(word);
    expect(await staying.ended).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/\nend\n$/) });
    expect((await worker.look()).lock?.token).toBe('one');
  });

  it('gives back no lock that is another run’s by now, and does not stay where it got none', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    await worker.look(wishOf('one'));
    await worker.write({ token: 'one', expected: '', serial: 1, bytes });
    await worker.sh(releaseScript(worker.place, 'one'));
    expect((await worker.look(wishOf('two', { from: 'holders' }))).lock?.token).toBe('two');
  });

  it('writes what was expected to be replaced, and gives the same bytes back', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    await worker.look(wishOf('one'));
    let expected = '';
    const put = async (serial: number) => {
      const snapshot = Buffer.from(`snapshot ${serial}`);
      expect(await worker.write({ token: 'one', expected, serial, bytes: snapshot })).toBe('written');
      expected = digestOf(snapshot);
      const file = (await readdir(worker.state)).find((name) => name.endsWith(expected.slice(0, 16))) ?? '';
      // every file has its own time, even with a coarse clock
      await utimes(join(worker.state, file), serial + 1000, serial + 1000);
    };
    for (const serial of [96, 97, 98, 99, 100, 101, 102]) await put(serial);
    const serials = async () =>
      (await readdir(worker.state)).flatMap((name) => /^snapshot-0*(\d+)-/.exec(name)?.[1] ?? []).sort();
    expect(await serials()).toEqual(['100', '101', '102', '98', '99']);
    await put(7); // an operator has restored an older state
    expect(await serials()).toEqual(['100', '101', '102', '7', '99']);
    expect(await worker.read(7, expected)).toEqual(Buffer.from('snapshot 7'));
  });

  it('hides what is its own, and nothing else', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    const other = { ...worker.place, mark: markOf('blog/x') };
    await mkdir(join(worker.place.root, '.maand'), { recursive: true });
    await writeFile(join(worker.place.root, '.maand', other.mark), 'bucket-2\nmy blog/x\n');
    await mkdir(join(worker.place.root, 'bucket-3'));
    await writeFile(join(worker.place.root, 'bucket-3/worker.json'), '{\n  "id": "x",\n  "update_seq": 17\n}\n');
    await mkdir(join(worker.place.root, 'bucket-4'));
    await writeFile(join(worker.place.root, 'bucket-4/worker.json'), '{}');
    const sighting = await worker.look();
    expect(sighting.facts.states).toEqual([{ bucketId: 'bucket-2', name: 'my blog/x' }]);
    const identities = [...sighting.facts.buckets].map(([id, { identity }]) => [id, identity]);
    expect(Object.fromEntries(identities)).toEqual({
      'bucket-3': { bucketId: '', workerId: '', updateSeq: 17, writer: undefined },
      'bucket-4': 'damaged',
    });
  });

  it('lets one of many win each round', async () => {
    const worker = await ScriptedWorker.create(run);
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
    const worker = await ScriptedWorker.create(run);
    const tokens = Array.from({ length: 8 }, (_, at) => `token-${at}`);
    const sightings = await Promise.all(tokens.map((token) => worker.look(wishOf(token))));
    expect(new Set(sightings.map(({ lock }) => lock?.token)).size).toBe(1);
    expect(sightings.every(({ fence }) => fence === 1)).toBe(true);
  });

  it('lets no lower fence pass, and notes a higher one', async () => {
    const worker = await ScriptedWorker.create(run);
    const act = (fence: number) => worker.sh(`${fenceGuard(worker.place, fence)}\necho done`);
    expect((await act(4)).stdout).toBe('done\n');
    expect((await worker.look()).fence).toBe(4);
    expect((await act(4)).stdout).toBe('done\n');
    const refused = await act(3);
    expect(refused).toMatchObject({ exitCode: OVERTAKEN, stdout: '' });
    expect(refused.stderr).toContain('a newer run has taken over this worker (fence 4, this run has 3)');
    await writeFile(worker.file('.fence'), '');
    expect((await act(3)).stdout).toBe('done\n');
    await writeFile(worker.file('.fence'), 'x\n');
    expect((await act(3)).stdout).toBe('');
  });

  it('forgets the name when a worker leaves', async () => {
    const worker = await ScriptedWorker.create(run);
    await worker.look(wishOf('one'));
    await worker.write({ token: 'one', expected: '', serial: 1, bytes });
    await worker.sh(forgetLine(worker.place));
    expect(await worker.look()).toMatchObject({ mark: undefined, head: undefined, lock: undefined, fence: 0 });
  });

  it('says what it could not do', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const worker = new ScriptedWorker(join(folder, 'file/root'), run);
    const { exitCode, stderr } = await worker.sh(lookScript(worker.place, { wish: wishOf('one') }));
    expect(exitCode).toBe(73);
    expect(stderr).toContain(`cannot make ${folder}/file/root/.maand`);
  });
});

describe.concurrent.each(SHELLS.map((shell) => ({ name: shell.join(' '), run: { shell, path: WITHOUT_FLOCK } })))(
  'without flock, $name',
  ({ run }) => {
    const linkOf = ({ place }: ScriptedWorker) => join(place.root, '.maand/.mutex');

    async function heldBy(maker: string): Promise<ScriptedWorker> {
      const worker = await ScriptedWorker.create(run);
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
