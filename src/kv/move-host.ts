/** Moves the keys of a worker, and those of its allocations, to the namespaces of its new host. */
import { tagsNamespace, workerNamespace } from './namespaces.ts';
import type { KvStore } from './store.ts';

const ALLOCATION = /^maand\/job\/[^/]+\/worker\//;

/** Moves the present values. The history stays under the old name until it is purged. */
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

/** Returns the namespace under the new host; undefined when it does not belong to the old one. */
function namespaceOn(namespace: string, from: string, to: string): string | undefined {
  if (namespace === workerNamespace(from)) return workerNamespace(to);
  if (namespace === tagsNamespace(from)) return tagsNamespace(to);
  const [prefix] = ALLOCATION.exec(namespace) ?? [];
  return prefix !== undefined && namespace === `${prefix}${from}` ? `${prefix}${to}` : undefined;
}
