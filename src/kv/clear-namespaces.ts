/** Clears namespaces of the store and returns the deleted keys. */
import type { KvStore } from './store.ts';

export interface ClearedNamespace {
  readonly namespace: string;
  /** The deleted keys, sorted. */
  readonly keys: readonly string[];
}

/** Deletes every key of the namespaces. Returns the namespaces that had keys. */
export function clearNamespaces(store: KvStore, namespaces: readonly string[]): ClearedNamespace[] {
  const filled = namespaces
    .map((namespace) => ({ namespace, keys: store.keys(namespace) }))
    .filter(({ keys }) => keys.length > 0);
  for (const { namespace } of filled) store.clear(namespace);
  return filled;
}
