import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deploy } from '../../../src/commands/deploy/deploy.ts';
import { gc } from '../../../src/commands/gc/gc.ts';
import { healthCheck } from '../../../src/commands/health-check.ts';
import { hooks } from '../../../src/commands/hooks.ts';
import { job } from '../../../src/commands/job/job.ts';
import { render } from '../../../src/commands/render/render.ts';
import { runCommand } from '../../../src/commands/run-command/run-command.ts';
import type { Command } from '../../../src/session/command-call.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { shown } from '../../support/local-face.ts';
import { LocalSite } from '../../support/local-site.ts';
import { type Carried, recordingTransport, type Watch } from '../../support/recording-transport.ts';

const FENCE = ': the fence of this run';
const marks = (root: string): string => join(root, '.maand/marks');

const MAKEFILE = ['start', 'stop', 'restart', 'reload', 'status', 'migrate']
  .map((target) => `${target}:\n\t@echo ${target} >>data.txt\n`)
  .join('\n');
const HOOK = `import * as maand from './maand.js';
await maand.runSsh(maand.allocationIp(), 'true');
await maand.runMakeTarget('migrate');
`;
const CONTROL_HOOK = `import * as maand from './maand.js';
for (const workerIp of ['w1', 'w2']) await maand.runMakeTarget('start', { workerIp });
`;

/** Collects everything that was sent to workers, and whether the fence came first. */
class Sent {
  readonly behindFence = new Set<string>();
  readonly looks = new Set<string>();
  /** Scripts that changed their worker without the fence. */
  readonly wrong: string[] = [];

  readonly watch: Watch = async (carried, work) => {
    if (this.#isFenced(carried)) {
      this.behindFence.add(carried.label);
      return work();
    }
    this.looks.add(carried.label);
    await mkdir(carried.root, { recursive: true });
    const before = await fingerprint(carried.root);
    const done = await work();
    if ((await fingerprint(carried.root)) !== before) this.wrong.push(`${carried.label} on ${carried.host}`);
    return done;
  };

  #isFenced({ text }: Carried): boolean {
    return text.startsWith(`(\n${FENCE}\n) || {`);
  }
}

async function openSite(sent: Sent): Promise<LocalSite> {
  const site = await LocalSite.create({
    fence: { line: () => FENCE, forget: ({ root }) => `rm -f ${marks(root)}` },
    through: (transport) => recordingTransport(transport, sent.watch),
  });
  await site.useWorkers({ w1: ['web'], w2: ['web', 'leaving'], w3: ['kept'] });
  const checks = [{ type: 'ssh', command: 'true' }];
  await site.addJob(
    'web',
    {
      selectors: ['web'],
      restart_policy: 'reload',
      restart_globs: ['release.txt'],
      health_check: { checks },
      hooks: { hook_tasks: { executed_on: ['after_allocation_started', 'cli'] } },
    },
    { Makefile: MAKEFILE, 'conf.txt': '1\n', 'release.txt': '1\n', '_hooks/hook_tasks.js': HOOK },
  );
  await site.addJob(
    'driven',
    { selectors: ['web'], hooks: { hook_control: { executed_on: ['job_control'] } } },
    { Makefile: MAKEFILE, '_hooks/hook_control.js': CONTROL_HOOK },
  );
  await site.addJob('leaver', { selectors: ['leaving'] }, { Makefile: MAKEFILE });
  await site.addJob('kept', { selectors: ['kept'] }, { Makefile: MAKEFILE });
  return site;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('the fence', () => {
  it('comes before every change of the engine, and scripts without a fence change nothing', async () => {
    const sent = new Sent();
    const site = await openSite(sent);
    const go = async (command: Command, words: readonly string[], exitCode = 0) => {
      const result = await site.run(command, words);
      expect([words.join(' '), result.exitCode, result.exitCode === exitCode ? '' : shown(result).text]).toEqual([
        words.join(' '),
        exitCode,
        '',
      ]);
    };
    await go(deploy, ['deploy', '--build']);
    await site.write('workspace/jobs/web/conf.txt', '2\n');
    await go(render, ['render', 'web', '--worker', 'w1', '--diff']);
    await go(deploy, ['deploy', '--build']); // causes a reload
    await site.write('workspace/jobs/web/release.txt', '2\n');
    await go(deploy, ['deploy', '--build']); // causes a restart
    await go(job, ['job', 'restart', 'web', '--health-check']);
    await go(job, ['job', 'run', 'web', '--target', 'migrate']);
    await go(job, ['job', 'restart', 'driven']);
    await go(runCommand, ['run_command', 'echo changed >changed']);
    await go(hooks, ['hooks', 'hook_tasks', 'web']);
    await go(healthCheck, ['health_check']);
    // `leaver` and `kept` leave files for gc. Then their workers leave the bucket. One worker still has other jobs, the other
    // has no job.
    await site.useWorkers({ w1: ['web'], w2: ['web'], w3: [] });
    await go(deploy, ['deploy', '--build', '--allow-stops', 'kept,leaver']);
    await site.useWorkers({ w1: ['web'] });
    for (const host of ['w2', 'w3']) {
      await mkdir(join(site.rootOf(host), '.maand'), { recursive: true });
      await writeFile(marks(site.rootOf(host)), '');
    }
    await go(deploy, ['deploy', '--build']); // on w2, stops the job and cleans up
    expect(await exists(marks(site.rootOf('w2')))).toBe(false);
    await go(gc, ['gc']);
    expect(await exists(marks(site.rootOf('w3')))).toBe(false);
    // An allocation is removed while its worker stays.
    await site.remove('workspace/jobs/driven');
    await go(deploy, ['deploy', '--build']);
    await go(gc, ['gc']);

    expect(sent.wrong).toEqual([]);
    expect([...sent.behindFence].sort()).toEqual([
      'clean-up',
      'command',
      'delivery',
      'make migrate',
      'make reload',
      'make restart',
      'make start',
      'make stop',
      'removing the folder of driven',
      'removing the folder of kept',
      'the command of a hook',
      'worker id',
    ]);
    expect([...sent.looks].sort()).toEqual(['health check', 'look', 'reading deployed files']);
  }, 240_000);
});
