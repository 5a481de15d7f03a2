/**
 * Maps older names of namespaces and keys to their current names, so that old names can still be read. Nothing is
 * stored under older names, so lists and counts of keys contain only current names.
 */
import type { KvReader } from './reads.ts';

const JOB = /^maand\/job\/[^/]+$/;
const ALLOCATION = /^maand\/job\/[^/]+\/worker\/[^/]+$/;
const JOB_VARS = /^vars\/bucket\/job\/[^/]+$/;

/** Returns the current name of a namespace: `maand` becomes `maand/bucket`. */
export function todaysNamespace(namespace: string): string {
  return namespace === 'maand' ? 'maand/bucket' : namespace;
}

/** Returns the value under the given name. When that key is missing, returns the value under its current name. */
export function readByAnyName(store: KvReader, asked: string, key: string): string | undefined {
  const namespace = todaysNamespace(asked);
  return store.get(namespace, key) ?? readOlder(store, namespace, key);
}

function readOlder(store: KvReader, namespace: string, key: string): string | undefined {
  const bound = namespace === 'vars/bucket' ? ['port_min', 'port_max'].indexOf(key) : -1;
  if (bound !== -1) return store.get(namespace, 'port_range')?.split(',')[bound]?.trim();
  const today = todaysKey(namespace, key);
  return today === key ? undefined : store.get(namespace, today);
}

/** Returns the current name of a key. */
export function todaysKey(namespace: string, key: string): string {
  if (namespace === 'maand/bucket' && key === 'activejobs') return 'active_jobs';
  if (JOB.test(namespace) && key === 'deploy_order') return 'rollout_order';
  if (ALLOCATION.test(namespace) && key === 'new_version') return 'version';
  if (JOB_VARS.test(namespace) && (key === 'MEMORY' || key === 'CPU')) return key.toLowerCase();
  const isUpper = namespace.startsWith('maand/') && /^[A-Z][A-Z0-9_]*$/.test(key);
  return isUpper ? key.toLowerCase() : key;
}

/**
 * Returns a hint for a key that was removed and has no current name. Returns undefined for a key that was not removed
 * or that has a current name.
 */
export function insteadOf(asked: string, key: string): string | undefined {
  const namespace = todaysNamespace(asked);
  if (JOB.test(namespace) && key === 'ports_json') return 'read each port by its name in maand/bucket';
  if (!ALLOCATION.test(namespace)) return undefined;
  if (key === 'current_version') return 'use .CurrentVersion in templates and CURRENT_VERSION in hooks';
  return ['is_primary', 'is_seed', 'peer_ports'].includes(key)
    ? 'use peer_workers and the allocation index'
    : undefined;
}
