import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { deploy } from '../../../src/commands/deploy/deploy.ts';
import type { CommandResult } from '../../../src/session/face.ts';
import { Stager } from '../../../src/stage/stager.ts';
import { shown } from '../../support/local-face.ts';
import { LocalSite } from '../../support/local-site.ts';

const MAKEFILE = 'start restart reload stop:\n\t@true\n';
const WRITES = `import * as maand from './maand.js';
await maand.putJobVariable('release', '2');
`;

/** Records the calls of the real stager. */
const staging = vi.spyOn(Stager.prototype, 'stage');
afterAll(() => vi.restoreAllMocks());

/** Returns the number of staged allocations by job, since the last deploy began. */
function stagings(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [{ job }] of staging.mock.calls) counts[job.name] = (counts[job.name] ?? 0) + 1;
  return counts;
}

async function siteWith(jobs: Readonly<Record<string, readonly [object, Readonly<Record<string, string>>]>>) {
  const site = await LocalSite.create();
  await site.useWorkers({ w1: [], w2: [], w3: [] });
  for (const [name, [manifest, files]] of Object.entries(jobs)) {
    await site.addJob(name, { selectors: ['worker'], ...manifest }, { Makefile: MAKEFILE, ...files });
  }
  return site;
}

async function outcomesOf(site: LocalSite, words: readonly string[] = []): Promise<Record<string, string>> {
  staging.mockClear();
  const result = await site.run(deploy, ['deploy', '--build', ...words]);
  return jobsOf(result);
}

function jobsOf(result: CommandResult): Record<string, string> {
  const { jobs } = shown(result).json as {
    readonly jobs: readonly { readonly job: string; readonly outcome: string }[];
  };
  return Object.fromEntries(jobs.map(({ job, outcome }) => [job, outcome]));
}

const plain = { 'conf.txt': '1\n', 'site.txt.tpl': '{{ .WorkerIP }} {{ getWorker "worker_ip" }}\n' };

