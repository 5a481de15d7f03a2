import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import type { HookEvent } from '../../../src/events/hook-event.ts';
import { type HookApi, type HookPass, startHookApi } from '../../../src/hooks/api/api-server.ts';
import type { HookWorkers } from '../../../src/hooks/api/worker-tasks.ts';
import { KvStore } from '../../../src/kv/store.ts';
import type { Transport } from '../../../src/transport/port.ts';
import { farmTransport } from '../../support/farm-transport.ts';
import { isRunning } from '../../support/process-tree.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { waitForFile } from '../../support/wait-for-file.ts';
import { ask } from './api-client.ts';
import { deliverMakefile, type FarmWorkers, farmWorkers } from './farm-workers.ts';

const MAKEFILE = `
restart:
	@echo restarting $$CURRENT_VERSION $$NEW_VERSION
	@echo mind the gap >&2
Migrate:
	@exit 3
`;

let farm: Farm;
let own: FarmWorker;
let second: FarmWorker;
let database: FarmWorker;
let foreign: FarmWorker;
let transport: Transport;
beforeAll(async () => {
  farm = await startFarm({ workers: 4 });
  [own, second, database, foreign] = farm.workers as [FarmWorker, FarmWorker, FarmWorker, FarmWorker];
  transport = farmTransport(farm);
  for (const worker of [own, second]) await deliverMakefile(worker, 'api', MAKEFILE);
  await deliverMakefile(database, 'database', MAKEFILE);
});
afterAll(async () => {
  await transport[Symbol.asyncDispose]();
  await farm.stop();
});

let used: FarmWorkers;
let api: HookApi;
let pass: HookPass;
beforeEach(async () => {
  used = openWorkers();
  api = await start(used.workers);
  pass = admit();
});
afterEach(() => api[Symbol.asyncDispose]());

function openWorkers(guard?: string): FarmWorkers {
  const places = { api: [own, second], database: [database], other: [foreign] };
  return farmWorkers({ farm, transport, places, ...(guard === undefined ? {} : { guard }) });
}

function start(workers: HookWorkers | undefined): Promise<HookApi> {
  const store = new KvStore({}, () => 0);
  const persist = async () => {};
  const warn = (message: string) => expect.unreachable(message);
  return startHookApi({ store, box: undefined, masker: new Masker(), warn, persist, demandsOn: () => [], workers });
}

function admit(event: HookEvent = 'post_deploy', on = api): HookPass {
  const who = { allocationId: 'alloc-1', job: 'api', host: own.host, hook: 'hook_a', event } as const;
  return on.admit({ ...who, demandedJobs: ['database'] });
}

async function call(route: 'command' | 'target', body: object, { token } = pass, signal?: AbortSignal) {
  const extra = signal ? { signal } : {};
  const reply = await ask(api.port, `POST /worker/${route}`, { token, body, ...extra });
  return reply.status === 200 ? JSON.parse(reply.text) : reply;
}

/**
 * Waits until the messages of earlier commands have arrived, including their process ids. A later command on the same
 * connection returns after these messages.
 */
async function untilHeard(): Promise<void> {
  expect(await call('command', { command: 'true' }, admit())).toMatchObject(succeeded);
}

const succeeded = { exit_code: 0, timed_out: false, duration_ms: expect.any(Number) };
const refused = (text: string) => ({ status: 400, text: expect.stringContaining(text) });

