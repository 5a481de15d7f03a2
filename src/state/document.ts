/** The data that must survive between runs, as plain objects. Every reader goes through `parseDocument`. */
import type { KnownWorker } from '../catalog/types.ts';
import type { KvHistory } from '../kv/store.ts';

/** One delivered tree: the files that were on a worker at some time. `hash` names an entry of `trees`. */
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
  /** Version promoted last; `0.0.0` before the first promote. */
  readonly currentVersion: string;
  /** What is deployed and known to be healthy; absent when the allocation must be started. */
  readonly promoted?: DeployedTree;
  /** The lifecycle command ran with this tree, but its health is not confirmed yet. */
  readonly applied?: DeployedTree;
  /**
   * Hash of the tree that was sent last. It is recorded before sending, so the files on the worker may be newer than
   * what runs there.
   */
  readonly delivered?: string;
  /** The lifecycle command counts as not run, whatever the worker noted, because a hook that belongs to it failed. */
  readonly repeat?: true;
  /** Set on a disabled allocation that was stopped already. */
  readonly stopped?: true;
}

/** Relative path → keyed digest of mode and content. */
export type TreeFiles = Readonly<Record<string, string>>;

/** The CA of the bucket, and what the certificates of each job were made from. */
export interface CertificateRecord {
  /** PEM texts; the key is sealed. */
  readonly authority: { readonly certificate: string; readonly sealedKey: string };
  /** Fingerprint of the CA that signed the certificates in the KV store; empty before the first build. */
  readonly issuedBy: string;
  /** Job → digest of the `certs` of its manifest. */
  readonly jobs: Readonly<Record<string, string>>;
}

export interface StateDocument {
  readonly format: 2;
  /** `state_name` and environment: the name of this state. */
  readonly name: string;
  /** A random id, made once; also the lineage of the state. */
  readonly bucketId: string;
  /** Increases by one with every saved document. */
  readonly serial: number;
  readonly updateSeq: number;
  /** Digest of the workspace that was built last; empty before the first build. */
  readonly builtDigest: string;
  /** Key of the content digests, sealed: nobody may guess short secrets in files from their digests. */
  readonly hashKey: string;
  readonly workers: Readonly<Record<string, KnownWorker>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly allocations: readonly AllocationRecord[];
  readonly trees: Readonly<Record<string, TreeFiles>>;
  /** Jobs whose `post_deploy` has not succeeded since their last rollout. */
  readonly postDeployPending: readonly string[];
  /** `host:port` → the first key line seen (`host-key-policy: accept-new`). */
  readonly hostKeys: Readonly<Record<string, string>>;
  /** Absent when no build has needed a CA yet. */
  readonly certificates?: CertificateRecord;
  readonly kv: KvHistory;
  /** Workers that hold copies of the state, sorted; absent when the state is in a file. */
  readonly holders?: readonly string[];
  /** Decisions of operators that overrode the rules, oldest first. */
  readonly repairs?: readonly RepairRecord[];
}

/** The record of one `state recover` or `state adopt`. */
export interface RepairRecord {
  /** Time in ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly runId: string;
  /** What was overridden or adopted, with the evidence. */
  readonly what: string;
  /** The operator's own words. */
  readonly reason: string;
}
