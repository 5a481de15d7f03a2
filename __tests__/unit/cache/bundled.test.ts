import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import config from '../../../rolldown.config.ts';
import { startCacheService } from '../../support/cache-service.ts';
import { findNode20 } from '../../support/node20.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
let dir: string;

beforeAll(async () => {
  dir = await temporaryFolder();
  const { output, ...options } = Array.isArray(config) ? config[0] : (config as Exclude<typeof config, () => unknown>);
  const input = { program: join(import.meta.dirname, 'adapter-program.ts') };
  await build({ ...options, input, output: { ...(Array.isArray(output) ? output[0] : output), dir } });
});

describe('bundled as dist/ is, with neither tar nor zstd on PATH,', () => {
  it.each([
    ['this Node', async () => process.execPath],
    ['Node 20', findNode20],
  ])('the adapter works on %s', async (_name, findNode) => {
    await using service = await startCacheService();
    const env = { ...service.environment(), PATH: '/nonexistent' };
    const { stdout, stderr } = await run(await findNode(), [join(dir, 'program.js')], { env, cwd: dir });
    expect(stderr).toBe('');
    expect(stdout).toBe('{"saved":"saved","found":"MAGIC one"}\n'); // nothing else is printed, in particular no signed address
  });
});
