/**
 * Real workers for tests: one system `sshd` for each loopback address, each with its own host key, home and root folder. All
 * folders are below one temporary folder. The farm works as root and as an ordinary user. An ordinary user can only log in as
 * that user.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkerAddress } from '../../src/transport/port.ts';
import { type FarmSshd, type FixedPlace, startSshd } from './farm-sshd.ts';

const run = promisify(execFile);

export interface FarmOptions {
  readonly workers: number;
  /** Types of host keys. Default: only ed25519. */
  readonly hostKeyTypes?: readonly ('ed25519' | 'rsa' | 'ecdsa')[];
  /** Additional lines for every sshd_config. They take precedence over the lines of the farm. */
  readonly sshdLines?: readonly string[];
  /** PATH of commands on the workers. Default: the PATH of this process. */
  readonly path?: string;
  /** Text of `.bashrc` and `.profile` in every home, for tests of startup files that print text. */
  readonly bashrc?: string;
  /** The place of each worker. Default: a free port of a loopback address that only this worker uses. */
  readonly places?: readonly FixedPlace[];
}

export interface FarmWorker {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly home: string;
  /** The `root` of the worker: an absolute path of a folder that is empty at the start. */
  readonly root: string;
  /** The first host key of the worker, as a line for known_hosts. */
  readonly hostKeyLine: string;
  /** Returns everything that the sshd of the worker has logged so far. */
  log(): Promise<string>;
  /** Returns the number of connections, counted in the log of sshd. */
  acceptedConnections(): Promise<number>;
  /** Kills the sshd of the worker and all processes in its sessions, as a power failure would. */
  kill(): Promise<void>;
  /** Returns the address for the transport. `overrides` take precedence. */
  address(overrides?: Partial<WorkerAddress>): WorkerAddress;
}

export interface Farm extends AsyncDisposable {
  readonly folder: string;
  readonly workers: readonly FarmWorker[];
  /** Text of the private key with which every worker can be entered. */
  readonly privateKey: string;
  readonly publicKey: string;
  /** The host keys of all workers. */
  readonly knownHosts: string;
  /** Ends exactly the processes that the farm started, and removes its folder. */
  stop(): Promise<void>;
}

/** Starts the workers. Resolves when every worker listens. */
export async function startFarm(options: FarmOptions): Promise<Farm> {
  const folder = await mkdtemp(join(tmpdir(), 'maand-farm-'));
  const started: FarmSshd[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((sshd) => sshd.kill()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const key = join(folder, 'client');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'farm', '-f', key]);
    const indexes = Array.from({ length: options.workers }, (_, index) => index);
    const workers = await Promise.all(
      indexes.map(async (index) => {
        const place = join(folder, `w${index}`);
        await mkdir(place);
        const sshd = await startSshd({
          ...options,
          folder: place,
          authorizedKeys: `${key}.pub`,
          place: options.places?.[index],
        });
        started.push(sshd);
        return toWorker(sshd);
      }),
    );
    const privateKey = await readFile(key, 'utf8');
    const publicKey = await readFile(`${key}.pub`, 'utf8');
    const knownHosts = `${workers.map((worker) => worker.hostKeyLine).join('\n')}\n`;
    return { folder, workers, privateKey, publicKey, knownHosts, stop, [Symbol.asyncDispose]: stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** Removes everything below the roots of the workers, as if the workers were installed again. */
export async function emptyRoots(workers: readonly FarmWorker[]): Promise<void> {
  for (const { root } of workers) {
    for (const entry of await readdir(root)) await rm(join(root, entry), { recursive: true });
  }
}

function toWorker(sshd: FarmSshd): FarmWorker {
  const { host, port, user, home, root, hostKeyLine } = sshd;
  const log = (): Promise<string> => readFile(sshd.logFile, 'utf8');
  return {
    host,
    port,
    user,
    home,
    root,
    hostKeyLine,
    log,
    acceptedConnections: async () => (await log()).match(/Accepted publickey/g)?.length ?? 0,
    kill: () => sshd.kill(),
    address: (overrides) => ({ host, port, user, root, useSudo: false, hostKey: undefined, ...overrides }),
  };
}
