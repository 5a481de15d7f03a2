import { execFile } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readSmallFile } from '../../../src/base/small-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);

describe('readSmallFile', () => {
  it('reads a text', async () => {
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, 'text\n');
    expect(await readSmallFile(path)).toBe('text\n');
  });

  it('refuses files that would never end or would fill the memory', async () => {
    const folder = await temporaryFolder();
    await run('mkfifo', [join(folder, 'pipe')]);
    await writeFile(join(folder, 'large'), '');
    await truncate(join(folder, 'large'), 3 * 1024 ** 3);
    await expect(readSmallFile(join(folder, 'pipe'))).rejects.toThrow('it is not a regular file');
    await expect(readSmallFile(join(folder, 'large'))).rejects.toThrow('it is larger than 1 MiB');
    await expect(readSmallFile(folder)).rejects.toThrow('it is a folder');
    await expect(readSmallFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
