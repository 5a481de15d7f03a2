/**
 * Format 1 of the state, as it is stored and exported. Stored documents use this format, so it must not change even
 * when the state in memory changes. `schemas/state.schema.json` describes the same format for people and for the check.
 */
import { checkState } from '../../schema/state-check.ts';
import { StateFormatError } from './format-error.ts';

interface Tree1 {
  readonly hash: string;
  readonly version: string;
}

interface Allocation1 {
  readonly id: string;
  readonly job: string;
  readonly host: string;
  readonly disabled: boolean;
  readonly removed: boolean;
  readonly currentVersion: string;
  readonly promoted?: Tree1;
  readonly applied?: Tree1;
  readonly delivered?: string;
  readonly repeat?: true;
  readonly stopped?: true;
}

interface Worker1 {
  readonly id: string;
  readonly port: number;
  readonly user: string;
  readonly root: string;
  readonly useSudo: boolean;
  readonly hostKey?: string;
  readonly updateSeq?: number;
  readonly left?: true;
}

interface Version1 {
  readonly value: string;
  readonly version: number;
  readonly deleted?: true;
  readonly at: number;
}

interface Repair1 {
  readonly at: string;
  readonly actor: string;
  readonly runId: string;
  readonly what: string;
  readonly reason: string;
}

type Named<T> = Readonly<Record<string, T>>;

export interface Format1 {
  readonly format: 1;
  readonly name: string;
  readonly bucketId: string;
  readonly serial: number;
  readonly updateSeq: number;
  readonly builtDigest: string;
  readonly hashKey: string;
  readonly workers: Named<Worker1>;
  readonly ports: Named<Named<number>>;
  readonly allocations: readonly Allocation1[];
  readonly trees: Named<Named<string>>;
  readonly postDeployPending: readonly string[];
  readonly hostKeys: Named<string>;
  readonly certificates?: {
    readonly authority: { readonly certificate: string; readonly sealedKey: string };
    readonly issuedBy: string;
    readonly jobs: Named<string>;
  };
  readonly kv: Named<Named<readonly Version1[]>>;
  readonly members?: readonly string[];
  readonly repairs?: readonly Repair1[];
}

/** Format 2 as it is stored: format 1 with fields that older versions do not know. */
export interface StoredFormat2 extends Omit<Format1, 'format' | 'allocations'> {
  readonly format: 2;
  readonly allocations: readonly (Allocation1 & { readonly unwellRestarts?: number })[];
  readonly adopted?: { readonly kind: 'file' | 'workers'; readonly name: string; readonly serial: number };
  readonly deployer?: {
    readonly repository: string;
    readonly workflow: string;
    readonly runNumber?: number;
    readonly attempt: number;
    readonly sha: string;
  };
}

/** Returns the document. Throws a `StateFormatError` that names the first wrong value and what is expected there. */
export async function checkStored(value: unknown): Promise<Format1 | StoredFormat2> {
  const problem = await checkState(value);
  if (problem !== undefined) throw new StateFormatError(`it is damaged: ${problem}`);
  return value as Format1 | StoredFormat2;
}