describe('trees of a deploy on three workers', () => {
  it('are staged once: new, unchanged, changed, and around a before-deploy hook', async () => {
    const site = await siteWith({ api: [{}, plain] });
    const hook = ['--before-deploy-hook', 'true'];
    expect([await outcomesOf(site), stagings()]).toEqual([{ api: 'deployed' }, { api: 3 }]);
    expect([await outcomesOf(site), stagings()]).toEqual([{ api: 'skipped' }, { api: 3 }]);
    expect([await outcomesOf(site, hook), stagings()]).toEqual([{ api: 'skipped' }, { api: 3 }]);
    await site.write('workspace/jobs/api/conf.txt', '2\n');
    expect([await outcomesOf(site), stagings()]).toEqual([{ api: 'deployed' }, { api: 3 }]);
    await site.write('workspace/jobs/api/conf.txt', '3\n');
    expect([await outcomesOf(site, hook), stagings()]).toEqual([{ api: 'deployed' }, { api: 3 }]);
    const { json } = shown(await site.run(deploy, ['deploy', '--build', '--dry-run']));
    const { digest } = json as { readonly digest: string };
    expect([await outcomesOf(site, [...hook, '--plan-digest', digest]), stagings()]).toEqual([
      { api: 'skipped' },
      { api: 3 },
    ]);
  });

  it.each([
    ['{{ .UpdateSeq }}', 6],
    ['{{ . }}', 6],
    ['{{ if false }}{{ .UpdateSeq }}{{ end }}', 3],
    ['{{ .NewVersion }}', 3],
  ])('are staged again with the raised update sequence only when a template printed it: %s', async (text, count) => {
    const site = await siteWith({ api: [{}, { ...plain, 'seq.txt.tpl': `${text}\n` }] });
    expect([await outcomesOf(site), stagings()]).toEqual([{ api: 'deployed' }, { api: count }]);
    expect([await outcomesOf(site), stagings()]).toEqual([{ api: 'skipped' }, { api: 3 }]);
    await site.write('workspace/jobs/api/conf.txt', '2\n');
    expect([await outcomesOf(site), stagings()]).toEqual([{ api: 'deployed' }, { api: count }]);
  });

  it('are staged again after a hook wrote a key that they are made from, and only those', async () => {
    const hooks = { hook_write: { executed_on: ['pre_deploy'] } };
    const site = await siteWith({
      other: [{}, plain],
      quiet: [{ hooks: { hook_idle: { executed_on: ['pre_deploy'] } } }, { ...plain, '_hooks/hook_idle.js': '' }],
      writer: [
        { hooks },
        { 'release.txt.tpl': '{{ getOptional "vars/job/writer" "release" }}\n', '_hooks/hook_write.js': WRITES },
      ],
    });
    const deployed = { other: 'deployed', quiet: 'deployed', writer: 'deployed' };
    const skipped = { other: 'skipped', quiet: 'skipped', writer: 'skipped' };
    expect([await outcomesOf(site), stagings()]).toEqual([deployed, { other: 3, quiet: 3, writer: 6 }]);
    expect([await outcomesOf(site), stagings()]).toEqual([skipped, { other: 3, quiet: 3, writer: 3 }]);
    await site.write('workspace/jobs/writer/_hooks/hook_write.js', WRITES.replace("'2'", "'3'"));
    expect([await outcomesOf(site), stagings()]).toEqual([
      { ...skipped, writer: 'deployed' },
      { other: 3, quiet: 3, writer: 6 },
    ]);
    await site.write('workspace/jobs/writer/_hooks/hook_write.js', WRITES.replace('release', 'unread'));
    expect([await outcomesOf(site), stagings()]).toEqual([skipped, { other: 3, quiet: 3, writer: 3 }]);
  });

  it('are staged again before the plan is reported, when a post_build hook wrote such a key', async () => {
    const hooks = { hook_write: { executed_on: ['post_build'] } };
    const files = { 'release.txt.tpl': '{{ get "vars/job/writer" "release" }}\n', '_hooks/hook_write.js': WRITES };
    const site = await siteWith({ other: [{}, plain], writer: [{ hooks }, files] });
    expect([await outcomesOf(site), stagings()]).toEqual([
      { other: 'deployed', writer: 'deployed' },
      { other: 3, writer: 6 },
    ]);
    await site.write('workspace/jobs/writer/_hooks/hook_write.js', WRITES.replace("'2'", "'3'"));
    site.events.length = 0;
    expect([await outcomesOf(site), stagings()]).toEqual([
      { other: 'skipped', writer: 'deployed' },
      { other: 3, writer: 6 },
    ]);
    const told = site.events.flatMap((event) => (event.type === 'plan-made' ? [event.plan] : []));
    expect(told).toMatchObject([
      {
        required: true,
        waves: [
          {
            jobs: [
              { job: 'other', required: false },
              { job: 'writer', reason: 'content' },
            ],
          },
        ],
      },
    ]);
  });

  it('are staged again when a before-deploy hook wrote files that they are made from', async () => {
    const site = await siteWith({ api: [{}, plain], other: [{}, plain] });
    await outcomesOf(site);
    const file = join(site.bucketDir, 'workspace/jobs/api/conf.txt');
    const hook = ['--before-deploy-hook', `echo from the hook >${file}`];
    expect([await outcomesOf(site, hook), stagings()]).toEqual([
      { api: 'deployed', other: 'skipped' },
      { api: 6, other: 3 },
    ]);
    await writeFile(file, 'from the hook\n');
    expect([await outcomesOf(site), stagings()]).toEqual([
      { api: 'skipped', other: 'skipped' },
      { api: 3, other: 3 },
    ]);
  });

  it('are staged again where certificates were made after the plan was approved', async () => {
    const certs = { web: { subject: { common_name: 'web.example.org' }, key: 'ec-p256' } };
    const site = await siteWith({ api: [{ certs }, plain], other: [{}, plain] });
    const { json } = shown(await site.run(deploy, ['deploy', '--build', '--dry-run']));
    const { digest } = json as { readonly digest: string };
    expect([await outcomesOf(site, ['--plan-digest', digest]), stagings()]).toEqual([
      { api: 'deployed', other: 'deployed' },
      { api: 6, other: 3 },
    ]);
    expect([await outcomesOf(site), stagings()]).toEqual([
      { api: 'skipped', other: 'skipped' },
      { api: 3, other: 3 },
    ]);
  });
});

describe('a plan that was not approved', () => {
  it('makes no certificate, and saves nothing', async () => {
    const certs = { web: { subject: { common_name: 'web.example.org' }, key: 'ec-p256' } };
    const site = await siteWith({ api: [{ certs }, plain] });
    const refused = outcomesOf(site, ['--plan-digest', `sha256:${'0'.repeat(64)}`]);
    await expect(refused).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('is not the approved'),
    });
    expect(stagings()).toEqual({ api: 3 });
    expect(site.events).toEqual([]);
  });
});
