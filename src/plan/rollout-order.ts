/** Decides the order in which the allocations of a job are rolled out, and splits the order into batches. */

/** The order of the allocations of a job, and its source. */
export interface RolloutOrder {
  readonly hosts: readonly string[];
  readonly source: 'kv' | 'default';
  /** The value of `ROLLOUT_ORDER`: the text that a hook wrote, or the default order. */
  readonly text: string;
  /** The reason why the written order was not used, or was extended. */
  readonly note?: string;
}

/**
 * Orders the hosts in `candidates`. `written` is the value of the job's key `rollout_order`. `all` contains the hosts
 * of all allocations, in the order of the workers. A list with duplicates or unknown hosts is ignored, with a note.
 * Hosts that the list does not mention come last.
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

/** Splits items into consecutive batches of at most `size`; 0 means a single batch. */
export function batchesOf<T>(items: readonly T[], size: number): T[][] {
  const width = size <= 0 ? items.length : size;
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += width) batches.push(items.slice(at, at + width));
  return batches;
}
