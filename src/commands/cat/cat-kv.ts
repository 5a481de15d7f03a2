/** Lists the key/value store for `maand cat kv`, and shows one key of it. */
import { Failure } from '../../base/failure.ts';
import { didYouMean } from '../../base/text/nearest-name.ts';
import { readableNamespaces, secretPlace } from '../../kv/access.ts';
import { todaysKey, todaysNamespace } from '../../kv/older-names.ts';
import { isSealed, SecretError } from '../../kv/secrets.ts';
import type { KvStore } from '../../kv/store.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { stopFailure } from '../../state/stop.ts';
import type { Listing, ListingInput } from './listing.ts';

const SHOWN = 50;

/**
 * Lists every key with its newest version, by namespace, then key. Values are shortened and secrets are hidden. With
 * `--jobs` only the keys that those jobs may read are listed.
 */
export function listKv(input: ListingInput): Listing {
  const { state, request } = input;
  const { kv } = state.ledger;
  const wanted = request.filters.jobs.length === 0 ? undefined : namespacesOf(input);
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
    titles: { namespace: 'Namespace', key: 'Key', value: 'Value', version: 'Version', created_date: 'createdDate' },
    rows: rows.map(({ namespace, key, row }) => ({
      namespace,
      key,
      value: shorten(row.value, input.face),
      version: row.version,
      ttl: 0,
      created_date: new Date(row.at * 1000).toISOString(),
      deleted: row.deleted ? 1 : 0,
    })),
  };
}

function namespacesOf({ catalog, state, jobs }: ListingInput): Set<string> {
  const allocations = [...catalog.jobs.flatMap((job) => job.allocations), ...state.ledger.allocations];
  const scopes = [...jobs].flatMap((job) => {
    const demandedJobs = catalog.jobs.find(({ name }) => name === job)?.demandedJobs ?? [];
    const hosts = allocations.filter((one) => one.job === job).map(({ host }) => host);
    return (hosts.length > 0 ? hosts : [NOWHERE]).map((host) => ({ job, host, demandedJobs }));
  });
  return new Set(scopes.flatMap((scope) => [...readableNamespaces(scope)]));
}

/** Stands for the host of a job without allocations. Such a job reads its own namespaces, but no namespace of a worker. */
const NOWHERE = '';

/** Shortens a value. The value is masked first, because the masker does not recognise half a secret. */
function shorten(value: string, { masker }: ListingInput['face']): string {
  if (isSealed(value)) return '[encrypted]';
  const shown = masker.mask(value);
  const [first = ''] = shown.startsWith('-----BEGIN') ? shown.split('\n', 1) : [shown];
  return first.length > SHOWN ? `${first.slice(0, SHOWN)}...` : first;
}

/**
 * Shows one key: `cat kv get NAMESPACE KEY [--reveal]`. `operands` are the words after `get`. Older names of namespaces are
 * accepted.
 */
export function kvGet(input: ListingInput, operands: readonly string[]): CommandResult {
  const [asked, written, ...more] = operands;
  if (asked === undefined || written === undefined || more.length > 0) {
    throw new Failure('usage: maand cat kv get NAMESPACE KEY [--reveal]', { exitCode: 2 });
  }
  const { kv } = input.state.ledger;
  const namespace = todaysNamespace(asked);
  const key = kv.get(namespace, written) === undefined ? todaysKey(namespace, written) : written;
  const row = kv.latest(namespace, key);
  if (row === undefined || row.deleted) {
    throw new Failure(`key not found: namespace ${namespace}, key ${key}`, {
      exitCode: 1,
      hint: nearestKey(input.state.ledger.kv, namespace, key),
    });
  }
  const entry = {
    namespace,
    key,
    value: shownValue(input, { namespace, key, value: row.value }),
    version: row.version,
    ttl: 0,
    created_date: new Date(row.at * 1000).toISOString(),
  };
  const lines = (shown: typeof entry) => Object.entries(shown).map(([name, field]) => `${name}: ${field}\n`);
  return resultOf({
    exitCode: 0,
    data: entry,
    // the value is not masked on a terminal
    wording: {
      namespace: 'name',
      key: 'name',
      value: input.face.audience === 'log' ? 'text' : 'name',
      created_date: 'name',
    },
    show: (shown) => ({ json: shown, text: lines(shown).join('') }),
  });
}

function nearestKey(kv: KvStore, namespace: string, key: string): string {
  const namespaces = kv.namespaces().filter((name) => kv.keys(name).length > 0);
  const isKnown = namespaces.includes(namespace);
  const nearest = isKnown ? didYouMean(key, kv.keys(namespace)) : didYouMean(namespace, namespaces);
  return nearest ?? 'maand cat kv lists the keys';
}

interface KeptValue {
  readonly namespace: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Returns the value to show. A secret is hidden unless the user requests it with `--reveal`. The action masks a revealed
 * secret, because other people read the log.
 */
function shownValue({ state, request, face }: ListingInput, { namespace, key, value }: KeptValue): string {
  if (!isSealed(value)) return value;
  if (!request.flags.reveal) return '[encrypted]';
  try {
    const plain = state.box.open(value);
    if (face.audience === 'log') face.masker.add(plain, secretPlace(namespace, key));
    return plain;
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown;
    throw stopFailure({
      code: 'state-other-key',
      message: `this value cannot be opened: ${thrown.message}`,
      hint: 'it was sealed with an older state key: add that key below the current one',
      cause: thrown,
    });
  }
}
