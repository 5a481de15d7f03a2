import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fenceGuard, forgetLine } from '../../../src/state-fleet/worker-script.ts';
import { guardWorkers } from '../../../src/transport/guarded-workers.ts';
import { openLocalTransport } from '../../support/local-transport.ts';
import { LIVES, RunFate } from '../../support/run-fate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MARK = 'mark';
const MESSAGE = 'maand: a newer run has taken over this worker (fence 9, this run has 3)';

/** Opens a worker that has seen the given fence. The fence of this run is 3. */
async function openWorker(fence: number) {
  const root = await temporaryFolder();
  await mkdir(join(root, '.maand'));
  await writeFile(join(root, '.maand', `${MARK}.fence`), `${fence}\n`);
  const fate = new RunFate(LIVES);
  const transport = openLocalTransport({ fate, down: new Set(), env: {} });
  const workers = guardWorkers(transport, {
    line: (worker) => fenceGuard({ root: worker.root, mark: MARK }, 3),
    forget: (worker) => forgetLine({ root: worker.root, mark: MARK }),
  });
  const worker = { host: 'w1', port: 22, user: 'u', root, useSudo: false, hostKey: undefined };
  const lines: string[] = [];
  const command = (script: string) => ({
    label: 'a test',
    script,
    timeoutMs: 10_000,
    onLine: (line: string, stream: string) => void lines.push(`${stream} ${line}`),
  });
  const { signal } = fate;
  return {
    lines,
    change: (script: string) => workers.change(worker, command(script), signal),
    leave: (script: string) => workers.leave(worker, command(script), signal),
    look: (script: string) => workers.look(worker, command(script), signal),
    deliver: (source: string) =>
      workers.deliver(
        worker,
        { sources: [source], destination: `${root}/b`, protect: [], tools: [], timeoutMs: 10_000 },
        signal,
      ),
    marks: async () => (await workers.look(worker, command(`ls ${root}/.maand`), signal)) as { stdout: string },
  };
}

describe('the door to workers', () => {
  it('reports that a newer run has taken over the worker, and shows only the message of the fence', async () => {
    const { change, leave, lines, marks } = await openWorker(9);
    const refused = { kind: 'overtaken', exitCode: 75, stdout: '', stderr: `${MESSAGE}\n` };
    expect(await change('echo begun')).toMatchObject(refused);
    expect(await leave('echo begun')).toMatchObject(refused);
    expect(lines).toEqual([`stderr ${MESSAGE}`, `stderr ${MESSAGE}`]);
    expect((await marks()).stdout).toBe(`${MARK}.fence\n`);
  });

  it('is not deceived by a script that ends and speaks as the fence does', async () => {
    const { change, lines } = await openWorker(1);
    const outcome = await change(`echo "${MESSAGE}" >&2; echo "maand-0123456789abcdef fence" >&2; exit 75`);
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 75 });
    expect(lines).toHaveLength(2);
  });

  it('sends nothing to a worker that a newer run has taken over', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'bin'));
    const refusing = await openWorker(9);
    expect(await refusing.deliver(`${folder}/./bin/`)).toMatchObject({ kind: 'overtaken', exitCode: 75 });
    const willing = await openWorker(3);
    expect(await willing.deliver(`${folder}/./bin/`)).toMatchObject({ kind: 'delivered' });
  });

  it('forgets the state of a worker that leaves once the last script has succeeded, whatever that script does', async () => {
    const { leave, marks } = await openWorker(1);
    expect(await leave('exit 4')).toMatchObject({ kind: 'exited', exitCode: 4 });
    expect((await marks()).stdout).toBe(`${MARK}.fence\n`);
    expect(await leave('exit 0')).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect((await marks()).stdout).toBe('');
  });

  it('has no fence in front of a look', async () => {
    const { look } = await openWorker(9);
    expect(await look('echo seen')).toMatchObject({ kind: 'exited', stdout: 'seen\n' });
  });
});
