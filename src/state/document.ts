/** What must survive between runs, as plain data. Every reader goes through `parseDocument`. */
import type { KnownWorker } from '../catalog/types.ts';
import type { KvHistory } from '../kv/store.ts';

/** One delivered tree: what was on a worker at some time. `hash` names an entry of `trees`. */
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
  /** Version promoted last, `0.0.0` before the first promote. */
  readonly currentVersion: string;
  /** What is deployed and known to be well; absent: must be started. */
  readonly promoted?: DeployedTree;
  /** The lifecycle command ran with this tree, health is not confirmed yet. */
  readonly applied?: DeployedTree;
  /** Hash of the tree that was sent last, noted before it is sent: what lies on the worker may be newer than what runs there. */
  readonly delivered?: string;
  /** Its lifecycle command counts as not run, whatever the worker noted: a hook that belongs to it failed. */
  readonly repeat?: true;
  /** A disabled allocation that was stopped already. */
  readonly stopped?: true;
}

/** Relative path → keyed digest of mode and content. */
export type TreeFiles = Readonly<Record<string, string>>;

/** The bucket's CA, and what the certificates of each job were made from. */
export interface CertificateRecord {
  /** PEM texts; the key is sealed. */
  readonly authority: { readonly certificate: string; readonly sealedKey: string };
  /** Fingerprint of the CA that signed what the KV store holds; empty before the first build. */
  readonly issuedBy: string;
  /** Job → digest of the `certs` of its manifest. */
  readonly jobs: Readonly<Record<string, string>>;
}

export interface StateDocument {
  readonly format: 2;
  /** `state_name` and environment: whose state this is. */
  readonly name: string;
  /** Random, made once; also the lineage of the state. */
  readonly bucketId: string;
  /** Grows by one with every saved document. */
  readonly serial: number;
  readonly updateSeq: number;
  /** Digest of the workspace that was built last; empty before the first build. */
  readonly builtDigest: string;
  /** Key of the content digests, sealed: digests of files that hold short secrets must not be guessable. */
  readonly hashKey: string;
  readonly workers: Readonly<Record<string, KnownWorker>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly allocations: readonly AllocationRecord[];
  readonly trees: Readonly<Record<string, TreeFiles>>;
  /** Jobs whose `post_deploy` has not succeeded since their last rollout. */
  readonly postDeployPending: readonly string[];
  /** `host:port` → key line seen first (`host-key-policy: accept-new`). */
  readonly hostKeys: Readonly<Record<string, string>>;
  /** Absent: no build has needed a CA yet. */
  readonly certificates?: CertificateRecord;
  readonly kv: KvHistory;
  /** Workers that hold copies of the state, sorted; absent where it is kept in a file. */
  readonly holders?: readonly string[];
  /** What operators overrode by hand, oldest first. */
  readonly repairs?: readonly RepairRecord[];
}

/** One `state recover` or `state adopt`. */
export interface RepairRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly runId: string;
  /** What was overridden or taken over, with the evidence. */
  readonly what: string;
  /** The operator's own words. */
  readonly reason: string;
}
