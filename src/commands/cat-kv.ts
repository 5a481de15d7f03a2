import { Failure } from '../base/failure.ts';
import { readableNamespaces } from '../kv/access.ts';
import { todaysKey, todaysNamespace } from '../kv/older-names.ts';
import { isSealed } from '../kv/secrets.ts';
import type { CommandResult } from './face.ts';
import type { Listing, ListingInput } from './listing.ts';

const SHOWN = 50;

/** Every key with its newest version; values shortened, secrets hidden. */
export function listKv({ state, request, catalog, jobs }: ListingInput): Listing {
  const { kv } = state.ledger;
  const wanted = request.filters.jobs.length === 0 ? undefined : namespacesOf(catalog, jobs);
  const rows = kv
    .namespaces()
    .filter((namespace) => wanted?.has(namespace) ?? true)
    .flatMap((namespace) =>
      kv.allKeys(namespace).flatMap((key) => ({ namespace, key, row: kv.latest(namespace, key) })),
    )
    .flatMap(({ namespace, key, row }) => (row ? [{ namespace, key, row }] : []))
    .filter(({ row }) => !(request.flags.active && row.deleted) && !(request.flags.deleted && !row.deleted));
  return {
    columns: ['namespace', 'key', 'value', 'version', 'ttl', 'created_date', 'deleted'],
    rows: rows.map(({ namespace, key, row }) => ({
      namespace,
      key,
      value: shorten(row.value),
      version: row.version,
      ttl: 0,
      created_date: new Date(row.at * 1000).toISOString(),
      deleted: row.deleted ? 1 : 0,
    })),
  };
}

function namespacesOf(catalog: ListingInput['catalog'], jobs: ReadonlySet<string>): Set<string> {
  const scopes = catalog.jobs
    .filter(({ name }) => jobs.has(name))
    .flatMap((job) => job.allocations.map(({ host }) => ({ job: job.name, host, demandedJobs: job.demandedJobs })));
  return new Set(scopes.flatMap((scope) => [...readableNamespaces(scope)]));
}

function shorten(value: string): string {
  if (isSealed(value)) return '[encrypted]';
  const [first = ''] = value.startsWith('-----BEGIN') ? value.split('\n', 1) : [value];
  return first.length > SHOWN ? `${first.slice(0, SHOWN)}...` : first;
}

/** `cat kv get NAMESPACE KEY [--reveal]`. */
export function kvGet({ state, request, face }: ListingInput, operands: readonly string[]): CommandResult {
  const [verb, asked, written] = operands;
  if (verb !== 'get' || asked === undefined || written === undefined) {
    throw new Failure('usage: maand cat kv get NAMESPACE KEY [--reveal]', { exitCode: 2 });
  }
  const namespace = todaysNamespace(asked);
  const isThere = state.ledger.kv.get(namespace, written) !== undefined;
  const key = isThere ? written : todaysKey(namespace, written);
  const row = state.ledger.kv.latest(namespace, key);
  if (row === undefined || row.deleted) {
    throw new Failure(`key not found: namespace ${namespace}, key ${key}`, {
      exitCode: 1,
      hint: 'maand cat kv lists the keys',
    });
  }
  const sealed = isSealed(row.value);
  const value = !sealed ? row.value : request.flags.reveal ? state.box.open(row.value) : '[encrypted]';
  if (sealed && request.flags.reveal && face.name === 'action') face.masker.add(value);
  const entry = {
    namespace,
    key,
    value,
    version: row.version,
    ttl: 0,
    created_date: new Date(row.at * 1000).toISOString(),
  };
  const text = Object.entries(entry)
    .map(([name, field]) => `${name}: ${field}\n`)
    .join('');
  return { exitCode: 0, json: entry, text };
}
