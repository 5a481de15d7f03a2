import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFiles, rewriteFile } from '../../../src/base/durable-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('createFiles', () => {
  it('creates each file with its mode and leaves nothing else', async () => {
    const folder = await temporaryFolder();
    await createFiles([
      { path: join(folder, 'a.key'), text: 'secret', mode: 0o600 },
      { path: join(folder, 'a.crt'), text: 'open', mode: 0o644 },
    ]);
    expect((await readdir(folder)).sort()).toEqual(['a.crt', 'a.key']);
    expect(await readFile(join(folder, 'a.key'), 'utf8')).toBe('secret');
    expect((await stat(join(folder, 'a.key'))).mode & 0o777).toBe(0o600);
  });

  it('overwrites nothing, and creates no file when one exists already', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'b'), 'old');
    const both = ['a', 'b'].map((name) => ({ path: join(folder, name), text: 'new', mode: 0o644 }));
    await expect(createFiles(both)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(folder)).toEqual(['b']);
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('old');
  });

  it('creates no file when one cannot be written', async () => {
    const folder = await temporaryFolder();
    const both = ['a', 'nowhere/b'].map((name) => ({ path: join(folder, name), text: 'new', mode: 0o644 }));
    await expect(createFiles(both)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('rewriteFile', () => {
  it('leaves no draft beside a file that it could not replace', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'taken/deep'), { recursive: true });
    await expect(rewriteFile({ path: join(folder, 'taken'), text: 'text', mode: 0o644 })).rejects.toMatchObject({
      code: 'EISDIR',
    });
    expect(await readdir(folder)).toEqual(['taken']);
  });
});
