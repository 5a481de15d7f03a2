/** Decides the order in which the allocations of a job are rolled, and cuts it into batches. */

/** An order of the allocations of a job, and where it comes from. */
export interface RolloutOrder {
  readonly hosts: readonly string[];
  readonly source: 'kv' | 'default';
  /** For `ROLLOUT_ORDER`: what a hook wrote, else the default order. */
  readonly text: string;
  /** Why the written order was not used as it stands. */
  readonly note?: string;
}

/**
 * `written`: the key `rollout_order` of the job; `all`: its allocations in worker order; `candidates`: those to be ordered.
 * Duplicates and strangers make the list unusable, never an error; allocations that it does not mention come last.
 */
export function resolveRolloutOrder(
  written: string | undefined,
  all: readonly string[],
  candidates: readonly string[],
): RolloutOrder {
  const listed = (written ?? '').split(',').flatMap((host) => (host.trim() === '' ? [] : [host.trim()]));
  const wanted = new Set(candidates);
  const fallback = all.filter((host) => wanted.has(host));
  const fault = listed.length === 0 ? undefined : faultOf(listed, all);
  if (listed.length === 0 || fault !== undefined) {
    const note = fault === undefined ? {} : { note: `${fault}; using default order` };
    return { hosts: fallback, source: 'default', text: fallback.join(','), ...note };
  }
  const mentioned = new Set(listed);
  const appended = fallback.filter((host) => !mentioned.has(host));
  const hosts = [...listed.filter((host) => wanted.has(host)), ...appended];
  const note =
    appended.length > 0 ? { note: `rollout_order does not mention ${appended.join(', ')}; they come last` } : {};
  return { hosts, source: 'kv', text: written ?? '', ...note };
}

function faultOf(listed: readonly string[], all: readonly string[]): string | undefined {
  const known = new Set(all);
  const seen = new Set<string>();
  for (const host of listed) {
    if (seen.has(host)) return `rollout_order duplicate ${host}`;
    if (!known.has(host)) return `rollout_order unknown allocation ${host}`;
    seen.add(host);
  }
  return undefined;
}

/** Consecutive batches of at most `size`; 0 means all in one. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const width = size <= 0 ? items.length : size;
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += width) batches.push(items.slice(at, at + width));
  return batches;
}
