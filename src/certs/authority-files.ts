/** Reads the CA pair from the `secrets/` folder of a bucket. */
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import { readSmallFile } from '../base/small-file.ts';
import type { PemPair } from './authority.ts';

/**
 * Returns the CA pair in `secrets/`, or undefined when both files are missing. Throws a `Failure` (exit code 2) when
 * only one of the two files exists.
 */
export async function readAuthorityFiles(bucketDir: string): Promise<PemPair | undefined> {
  const [certificate, key] = await Promise.all([readSecret(bucketDir, 'ca.crt'), readSecret(bucketDir, 'ca.key')]);
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const missing = certificate === undefined ? 'ca.crt' : 'ca.key';
  throw new Failure('bucket CA is incomplete: secrets must contain both ca.crt and ca.key', {
    exitCode: 2,
    hint: `restore secrets/${missing}, or move the other file away: then the CA of the state is used`,
  });
}

async function readSecret(bucketDir: string, name: string): Promise<string | undefined> {
  const path = join(bucketDir, 'secrets', name);
  return readSmallFile(path).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return undefined;
    throw new Failure(`cannot read the CA ${path}: ${thrown.message}`, { exitCode: 2, cause: thrown });
  });
}