describe('commands on workers', () => {
  it('run on the own worker, and answer output and exit code', async () => {
    const command = 'echo out; echo err >&2; pwd; exit 7';
    expect(await call('command', { command })).toEqual({
      ...succeeded,
      worker: own.host,
      exit_code: 7,
      stdout: `out\n${homedir()}\n`,
      stderr: 'err\n',
    });
    expect(used.shown).toEqual([]);
  });

  it('run only on workers of the job and of jobs that it demands', async () => {
    for (const worker of [second, database]) {
      const done = await call('command', { worker: worker.host, command: 'echo $SSH_CONNECTION' });
      expect(done).toMatchObject({ ...succeeded, worker: worker.host });
      expect(done.stdout.split(' ')[2]).toBe(worker.host);
    }
    for (const worker of [foreign.host, '10.9.9.9', 'localhost']) {
      const no = refused(`Invalid or unauthorized worker: ${worker} is none of api, database`);
      expect(await call('command', { worker, command: 'true' })).toMatchObject(no);
    }
    expect(await foreign.acceptedConnections()).toBe(0);
  });

  it('reach a worker that has left, as long as the job has to be stopped there', async () => {
    const places = { api: [own] };
    await using leaving = await start(farmWorkers({ farm, transport, places, left: second }).workers);
    const { token } = admit('after_allocation_stopped', leaving);
    const body = { worker: second.host, command: 'echo $SSH_CONNECTION' };
    const reply = await ask(leaving.port, 'POST /worker/command', { token, body });
    expect(JSON.parse(reply.text).stdout.split(' ')[2]).toBe(second.host);
  });

  it('share one connection', async () => {
    const before = transport.handshakes;
    await Promise.all(Array.from({ length: 5 }, () => call('command', { command: 'true' })));
    expect(transport.handshakes).toBe(before);
  });

  it('take the limit for the whole of a compound command', async () => {
    const mark = join(own.home, 'too-late');
    const command = `sleep 300 && touch ${mark}`;
    const done = await call('command', { command, timeout_seconds: 0.2 });
    expect(done).toMatchObject({ exit_code: 124, timed_out: true });
    await expect(readFile(mark)).rejects.toThrow('ENOENT');
  });

  it('are no arguments that other users could read', async () => {
    const command = `: swordfish; ps -eo args | grep -c '[s]wordfish'; true`;
    expect(await call('command', { command })).toMatchObject({ stdout: '0\n' });
  });

  it('keep the end of a flood', async () => {
    const done = await call('command', { command: 'head -c 1000000 /dev/zero | tr "\\0" x; echo; echo the end' });
    expect(done.stdout.length).toBeLessThanOrEqual(64 * 1024);
    expect(done.stdout).toMatch(/^\[… \d+ bytes cut\]\nx+\nthe end\n$/);
  });

  it.each(['health_check', 'cli', 'post_build', 'pre_deploy'] as const)('are allowed in %s', async (event) => {
    expect(await call('command', { command: 'true' }, admit(event))).toMatchObject(succeeded);
  });

  it.each(['command', 'target'] as const)('are refused in a dry run: %s', async (route) => {
    await using dry = await start(undefined);
    const body = { command: 'true', target: 'restart' };
    const reply = await ask(dry.port, `POST /worker/${route}`, { token: admit('pre_deploy', dry).token, body });
    expect(reply).toMatchObject({ status: 409, text: 'A dry run runs nothing on workers\n' });
  });

  it('do nothing on a worker that a newer run has taken over', async () => {
    const mark = join(own.home, 'fenced');
    await using fenced = await start(openWorkers('echo taken over >&2; exit 9').workers);
    const body = { command: `touch ${mark}` };
    const reply = await ask(fenced.port, 'POST /worker/command', { token: admit('cli', fenced).token, body });
    expect(JSON.parse(reply.text)).toMatchObject({ exit_code: 9, stderr: 'taken over\n' });
    await expect(readFile(mark)).rejects.toThrow('ENOENT');
  });

  it('answer 502 with the reason when the worker cannot be reached', async () => {
    const nobody = farmTransport(farm, { knownHosts: [{ source: 'workspace/known_hosts', text: '' }] });
    const { workers } = farmWorkers({ farm, transport: nobody, places: { api: [own] } });
    await using cut = await start(workers);
    const reply = await ask(cut.port, 'POST /worker/command', {
      token: admit('cli', cut).token,
      body: { command: 'true' },
    });
    await nobody[Symbol.asyncDispose]();
    expect(reply).toMatchObject({ status: 502, text: expect.stringContaining(own.host) });
    expect(reply.text).toContain('workspace/known_hosts');
  });

  it('end with the process that asked for them', async () => {
    const file = join(own.home, 'left-behind');
    const asked = call('command', { command: `echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 300` });
    await waitForFile(file);
    await untilHeard();
    const pid = Number(await readFile(file, 'utf8'));
    expect(isRunning(pid)).toBe(true);
    await pass[Symbol.asyncDispose]();
    expect(isRunning(pid)).toBe(false);
    expect(await asked).toMatchObject({ status: 502, text: expect.stringContaining('cancelled') });
  });

  it('end when the script hangs up', async () => {
    const file = join(own.home, 'hung-up');
    const hangUp = new AbortController();
    const trap = `trap 'touch ${file}.end; exit' TERM`;
    const command = `${trap}; echo 1 > ${file}; while :; do sleep 0.05; done`;
    const asked = call('command', { command }, pass, hangUp.signal);
    await waitForFile(file);
    await untilHeard();
    hangUp.abort();
    await expect(asked).rejects.toThrow('aborted');
    await waitForFile(`${file}.end`);
  });

  it.each([
    [{}, '"command" is required'],
    [{ command: ' \n' }, '"command" is required'],
    [{ command: 'a\0b' }, 'NUL'],
    [{ command: ['ls'] }, '"command" must be a string'],
    [{ command: 'true', timeout_seconds: 'soon' }, '"timeout_seconds" must be a number'],
  ])('refuse %j', async (body, message) => {
    expect(await call('command', body)).toMatchObject(refused(message));
  });
});

