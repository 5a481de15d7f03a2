/**
 * The state of a run in memory. It is loaded once, changed by build, hooks and rollout, and made durable by `commit`.
 * Commits that arrive while another commit runs are combined into the next one. A hook that writes a thousand keys
 * therefore does not write a thousand files.
 */
import { moveHost } from '../kv/move-host.ts';
import { KvStore } from '../kv/store.ts';
import type {
  AllocationRecord,
  CertificateRecord,
  DeployedTree,
  Deployer,
  StateDocument,
  TreeFiles,
} from './document.ts';

export class Ledger {
  readonly name: string;
  readonly bucketId: string;
  readonly hashKey: string;
  readonly kv: KvStore;
  readonly #repairs: StateDocument['repairs'];
  readonly #adopted: StateDocument['adopted'];
  readonly #save: (document: StateDocument) => Promise<void>;
  readonly #allocations: Map<string, AllocationRecord>;
  readonly #trees: Map<string, TreeFiles>;
  readonly #hostKeys: Map<string, string>;
  readonly #postDeployPending: Set<string>;
  #builtDigest: string;
  #workers: StateDocument['workers'];
  #ports: StateDocument['ports'];
  #certificates: CertificateRecord | undefined;
  #deployer: Deployer | undefined;
  #updateSeq: number;
  #serial: number;
  #saved: string | undefined;
  /** Revision of the store up to which all changes are durable. */
  #kept = 0;
  #saving: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(document: StateDocument, options: LedgerOptions) {
    this.name = document.name;
    this.bucketId = document.bucketId;
    this.hashKey = document.hashKey;
    this.kv = new KvStore(document.kv, options.nowSeconds);
    this.#repairs = document.repairs;
    this.#adopted = document.adopted;
    this.#save = options.save;
    this.#allocations = new Map(document.allocations.map((record) => [record.id, record]));
    this.#trees = new Map(Object.entries(document.trees));
    this.#hostKeys = new Map(Object.entries(document.hostKeys));
    this.#postDeployPending = new Set(document.postDeployPending);
    this.#builtDigest = document.builtDigest;
    this.#workers = document.workers;
    this.#ports = document.ports;
    this.#certificates = document.certificates;
    this.#deployer = document.deployer;
    this.#updateSeq = document.updateSeq;
    this.#serial = document.serial;
    if (document.serial > 0) this.#saved = JSON.stringify(this.toDocument(0));
  }

  get serial(): number {
    return this.#serial;
  }

  get updateSeq(): number {
    return this.#updateSeq;
  }

  raiseUpdateSeq(): number {
    this.#updateSeq++;
    return this.#updateSeq;
  }

  /** Digest of the workspace in the last build. Empty before the first build. */
  get builtDigest(): string {
    return this.#builtDigest;
  }

  /**
   * Host → address and settings of the worker. A worker that left the bucket stays here while the state still records
   * something about it.
   */
  get workers(): StateDocument['workers'] {
    return this.#workers;
  }

  /** Job → port name → number. */
  get ports(): StateDocument['ports'] {
    return this.#ports;
  }

  get certificates(): CertificateRecord | undefined {
    return this.#certificates;
  }

  /** Records the result of a build and replaces the record of the previous build. */
  recordBuild({ digest, workers, ports }: BuildRecord): void {
    this.#builtDigest = digest;
    this.#workers = workers;
    this.#ports = ports;
  }

  recordCertificates(record: CertificateRecord | undefined): void {
    this.#certificates = record;
  }

  /** The run that changed workers last; undefined when nothing is known about it. */
  get deployer(): Deployer | undefined {
    return this.#deployer;
  }

  recordDeployer(deployer: Deployer | undefined): void {
    this.#deployer = deployer;
  }

  /** Removes every worker whose host is not in `hosts`. */
  keepWorkers(hosts: ReadonlySet<string>): void {
    this.#workers = Object.fromEntries(Object.entries(this.#workers).filter(([host]) => hosts.has(host)));
  }

  /** Records that `worker.json` on this worker now has the current `updateSeq`. */
  noteDelivered(host: string): void {
    const known = this.#workers[host];
    if (known) this.#workers = { ...this.#workers, [host]: { ...known, updateSeq: this.#updateSeq } };
  }

  /**
   * Moves everything that is recorded about a worker to its new host: the worker keeps its id and its allocations keep
   * what is promoted. An allocation that a build has already placed on the new host keeps its own id.
   */
  moveWorker(from: string, to: string): void {
    const { [from]: moved, [to]: _placed, ...others } = this.#workers;
    if (moved === undefined) throw new Error(`no worker ${from} in the state`);
    const { left: _left, ...worker } = moved;
    this.#workers = { ...others, [to]: worker };
    for (const record of this.allocations.filter(({ host }) => host === from)) {
      const placed = this.allocations.find(({ job, host }) => job === record.job && host === to);
      if (placed === undefined) {
        this.record({ ...record, host: to });
        continue;
      }
      this.forget(record.id);
      this.record({ ...record, id: placed.id, host: to, disabled: placed.disabled, removed: placed.removed });
    }
    moveHost(this.kv, from, to);
  }

  get allocations(): readonly AllocationRecord[] {
    return [...this.#allocations.values()];
  }

  allocation(id: string): AllocationRecord | undefined {
    return this.#allocations.get(id);
  }

  /** Replaces the record of an allocation. */
  record(record: AllocationRecord): void {
    this.#allocations.set(record.id, record);
  }

  forget(id: string): void {
    this.#allocations.delete(id);
  }

  /**
   * Returns the files of a tree that an allocation has or had. Returns `undefined` when these files are no longer
   * known.
   */
  filesOf(tree: DeployedTree | undefined): TreeFiles | undefined {
    return tree && this.#trees.get(tree.hash);
  }

  keepTree(hash: string, files: TreeFiles): void {
    this.#trees.set(hash, files);
  }

  isPostDeployPending(job: string): boolean {
    return this.#postDeployPending.has(job);
  }

  markPostDeploy(job: string, outcome: 'pending' | 'done'): void {
    if (outcome === 'pending') this.#postDeployPending.add(job);
    else this.#postDeployPending.delete(job);
  }

  get hostKeys(): ReadonlyMap<string, string> {
    return this.#hostKeys;
  }

  pinHostKey(address: string, keyLine: string): void {
    this.#hostKeys.set(address, keyLine);
  }

  /**
   * Resolves when the store is durable up to this revision. Resolves immediately when this revision is already durable.
   */
  async keep(revision: number): Promise<void> {
    if (this.#kept < revision) await this.commit();
  }

  /** Resolves when all changes so far are durable. */
  commit(): Promise<void> {
    this.#waiting ??= this.#saving
      .catch(() => {}) // the callers of that commit received its failure, and this commit saves everything again
      .then(() => {
        this.#waiting = undefined;
        this.#saving = this.#saveNow();
        return this.#saving;
      });
    return this.#waiting;
  }

  async #saveNow(): Promise<void> {
    const { revision } = this.kv;
    const content = JSON.stringify(this.toDocument(0));
    if (content !== this.#saved) {
      // Unchanged content needs no new serial.
      const document = this.toDocument(this.#serial + 1);
      await this.#save(document);
      this.#serial = document.serial;
      this.#saved = content;
    }
    this.#kept = revision;
  }

  /** Returns the current state as a document with the given serial. */
  toDocument(serial: number): StateDocument {
    const allocations = this.allocations;
    const used = new Set(
      allocations.flatMap(({ promoted, applied, delivered }) => [promoted?.hash, applied?.hash, delivered]),
    );
    return {
      format: 2,
      name: this.name,
      bucketId: this.bucketId,
      serial,
      updateSeq: this.#updateSeq,
      builtDigest: this.#builtDigest,
      hashKey: this.hashKey,
      workers: this.#workers,
      ports: this.#ports,
      allocations,
      trees: Object.fromEntries([...this.#trees].filter(([hash]) => used.has(hash))),
      postDeployPending: [...this.#postDeployPending],
      hostKeys: Object.fromEntries(this.#hostKeys),
      ...(this.#certificates === undefined ? {} : { certificates: this.#certificates }),
      kv: this.kv.toHistory(),
      ...(this.#adopted ? { adopted: this.#adopted } : {}),
      ...(this.#deployer === undefined ? {} : { deployer: this.#deployer }),
      ...(this.#repairs ? { repairs: this.#repairs } : {}),
    };
  }
}

/** The data that a build writes to the state, besides the records of its allocations. */
export interface BuildRecord {
  readonly digest: string;
  readonly workers: StateDocument['workers'];
  readonly ports: StateDocument['ports'];
}

export interface LedgerOptions {
  readonly nowSeconds: () => number;
  /** Makes a document durable. */
  readonly save: (document: StateDocument) => Promise<void>;
}
