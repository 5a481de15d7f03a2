/** Records the inputs from which a tree was made, to find out later whether staging again would give the same tree. */
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import type { HearSecret } from '../kv/access.ts';
import { KvDraft } from '../kv/draft.ts';
import { allocationNamespace } from '../kv/namespaces.ts';
import { type KvReader, KvReads, type KvSource } from '../kv/reads.ts';
import type { SecretBox } from '../kv/secrets.ts';
import type { SourceFiles } from './source-files.ts';

export interface StageInput {
  readonly job: CatalogJob;
  readonly allocation: Allocation;
  readonly worker: CatalogWorker;
  /**
   * The current store. When a template reads the key `version` of the allocation, the template always gets the version
   * that will be delivered.
   */
  readonly kv: KvSource;
  readonly box: SecretBox;
  /** Receives every secret that was opened. */
  readonly onSecret: HearSecret;
  readonly bucketId: string;
  readonly currentVersion: string;
  readonly updateSeq: number;
}

/** The fields of a template's data that can change during a run. */
const MOVING_FIELDS = { CurrentVersion: 'currentVersion', UpdateSeq: 'updateSeq' } as const;

export class StageBasis {
  /** The store that the templates of the allocation read. Every read is recorded. */
  readonly kv: KvReads;
  readonly #input: StageInput;
  readonly #kvRevision: number;
  readonly #files: SourceFiles;
  readonly #filesRevision: number;
  readonly #moving = new Set<'currentVersion' | 'updateSeq'>();

  constructor(input: StageInput, files: SourceFiles) {
    this.#input = input;
    this.kv = new KvReads(storeFor(input));
    this.#kvRevision = input.kv.revision;
    this.#files = files;
    this.#filesRevision = files.revision;
  }

  /** Records that a template has read this field of its data. */
  noteField(name: string): void {
    if (name in MOVING_FIELDS) this.#moving.add(MOVING_FIELDS[name as keyof typeof MOVING_FIELDS]);
  }

  /** Returns whether staging with `now` would give the same result. `now` must be an input for the same allocation. */
  holds(now: StageInput): boolean {
    const then = this.#input;
    if (this.#files.changedSince(this.#filesRevision, now.job.entry.files)) return false;
    for (const field of this.#moving) if (then[field] !== now[field]) return false;
    const untouched = then.kv === now.kv && this.#kvRevision === now.kv.revision;
    return untouched || this.kv.holdIn(storeFor(now));
  }
}

function storeFor({ kv, job, allocation }: StageInput): KvReader {
  const draft = new KvDraft(kv);
  draft.put(allocationNamespace(job.name, allocation.host), 'version', allocation.newVersion);
  return draft;
}
