/** The data that must survive between runs, as plain objects. All code reads this data through `parseDocument`. */
import type { KnownWorker } from '../catalog/types.ts';
import type { KvHistory } from '../kv/store.ts';
import type { Writer } from '../sight/worker-facts.ts';

/** One delivered tree: the files that were on a worker at some time. `hash` is a key of `StateDocument.trees`. */
export interface DeployedTree {
  readonly hash: string;
  readonly version: string;
}

export interface AllocationRecord {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  readonly disabled: boolean;
  readonly removed: boolean;
  /** The version that was promoted last, or `0.0.0` before the first promote. */
  readonly currentVersion: string;
  /** The tree that is deployed and known to be healthy. Missing when the allocation must be started. */
  readonly promoted?: DeployedTree;
  /** The tree with which the lifecycle command ran. Its health is not confirmed yet. */
  readonly applied?: DeployedTree;
  /**
   * Hash of the tree that was sent last. The hash is recorded before sending, so the files on the worker may be newer
   * than the running version.
   */
  readonly delivered?: string;
  /**
   * Set when a hook of the lifecycle command failed. The command then counts as not run, even when the worker recorded
   * it.
   */
  readonly repeat?: true;
  /** The number of restarts since the last promote that had no other reason than failed health; absent when there was none. */
  readonly unwellRestarts?: number;
  /** Set on a disabled allocation that is already stopped. */
  readonly stopped?: true;
}

/** Relative path → keyed digest of mode and content. */
export type TreeFiles = Readonly<Record<string, string>>;

/** The CA of the bucket, and the input from which the certificates of each job were made. */
export interface CertificateRecord {
  /** PEM texts. The private key is sealed. */
  readonly authority: { readonly certificate: string; readonly sealedKey: string };
  /** Fingerprint of the CA that signed the certificates in the KV store. Empty before the first build. */
  readonly issuedBy: string;
  /** Job → digest of the `certs` section of its manifest. */
  readonly jobs: Readonly<Record<string, string>>;
}

export interface StateDocument {
  readonly format: 2;
  /** The name of this state, made from `state_name` and the environment. */
  readonly name: string;
  /** A random id that is created once. It also identifies the lineage of the state. */
  readonly bucketId: string;
  /** Increases by one with every saved document. */
  readonly serial: number;
  readonly updateSeq: number;
  /** Digest of the workspace in the last build. Empty before the first build. */
  readonly builtDigest: string;
  /**
   * The sealed key of the content digests. Without a secret key, a digest would let people guess short secrets in
   * files.
   */
  readonly hashKey: string;
  readonly workers: Readonly<Record<string, KnownWorker>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly allocations: readonly AllocationRecord[];
  readonly trees: Readonly<Record<string, TreeFiles>>;
  /** Jobs whose `post_deploy` has not succeeded since their last rollout. */
  readonly postDeployPending: readonly string[];
  /** `host:port` → line of the first host key that was seen (`host-key-policy: accept-new`). */
  readonly hostKeys: Readonly<Record<string, string>>;
  /** Missing while no build has needed a CA. */
  readonly certificates?: CertificateRecord;
  readonly kv: KvHistory;
  /** Workers that hold copies of the state, sorted. Missing when the state is in a file. */
  readonly holders?: readonly string[];
  /** The state that this one was adopted from, by what it had written on the workers; absent when it was not adopted. */
  readonly adopted?: AdoptedFrom;
  /** The run that changed workers last. Missing when nothing is known about it. */
  readonly deployer?: Deployer;
  /** Decisions of operators that overrode the rules, oldest first. */
  readonly repairs?: readonly RepairRecord[];
}

/** A state that wrote the workers before another one took them over. */
export type AdoptedFrom = Pick<Writer, 'kind' | 'name' | 'serial'>;

/** A run that deployed, as far as its order among other runs can be told from it. Unknown texts are empty. */
export interface Deployer {
  /** `owner/name`. */
  readonly repository: string;
  /** The file of the workflow, or its name. */
  readonly workflow: string;
  /** Number of the run in its workflow. Missing outside GitHub Actions. */
  readonly runNumber?: number;
  readonly attempt: number;
  readonly sha: string;
}

/** The record of one `state recover` or `state adopt`. */
export interface RepairRecord {
  /** Time in ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly runId: string;
  /** The rule that was overridden or the bucket that was adopted, with the evidence. */
  readonly what: string;
  /** The reason in the operator's own words. */
  readonly reason: string;
}
