/**
 * Restores fleets that the first edition deployed from the files in which they are kept. Their state contains addresses,
 * ports, host keys and folders. Therefore a fleet is always restored in the same place, and only one test at a time uses it.
 */
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { CacheEntry } from './cache-entries.ts';
import type { FixedPlace } from './farm-sshd.ts';
import { type PackedContents, type PackedEntry, unpackTree } from './packed-tree.ts';
import { type Farm, startFarm } from './ssh-farm.ts';

export const KINDS = ['file', 'workers', 'cache'] as const;
export type FleetKind = (typeof KINDS)[number];

/** One kept fleet. It is the content of a file `<kind>.json`. */
export interface KeptFleet {
  /** The commit whose bundle deployed the fleet. */
  readonly madeWith: string;
  readonly places: readonly FixedPlace[];
  /** 64 hexadecimal characters. */
  readonly stateKey: string;
  /** The files of the bucket after the last run, without the private SSH key. */
  readonly bucket: readonly PackedEntry[];
  /** The files below the root of each worker, by host. */
  readonly workers: Readonly<Record<string, readonly PackedEntry[]>>;
  /** Entries of the Actions cache, oldest first. */
  readonly cache: readonly KeptCacheEntry[];
  readonly contents: PackedContents;
}

export interface KeptCacheEntry extends Pick<CacheEntry, 'scope' | 'key' | 'version'> {
  /** Key of the entry's bytes in `contents`. */
  readonly content: string;
}

export const fixtureFile = (kind: FleetKind): string =>
  join(import.meta.dirname, '../fixtures/first-edition', `${kind}.json`);

/** Returns a fixed place. Its port is below the range that the system assigns, and no other test uses its address. */
export const addressFor = (kind: FleetKind, at: number): Pick<FixedPlace, 'host' | 'port'> => ({
  host: `127.33.${KINDS.indexOf(kind) + 1}.${at + 1}`,
  port: 20_190,
});

const placeOf = (kind: FleetKind): string => join('/tmp/maand-first-edition', kind);
export const bucketDirOf = (kind: FleetKind): string => join(placeOf(kind), 'bucket');
export const rootFor = (kind: FleetKind, host: string): string => join(placeOf(kind), host);

export interface LaidFleet extends AsyncDisposable {
  readonly kept: KeptFleet;
  readonly farm: Farm;
  readonly bucketDir: string;
  /** Returns the lines that lifecycle commands of a job wrote on a worker, oldest first. */
  journal(host: string, job: string): Promise<string[]>;
}

/** Restores a fleet and starts its workers. Waits while another process uses the same fleet. */
export async function layFleet(kind: FleetKind): Promise<LaidFleet> {
  const turn = await takeTurn(kind);
  await using undo = new AsyncDisposableStack();
  undo.use(turn);
  await rm(placeOf(kind), { recursive: true, force: true });
  undo.defer(() => rm(placeOf(kind), { recursive: true, force: true }));
  const kept: KeptFleet = JSON.parse(await readFile(fixtureFile(kind), 'utf8'));
  const bucketDir = bucketDirOf(kind);
  await unpackTree(kept.contents, bucketDir, kept.bucket);
  for (const [host, entries] of Object.entries(kept.workers)) {
    await unpackTree(kept.contents, rootFor(kind, host), entries);
  }
  const farm = undo.use(await startFarm({ workers: kept.places.length, places: kept.places }));
  await useKeyOfFarm(bucketDir, farm);
  const [bucketId = ''] = (kept.workers[kept.places[0]?.host ?? ''] ?? []).flatMap(({ path }) =>
    /^[0-9a-f-]{36}$/.test(path) ? [path] : [],
  );
  const ended = undo.move();
  return {
    kept,
    farm,
    bucketDir,
    journal: async (host, job) => {
      const file = join(rootFor(kind, host), bucketId, 'jobs', job, 'data/journal');
      return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    },
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  };
}

/** Writes the key of the farm and the user of this machine into the bucket. All other content stays as it was kept. */
export async function useKeyOfFarm(bucketDir: string, farm: Farm): Promise<void> {
  await mkdir(join(bucketDir, 'secrets'), { recursive: true });
  const key = join(bucketDir, 'secrets/worker.key');
  await writeFile(key, farm.privateKey);
  await chmod(key, 0o600);
  const workers = join(bucketDir, 'workspace/workers.json');
  const text = await readFile(workers, 'utf8');
  await writeFile(workers, text.replaceAll(/"user": "[^"]*"/g, `"user": "${userInfo().username}"`));
}

/** Waits until no other process uses the fleet. The turn ends when it is disposed of, or when this process ends. */
export async function takeTurn(kind: FleetKind): Promise<AsyncDisposable> {
  const { host, port } = addressFor(kind, 200);
  for (;;) {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => waiting.add(socket.on('error', () => {})));
    server.listen(port, host);
    const [refused] = await Promise.race([once(server, 'listening').then(() => []), once(server, 'error')]);
    if (refused === undefined) {
      return {
        async [Symbol.asyncDispose]() {
          server.close();
          for (const socket of waiting) socket.destroy();
          await once(server, 'close');
        },
      };
    }
    const holder = connect(port, host).on('error', () => {});
    await once(holder, 'close');
  }
}
