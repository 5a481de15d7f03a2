/** Tests the helpers for workers in every language, with real workers. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '../../../src/transport/port.ts';
import { farmTransport } from '../../support/farm-transport.ts';
import { type Farm, type FarmWorker, startFarm } from '../../support/ssh-farm.ts';
import { deliverMakefile, farmWorkers } from './farm-workers.ts';
import { aHook, openRig, type RigOptions } from './rig.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/hooks');
const MAKEFILE = 'restart:\n\t@echo restarting $$CURRENT_VERSION $$NEW_VERSION\nbroken:\n\t@exit 5\n';
const CONF = 'ssh_user = "deploy" # not agent\nuse_sudo = false\n# ssh_key = "no.key"\nssh_key = \'our.key\'\n';

let farm: Farm;
let transport: Transport;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
  transport = farmTransport(farm, { retryDelaysMs: [] }); // the absent worker does not listen, so retries would only take time
  for (const worker of farm.workers) {
    for (const job of ['api', 'database']) await deliverMakefile(worker, job, MAKEFILE);
  }
});
afterAll(async () => {
  await transport[Symbol.asyncDispose]();
  await farm.stop();
});

/** Returns a rig whose job `api` is on the workers of the farm and on one absent worker. */
async function openWorkersRig(ending: string, text: string, extra: Partial<RigOptions>) {
  const nobody = { ...farm.workers[0], host: '127.0.0.9' } as FarmWorker;
  const absent = { ...nobody, address: () => ({ ...(farm.workers[0] as FarmWorker).address(), host: '127.0.0.9' }) };
  const places = { api: [...farm.workers, absent], database: farm.workers };
  const { workers, shown } = farmWorkers({
    farm: { ...farm, workers: [...farm.workers, absent] },
    transport,
    places,
  });
  const script = `_hooks/hook_workers.${ending}`;
  const hosts = farm.workers.map(({ host }) => host);
  const hooks = [aHook('hook_workers', ['cli'], { script })];
  const rig = await openRig({ files: { [script]: text }, hooks, hosts, demandedJobs: ['database'], workers, ...extra });
  await mkdir(join(rig.bucket, 'secrets'));
  await writeFile(join(rig.bucket, 'secrets/our.key'), '');
  await writeFile(join(rig.bucket, 'maand.conf'), CONF);
  return { rig, shown };
}

async function helpers(ending: 'py' | 'ts' | 'js'): Promise<string> {
  if (ending !== 'js') return readFile(join(FIXTURES, `hook_workers.${ending}`), 'utf8');
  return stripTypeScriptTypes(await helpers('ts'));
}

describe('helpers for workers', () => {
  it.each([
    ['python3', 'py', {}],
    ['bun', 'ts', {}],
    ['node', 'ts', { bun: false }],
    ['node', 'js', { bun: false }],
  ] as const)('work with %s running .%s', async (_interpreter, ending, tools) => {
    const { rig, shown } = await openWorkersRig(ending, await helpers(ending), { tools });
    await using _rig = rig;
    const [first, second] = farm.workers as [FarmWorker, FarmWorker];
    const targets = rig.job.allocations.slice(0, 1);
    const outcome = await rig.run({
      event: 'cli',
      targets,
      batch: { index: 0, count: 1 },
      extra: {
        BATCH_ALLOCATIONS: `${first.host},${second.host}`,
      },
    });
    expect([outcome.kind, `${rig.texts().join('\n')}\n`]).toEqual([
      'succeeded',
      await readFile(join(FIXTURES, 'workers.txt'), 'utf8'),
    ]);
    expect(rig.texts('stderr')).toEqual([`${first.host}: echo shown; echo told >&2; exit 4: exit 4`, 'shown', 'told']);
    expect(shown.filter((line) => line.includes(' | '))).toEqual([
      `api@${first.host} | restarting 0.0.0 1.0.0`,
      `database@${second.host} | restarting 0.0.0 1.0.0`,
    ]);
  });

  it.each([
    [
      'python3',
      'py',
      'import maand\nprint("before")\nmaand.run_ssh(maand.allocation_ip(), "exit 3")\nprint("after")\n',
    ],
    [
      'bun',
      'ts',
      "import { allocationIp, runSsh } from './maand';\nconsole.log('before');\nawait runSsh(allocationIp(), 'exit 3');\nconsole.log('after');\n",
    ],
  ])('end a script that does not look at a failure, with %s', async (_interpreter, ending, text) => {
    const { rig } = await openWorkersRig(ending, text, {});
    await using _rig = rig;
    const outcome = await rig.run({ event: 'cli', targets: rig.job.allocations.slice(0, 1) });
    expect([outcome.kind, rig.texts()]).toEqual(['failed', ['before']]);
  });
});
