import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../../support/process-tree.ts';
import { aHook, openRig } from './rig.ts';

const FIVE = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
const SHOW_ENVIRONMENT = 'import json, os\nprint(json.dumps(dict(os.environ)))\n';
const FAIL_ON_2_AND_3 = `
import os, sys
print("ran on", os.environ["ALLOCATION_IP"])
sys.exit(3 if os.environ["ALLOCATION_IP"] in ("10.0.0.2", "10.0.0.3") else 0)
`;

function oneHook(script: string, event: Parameters<typeof aHook>[1][number] = 'pre_deploy') {
  return { files: { '_hooks/hook_a.py': script }, hooks: [aHook('hook_a', [event])] };
}

describe('the environment of a hook', () => {
  it('is the environment of its allocation, without withheld variables', async () => {
    const environment = { 'INPUT_STATE-KEY': 'hidden', MAAND_SSH_PRIVATE_KEY: 'hidden', FROM_WORKFLOW: 'seen' };
    const hosts = FIVE.slice(0, 3);
    await using rig = await openRig({ ...oneHook(SHOW_ENVIRONMENT), hosts, disabled: ['10.0.0.2'], environment });
    rig.store.put('maand/job/api/worker/10.0.0.2', 'api_allocation_index', '7');
    const outcome = await rig.run({
      event: 'pre_deploy',
      batchSize: 2,
      phase: 'update',
      rolloutOrder: { text: '10.0.0.1, 10.0.0.2,10.0.0.3', source: 'kv' },
      extra: { NEW_ALLOCATIONS: '10.0.0.3' },
    });
    expect(outcome.kind).toBe('succeeded');
    const seen = new Map(rig.texts().map((line) => [JSON.parse(line).ALLOCATION_IP, JSON.parse(line)]));
    expect(seen.get('10.0.0.2')).toMatchObject({
      ALLOCATION_ID: 'api-10.0.0.2',
      ALLOCATION_INDEX: '7',
      DISABLED: '1',
      JOB: 'api',
      EVENT: 'pre_deploy',
      COMMAND: 'hook_a',
      HOOK: 'hook_a',
      CURRENT_VERSION: '0.9.0',
      NEW_VERSION: '1.0.0',
      BUCKET_ROOT: rig.bucket,
      BATCH_ALLOCATIONS: '10.0.0.1,10.0.0.2',
      BATCH_INDEX: '0',
      BATCH_COUNT: '2',
      DEPLOY_PHASE: 'update',
      ROLLOUT_ORDER: '10.0.0.1, 10.0.0.2,10.0.0.3',
      ROLLOUT_ORDER_SOURCE: 'kv',
      NEW_ALLOCATIONS: '10.0.0.3',
      HOOK_API_HOST: '127.0.0.1',
      JOB_COMMAND_API_HOST: '127.0.0.1',
      HOOK_API_PORT: String(rig.api.port),
      HOOK_API_TOKEN: '***',
      FROM_WORKFLOW: 'seen',
    });
    expect(seen.get('10.0.0.3')).toMatchObject({ ALLOCATION_INDEX: '2', DISABLED: '0', BATCH_INDEX: '1' });
    for (const one of seen.values()) expect(JSON.stringify(one)).not.toContain('hidden');
  });

  it('names the allocation without an index', async () => {
    await using rig = await openRig(oneHook(SHOW_ENVIRONMENT, 'after_allocation_stopped'));
    const targets = [{ id: 'gone', host: '10.0.0.9', disabled: false, index: undefined }];
    expect(await rig.run({ event: 'after_allocation_stopped', targets })).toMatchObject({
      kind: 'failed',
      message: 'job api hook hook_a failed: 10.0.0.9: allocation index not found for job api on worker 10.0.0.9',
      records: [{ exitCode: 1, outcome: 'failed' }],
    });
  });

  it('is that of the larger roll when the targets are one of its batches', async () => {
    await using rig = await openRig({
      ...oneHook(SHOW_ENVIRONMENT, 'after_allocation_started'),
      hosts: FIVE.slice(0, 2),
    });
    await rig.run({ event: 'after_allocation_started', batchSize: 1, batch: { index: 2, count: 4 } });
    for (const line of rig.texts()) {
      const batch = { BATCH_INDEX: '2', BATCH_COUNT: '4', BATCH_ALLOCATIONS: '10.0.0.1,10.0.0.2' };
      expect(JSON.parse(line)).toMatchObject({ ...batch, DEPLOY_PHASE: 'after_allocation_started' });
    }
    expect(rig.lines).toHaveLength(2);
  });
});

