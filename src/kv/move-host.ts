/** Moves the keys of a worker, and the keys of its allocations, to the namespaces of the new host. */
import { tagsNamespace, workerNamespace } from './namespaces.ts';
import type { KvStore } from './store.ts';

const ALLOCATION = /^maand\/job\/[^/]+\/worker\//;

/** Moves the current values. Older versions of the values stay in the old namespaces until they are purged. */
export function moveHost(store: KvStore, from: string, to: string): void {
  for (const namespace of store.namespaces()) {
    const moved = namespaceOn(namespace, from, to);
    if (moved === undefined) continue;
    for (const key of store.keys(namespace)) {
      store.put(moved, key, store.get(namespace, key) ?? '');
      store.delete(namespace, key);
    }
  }
}

/**
 * Returns the name that the namespace gets for the host `to`. Returns undefined when the namespace does not belong to
 * the host `from`.
 */
function namespaceOn(namespace: string, from: string, to: string): string | undefined {
  if (namespace === workerNamespace(from)) return workerNamespace(to);
  if (namespace === tagsNamespace(from)) return tagsNamespace(to);
  const [prefix] = ALLOCATION.exec(namespace) ?? [];
  return prefix !== undefined && namespace === `${prefix}${from}` ? `${prefix}${to}` : undefined;
}