describe('make targets on workers', () => {
  it('run as in a deploy: with both versions, shown line by line', async () => {
    const done = await call('target', { worker: second.host, target: ' Restart ' });
    expect(done).toMatchObject({ ...succeeded, stdout: 'restarting 0.0.0 1.0.0\n', stderr: 'mind the gap\n' });
    expect([...used.shown].sort()).toEqual([
      `api@${second.host} ! mind the gap`,
      `api@${second.host} | restarting 0.0.0 1.0.0`,
    ]);
  });

  it('run for a demanded job where that is', async () => {
    const done = await call('target', { worker: database.host, job: 'database', target: 'restart' });
    expect(done).toMatchObject(succeeded);
    const misplaced = refused(`Invalid or unauthorized worker: ${own.host} is none of database`);
    expect(await call('target', { job: 'database', target: 'restart' })).toMatchObject(misplaced);
    const undemanded = refused('Invalid or unauthorized job: no hook of api demands other');
    expect(await call('target', { worker: foreign.host, job: 'other', target: 'restart' })).toMatchObject(undemanded);
  });

  it('keep the spelling of targets that are not built in, and the exit code of make', async () => {
    expect(await call('target', { target: 'Migrate' })).toMatchObject({ exit_code: 2 });
    expect((await call('target', { target: 'migrate' })).stderr).toContain('No rule to make target');
  });

  it('report a job that was never delivered', async () => {
    await using other = await start(farmWorkers({ farm, transport, places: { api: [foreign] } }).workers);
    const token = admit('cli', other).token;
    const reply = await ask(other.port, 'POST /worker/target', {
      token,
      body: { worker: foreign.host, target: 'start' },
    });
    const stderr = `job api has not been delivered to ${foreign.host} yet\n`;
    expect(JSON.parse(reply.text)).toMatchObject({ exit_code: 1, stderr });
  });

  it.each(['bad target', 'foo;bar', 'rm -rf', '-f', '../x', '$(id)'])('refuse target "%s"', async (target) => {
    expect(await call('target', { target })).toMatchObject(refused(`invalid job control target "${target}"`));
  });

  it('need a target', async () => {
    expect(await call('target', {})).toMatchObject(refused('"target" is required'));
  });
});