describe('batches', () => {
  it('go one after another: 2, 2, 1', async () => {
    const script = `
import os
print("start", os.environ["BATCH_INDEX"], os.environ["BATCH_COUNT"], os.environ["BATCH_ALLOCATIONS"])
print("end", os.environ["BATCH_INDEX"])
`;
    await using rig = await openRig({ ...oneHook(script, 'cli'), hosts: FIVE, disabled: ['10.0.0.4'] });
    const outcome = await rig.run({ event: 'cli', batchSize: 2 });
    expect(outcome.records.map(({ worker }) => worker)).toEqual(FIVE);
    const batches = ['0 3 10.0.0.1,10.0.0.2', '1 3 10.0.0.3,10.0.0.4', '2 3 10.0.0.5'];
    expect(new Set(rig.texts().filter((line) => line.startsWith('start')))).toEqual(
      new Set(batches.map((one) => `start ${one}`)),
    );
    const order = rig.texts().map((line) => line.split(' ')[1]);
    expect(order.join('')).toBe('0000111122');
    expect([...rig.records].map(({ worker }) => worker).sort()).toEqual(FIVE);
  });

  it('run their allocations at once', async () => {
    const script = `
import os, maand
maand.kv.put("seen_" + maand.allocation_index(), "1")
while len(maand.kv.keys()) < 3:
    pass
`;
    await using rig = await openRig({ ...oneHook(script), hosts: FIVE.slice(0, 3), timeoutMs: 20_000 });
    expect(await rig.run({ event: 'pre_deploy', batchSize: 3 })).toMatchObject({ kind: 'succeeded' });
  });

  it('are finished when one of theirs fails, and then no other begins', async () => {
    await using rig = await openRig({ ...oneHook(FAIL_ON_2_AND_3), hosts: FIVE });
    const outcome = await rig.run({ event: 'pre_deploy', batchSize: 3 });
    expect(outcome).toMatchObject({
      kind: 'failed',
      message:
        'job api hook hook_a failed: 10.0.0.2: command execution failed (exit 3); 10.0.0.3: command execution failed (exit 3)',
    });
    expect(outcome.records.map(({ worker, outcome: how, exitCode }) => [worker, how, exitCode])).toEqual([
      ['10.0.0.1', 'succeeded', 0],
      ['10.0.0.2', 'failed', 3],
      ['10.0.0.3', 'failed', 3],
    ]);
  });

  it('are all run by a health check', async () => {
    const files = { '_hooks/hook_a.py': FAIL_ON_2_AND_3, '_hooks/hook_b.py': FAIL_ON_2_AND_3 };
    const hooks = [aHook('hook_a', ['health_check']), aHook('hook_b', ['health_check'])];
    await using rig = await openRig({ files, hooks, hosts: FIVE });
    const outcome = await rig.run({ event: 'health_check', batchSize: 1 });
    expect(outcome.records).toHaveLength(10);
    expect(outcome).toMatchObject({ message: expect.stringMatching(/^job api hook hook_a .*\njob api hook hook_b /) });
  });
});

