import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Allocation, CatalogJob } from '../../../src/catalog/types.ts';
import { writeRendered } from '../../../src/commands/render/render-out.ts';
import type { TreeFile } from '../../../src/stage/tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOST = '10.0.0.1';

describe('render --out', () => {
  it('leaves nothing of a tree that could not be written to its end, so that it can be tried again', async () => {
    const folder = join(await temporaryFolder(), 'out');
    const files: readonly TreeFile[] = [
      { path: 'conf/a', mode: 0o644, digest: '', source: { kind: 'bytes', bytes: Buffer.from('a') } },
      { path: 'conf/b', mode: 0o644, digest: '', source: { kind: 'file', path: '/nowhere/at/all' } },
    ];
    const write = (written: readonly TreeFile[]) =>
      writeRendered({
        folder,
        job: { name: 'api' } as CatalogJob,
        allocations: [{ host: HOST } as Allocation],
        staged: new Map([[HOST, { kind: 'staged', tree: { hash: '', files: written, emptyFolders: ['empty'] } }]]),
      });
    await expect(write(files)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
    await write(files.slice(0, 1));
    expect((await readdir(folder)).sort()).toEqual(['conf', 'empty']);
  });
});
