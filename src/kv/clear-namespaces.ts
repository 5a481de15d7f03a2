/** Empties namespaces of the store and tells what they held. */
import type { KvStore } from './store.ts';

export interface ClearedNamespace {
  readonly namespace: string;
  /** Those that were live until now, sorted. */
  readonly keys: readonly string[];
}

/** Deletes every key of the namespaces, and answers those that held any. */
export function clearNamespaces(store: KvStore, namespaces: readonly string[]): ClearedNamespace[] {
  const filled = namespaces
    .map((namespace) => ({ namespace, keys: store.keys(namespace) }))
    .filter(({ keys }) => keys.length > 0);
  for (const { namespace } of filled) store.clear(namespace);
  return filled;
}
