/** Decides which namespaces a job may read and write. The rules are the same for templates and hooks. */
import type { HookEvent } from '../events/hook-event.ts';
import { jobNamespace, secretsNamespace, varsNamespace } from './namespaces.ts';
import { insteadOf, readByAnyName, todaysNamespace } from './older-names.ts';
import type { KvReader } from './reads.ts';
import { isSealed, type SecretBox, SecretError } from './secrets.ts';

/** The allocation whose access rules apply. */
export interface KvScope {
  readonly job: string;
  readonly host: string;
  /** The jobs that any hook of `job` demands. */
  readonly demandedJobs: readonly string[];
}

export type KvRead =
  | { readonly kind: 'found'; readonly value: string; readonly isSecret?: true }
  /** `hint` is set for a key that only older versions had. The hint names what the user can read instead. */
  | { readonly kind: 'missing'; readonly hint?: string }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'undecryptable'; readonly message: string };

export type KvKeys =
  | { readonly kind: 'found'; readonly keys: readonly string[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Returns every namespace that the allocation may read. */
export function readableNamespaces({ job, host, demandedJobs }: KvScope): ReadonlySet<string> {
  const own = [
    'maand/bucket',
    'vars/bucket',
    'maand/worker',
    `maand/worker/${host}`,
    `maand/worker/${host}/tags`,
    jobNamespace(job),
    `vars/bucket/job/${job}`,
    varsNamespace(job),
    secretsNamespace(job),
    `maand/job/${job}/worker/${host}`,
    'maand/prometheus',
  ];
  const demanded = demandedJobs.flatMap((name) => [jobNamespace(name), varsNamespace(name), secretsNamespace(name)]);
  return new Set([...own, ...demanded]);
}

/** The part of the store that one allocation may read. */
export interface KvView {
  get(namespace: string, key: string): KvRead;
  keys(namespace: string): KvKeys;
}

/** Receives a secret that was opened, and the place where the secret is kept. */
export type HearSecret = (plain: string, place: string) => void;

/** Returns a description for messages, e.g. `the secret secrets/job/api password`. */
export function secretPlace(namespace: string, key: string): string {
  return `the secret ${namespace} ${key}`;
}

/**
 * `box` is undefined in a plan without the encryption key; sealed values then cannot be read. `onSecret` receives every
 * secret that was opened.
 */
export interface KvViewOptions {
  readonly store: KvReader;
  readonly scope: KvScope;
  readonly box: SecretBox | undefined;
  readonly onSecret: HearSecret;
}

export function openView({ store, scope, box, onSecret }: KvViewOptions): KvView {
  const readable = readableNamespaces(scope);
  const refuse = (namespace: string) =>
    ({ kind: 'unreadable', message: `${namespace} namespace is not available for job ${scope.job}` }) as const;
  return {
    get(namespace, key) {
      if (!readable.has(todaysNamespace(namespace))) return refuse(namespace);
      const value = readByAnyName(store, namespace, key);
      if (value === undefined) {
        const hint = insteadOf(namespace, key);
        return { kind: 'missing', ...(hint !== undefined && { hint }) };
      }
      if (!namespace.startsWith('secrets/') && !isSealed(value)) return { kind: 'found', value };
      return unseal(value, box, (plain) => onSecret(plain, secretPlace(namespace, key)));
    },
    keys(namespace) {
      const today = todaysNamespace(namespace);
      return readable.has(today) ? { kind: 'found', keys: store.keys(today) } : refuse(namespace);
    },
  };
}

function unseal(value: string, box: SecretBox | undefined, onSecret: (plain: string) => void): KvRead {
  if (box === undefined) return { kind: 'undecryptable', message: 'kv encryption key is missing or invalid' };
  try {
    const plain = box.open(value);
    onSecret(plain);
    return { kind: 'found', value: plain, isSecret: true };
  } catch (thrown) {
    if (thrown instanceof SecretError) return { kind: 'undecryptable', message: thrown.message };
    throw thrown;
  }
}

export type KvWriteRoute = 'put' | 'delete' | 'put-secret' | 'delete-secret';

export interface KvWriteRequest {
  readonly job: string;
  readonly event: HookEvent;
  readonly route: KvWriteRoute;
  readonly namespace: string;
  readonly key: string;
}

/** Returns the reason why a hook may not write, or undefined when the hook may write. */
export function writeRefusal({ job, event, route, namespace, key }: KvWriteRequest): string | undefined {
  const secret = route === 'put-secret' || route === 'delete-secret';
  const own = namespace === (secret ? secretsNamespace(job) : varsNamespace(job));
  const order = route === 'put' && namespace === jobNamespace(job) && key === 'rollout_order';
  const orderEvent = event === 'pre_deploy' || event === 'cli';
  if (!own && !(order && orderEvent)) return 'Invalid or unauthorized namespace';
  return event === 'health_check' ? 'KV writes are not allowed during health_check' : undefined;
}
