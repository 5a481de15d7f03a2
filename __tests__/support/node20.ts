import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/node20');

/**
 * Returns the path of a Node 20, because users may have that version. It is a Node 20 on PATH, or otherwise the npm package
 * of its binary, which is fetched once.
 */
export async function findNode20(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (await isNode20(path)) return path;
  }
  const fetched = join(CACHE, `node_modules/node-linux-${process.arch}/bin/node`);
  if (!(await isNode20(fetched))) {
    await mkdir(CACHE, { recursive: true });
    await run('npm', ['install', '--prefix', CACHE, '--no-save', `node-linux-${process.arch}@20`]);
  }
  return fetched;
}

async function isNode20(path: string): Promise<boolean> {
  try {
    await access(path);
    return (await run(path, ['--version'])).stdout.startsWith('v20.');
  } catch {
    return false; // the file is missing or is not a Node
  }
}
