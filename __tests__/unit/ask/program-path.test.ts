import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOnPath } from '../../../src/ask/program-path.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { withPath } from '../../support/with-path.ts';

describe('isOnPath', () => {
  it('finds an executable file in any folder of PATH', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'two'));
    await writeFile(join(dir, 'two/tool'), '#!/bin/sh\n');
    await chmod(join(dir, 'two/tool'), 0o755);
    const path = [join(dir, 'missing'), '', join(dir, 'two')].join(delimiter);
    expect(await withPath(path, () => isOnPath('tool'))).toBe(true);
    expect(await withPath(dir, () => isOnPath('tool'))).toBe(false);
    expect(await withPath('', () => isOnPath('tool'))).toBe(false);
  });

  it('refuses a folder and a file that is not executable', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'folder'));
    await writeFile(join(dir, 'text'), '', { mode: 0o644 });
    expect(await withPath(dir, () => isOnPath('folder'))).toBe(false);
    expect(await withPath(dir, () => isOnPath('text'))).toBe(false);
  });
});