describe('hooks of an event', () => {
  it('run in manifest order, and the first that fails is the last', async () => {
    const say = (word: string, code = 0) => `print("${word}")\nraise SystemExit(${code})\n`;
    const files = {
      '_hooks/hook_z.py': say('z'),
      '_hooks/hook_a.py': say('a', 1),
      '_hooks/hook_m.py': say('m'),
      '_hooks/hook_other.py': say('other'),
    };
    const hooks = [
      aHook('hook_z', ['cli', 'pre_deploy']),
      aHook('hook_other', ['cli']),
      aHook('hook_a', ['pre_deploy']),
      aHook('hook_m', ['pre_deploy']),
    ];
    await using rig = await openRig({ files, hooks });
    const outcome = await rig.run({ event: 'pre_deploy' });
    expect(rig.texts()).toEqual(['z', 'a']);
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('job api hook hook_a failed: ') });
  });

  it('are missing: success, and nothing is staged', async () => {
    await using rig = await openRig(oneHook('raise SystemExit(1)'));
    expect(await rig.run({ event: 'post_deploy' })).toEqual({ kind: 'succeeded', records: [] });
    expect(await rig.run({ event: 'pre_deploy', targets: [] })).toEqual({ kind: 'succeeded', records: [] });
    expect(existsSync(rig.runtime.stagingDir)).toBe(false);
  });

  it('must be registered for the requested event', async () => {
    await using rig = await openRig(oneHook('pass'));
    await expect(rig.run({ event: 'cli', hook: 'hook_a' })).rejects.toMatchObject({
      message: 'job "api" hook "hook_a" is not registered for event "cli"',
      exitCode: 2,
    });
  });

  it('need their interpreter before any of them runs', async () => {
    const files = { '_hooks/hook_a.py': 'print("ran")', '_hooks/hook_b.ts': '' };
    const hooks = [aHook('hook_a', ['cli']), aHook('hook_b', ['cli'], { script: '_hooks/hook_b.ts' })];
    const tools = { bun: false, node: { path: process.execPath, runsTypeScript: false } };
    await using rig = await openRig({ files, hooks, tools });
    await expect(rig.run({ event: 'cli' })).rejects.toMatchObject({
      message: 'host prerequisites not met: bun (job api hook hook_b needs bun)',
      exitCode: 2,
    });
    expect(rig.lines).toEqual([]);
  });

  it('use the Python environment of the job', async () => {
    await using rig = await openRig(oneHook('pass'));
    const python = join(rig.job.entry.dir, '_hooks/.venv/bin/python3');
    await mkdir(dirname(python), { recursive: true });
    await writeFile(python, '#!/bin/sh\necho "venv runs $1"\n');
    await chmod(python, 0o755);
    const outcome = await rig.run({ event: 'pre_deploy' });
    expect(rig.texts()).toEqual(['venv runs hook_a.py']);
    expect(outcome.records[0]?.command).toBe(`${python} hook_a.py`);
  });
});

