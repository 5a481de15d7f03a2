/** Tests the limits on the resources that hooks use, and which Node runs which script. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNode20 } from '../support/node20.ts';
import { CLI } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

const run = promisify(execFile);
const FOLDERS = (process.env.PATH ?? '').split(delimiter);
const WITHOUT_BUN = FOLDERS.filter((folder) => !existsSync(join(folder, 'bun'))).join(delimiter);

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

async function bucketWith(script: string, text: string): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  const hooks = { hook_a: { executed_on: ['cli'] } };
  await bucket.addJob('api', { version: '1.0.0', selectors: ['worker'], hooks }, { [`_hooks/${script}`]: text });
  const build = await bucket.maand(['build']);
  expect(build.status, build.stderr).toBe(0);
  return bucket;
}

describe('a flood', () => {
  const flood = (ending: string) => `
import sys
chunk = b"x" * 1023 + ${ending}
for _ in range(100 * 1024):
    sys.stdout.buffer.write(chunk)
sys.stdout.buffer.write(b"\\nthe end\\n")
sys.stdout.flush()
sys.exit(5)
`;
  /** A script that runs a command on the worker. The test checks the exit code of that command. */
  const remote = `
import maand
done = maand.run_ssh(maand.allocation_ip(), "head -c 100000000 /dev/zero | tr '\\\\0' x; echo; echo the end; exit 5", check=False)
print(done.stdout.splitlines()[-1])
raise SystemExit(done.returncode)
`;

  it.each([
    ['lines', flood('b"\\n"')],
    ['one line', flood('b"x"')],
    ['a line of a worker', remote],
  ])('of 100 MB in %s costs less than 200 MB, and keeps its end and its exit code', async (_what, text) => {
    const bucket = await bucketWith('hook_a.py', text);
    const measure = join(import.meta.dirname, '../../bench/support/measure.py');
    const command = [process.execPath, CLI, '--bucket', bucket.dir, '--json', 'hooks', 'hook_a', 'api'];
    const { stdout } = await run('python3', [measure, ...command], { maxBuffer: 1 << 24 });
    const { status, peakMb, output } = JSON.parse(stdout);
    expect([status, output]).toEqual([1, expect.stringMatching(/the end[\s\S]*"exit_code":\s*5/)]);
    expect(peakMb).toBeLessThan(200);
  });
});

describe('Node 20 without bun', () => {
  const text =
    "import { jobName, kv } from './maand.js';\nawait kv.put('a', '1');\nconsole.log('hello from', jobName());\n";

  it('runs JavaScript', async () => {
    const bucket = await bucketWith('hook_a.js', text);
    const ended = await bucket.maand(['hooks', 'hook_a', 'api'], {
      node: await findNode20(),
      env: { PATH: WITHOUT_BUN },
    });
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stderr).toContain('| hello from api');
  });

  it('refuses TypeScript, and names the interpreters that can run it', async () => {
    const bucket = await bucketWith('hook_a.ts', text);
    const refused = await bucket.maand(['hooks', 'hook_a', 'api'], {
      node: await findNode20(),
      env: { PATH: WITHOUT_BUN },
    });
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('host prerequisites not met: bun (job api hook hook_a needs bun)');
    expect(refused.stderr).toContain('run under Node 24');
  });
});