describe('a hook process', () => {
  it('runs in its own staged folder with the job beside it, and leaves nothing there', async () => {
    const script = `
import os
print(os.getcwd())
print(open("../conf/app.conf.tpl").read())
open("../conf/app.conf.tpl", "w").write("overwritten")
open("left-behind", "w").write("")
`;
    await using rig = await openRig({
      files: { '_hooks/hook_a.py': script, 'conf/app.conf.tpl': 'port={{ .Port }}' },
      hooks: [aHook('hook_a', ['pre_deploy'])],
    });
    const { stagingDir } = rig.runtime;
    await rig.run({ event: 'pre_deploy' });
    await rig.run({ event: 'pre_deploy' });
    const cwd = join(stagingDir, 'hooks/api/10.0.0.1/hook_a/_hooks');
    expect(rig.texts()).toEqual([cwd, 'port={{ .Port }}', cwd, 'port={{ .Port }}']);
    expect(await readdir(join(stagingDir, 'hooks/api/10.0.0.1'))).toEqual([]);
  });

  it('leaves a record', async () => {
    const script = 'import sys\nprint("out")\nprint("err", file=sys.stderr)\nsys.exit(4)\n';
    await using rig = await openRig(oneHook(script));
    const [record] = (await rig.run({ event: 'pre_deploy' })).records;
    expect(record).toEqual({
      hook: 'hook_a',
      event: 'pre_deploy',
      job: 'api',
      worker: '10.0.0.1',
      command: 'python3 hook_a.py',
      stdout: 'out',
      stderr: 'err',
      exitCode: 4,
      durationMs: expect.any(Number),
      outcome: 'failed',
      problem: 'command execution failed (exit 4)',
    });
    const from = { job: 'api', worker: '10.0.0.1', hook: 'hook_a' };
    expect(rig.lines).toHaveLength(2);
    expect(rig.lines).toContainEqual({ ...from, stream: 'stdout', line: 'out' });
    expect(rig.lines).toContainEqual({ ...from, stream: 'stderr', line: 'err' });
  });

  it('is heard while it runs', async () => {
    const script = `
import maand
print("asking")
while maand.kv.get("vars/job/api", "answer", "") != "heard":
    pass
`;
    const put = (): void => void rig.store.put('vars/job/api', 'answer', 'heard');
    await using rig = await openRig({ ...oneHook(script), onLine: put, timeoutMs: 20_000 });
    expect(await rig.run({ event: 'pre_deploy' })).toMatchObject({ kind: 'succeeded' });
  });

  it('ends with its children at the time limit', async () => {
    const script = `
import subprocess
print(subprocess.Popen(["sleep", "300"]).pid)
subprocess.run(["sleep", "300"])
`;
    const hook = aHook('hook_a', ['pre_deploy'], { timeoutMs: 2_000 });
    await using rig = await openRig({ files: { '_hooks/hook_a.py': script }, hooks: [hook] });
    const outcome = await rig.run({ event: 'pre_deploy' });
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: 'job api hook hook_a failed: 10.0.0.1: timed out after 2 s; the script and its children were ended',
      records: [{ outcome: 'timed-out', exitCode: 124 }],
    });
    expect(isRunning(Number(rig.texts()[0]))).toBe(false);
  });

  it('is ended when the run is cancelled, and no other begins', async () => {
    const cancel = new AbortController();
    const script = 'import time\nprint("running")\ntime.sleep(300)\n';
    const onLine = () => cancel.abort();
    await using rig = await openRig({ ...oneHook(script), hosts: FIVE, signal: cancel.signal, onLine });
    const outcome = await rig.run({ event: 'pre_deploy', batchSize: 1 });
    expect(outcome).toMatchObject({
      kind: 'cancelled',
      message: 'job api hook hook_a failed: 10.0.0.1: cancelled',
      records: [{ worker: '10.0.0.1', outcome: 'cancelled', exitCode: 143 }],
    });
  });

  it('contains no secret and no token', async () => {
    const script = `
import base64, json, os, sys, time, urllib.parse, maand
secret = 'pass"word/with+signs'
print("before:", secret)
maand.kv.put_secret("password", secret)
print("plain:", secret)
sys.stdout.write(secret[:9]); sys.stdout.flush()
sys.stdout.write(secret[9:] + "\\n")
print(base64.b64encode(secret.encode()).decode(), urllib.parse.quote(secret, safe=""), json.dumps(secret))
print("token:", os.environ["HOOK_API_TOKEN"])
print(maand.kv.get("secrets/job/api", "password"), file=sys.stderr)
`;
    await using rig = await openRig(oneHook(script));
    const { kind, records } = await rig.run({ event: 'pre_deploy' });
    expect(kind).toBe('succeeded');
    const live = rig.lines.map(({ line }) => line);
    expect(live).toContain('plain: ***');
    expect(live).toContain('*** *** "***"');
    expect(live).toContain('token: ***');
    expect(records[0]?.stdout).toContain('before: ***\nplain: ***\n***\n');
    expect(records[0]?.stderr).toBe('***');
  });

  it('loses its semaphores when it dies', async () => {
    const script = `
import os, signal, maand
maand.acquire_semaphore("lock").raise_for_status()
print("in", maand.allocation_ip())
os.kill(os.getpid(), signal.SIGKILL)
`;
    await using rig = await openRig({ ...oneHook(script), hosts: FIVE.slice(0, 3) });
    const { records } = await rig.run({ event: 'pre_deploy' });
    expect(records.map(({ exitCode }) => exitCode)).toEqual([137, 137, 137]);
    expect(rig.texts()).toHaveLength(3);
  });

  it('can count with others without losing anything', async () => {
    const script = `
import maand
for _ in range(10):
    maand.acquire_semaphore("counter").raise_for_status()
    maand.kv.put("count", str(int(maand.kv.get("vars/job/api", "count", "0")) + 1))
    maand.release_semaphore("counter").raise_for_status()
`;
    await using rig = await openRig({ ...oneHook(script), hosts: FIVE });
    expect(await rig.run({ event: 'pre_deploy' })).toMatchObject({ kind: 'succeeded' });
    expect(rig.store.get('vars/job/api', 'count')).toBe('50');
    expect(rig.store.latest('vars/job/api', 'count')?.version).toBe(50);
  });
});
