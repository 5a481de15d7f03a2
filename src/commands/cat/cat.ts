/**
 * `maand cat …`: lists what a build would make of the bucket now, together with the records of the state. Changes nothing.
 */
import { Failure } from '../../base/failure.ts';
import { didYouMean } from '../../base/text/nearest-name.ts';
import { quoted } from '../../base/text/quote.ts';
import { tableText } from '../../report/table.ts';
import type { Request } from '../../request/request.ts';
import type { BuiltBucket } from '../../session/built-bucket.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { jobNames, selectJobs, selectWorkers } from '../../session/open-bucket.ts';
import { withBucket } from '../../session/with-bucket.ts';
import { withBuilt } from '../../session/with-built.ts';
import { listAllocations, listHooks, listJobs, listPorts, listWorkers } from './cat-catalog.ts';
import { listCerts } from './cat-certs.ts';
import { listDeployments } from './cat-deployments.ts';
import { showInfo } from './cat-info.ts';
import { kvGet, listKv } from './cat-kv.ts';
import type { Listing, ListingFilter, ListingInput, ListingSpec } from './listing.ts';

const LISTINGS: Readonly<Record<string, ListingSpec>> = {
  workers: { list: listWorkers, filters: ['workers'], empty: 'workers.json lists no worker' },
  jobs: { list: listJobs, filters: ['jobs'], empty: 'there is no job in workspace/jobs' },
  allocations: { list: listAllocations, filters: ['jobs', 'workers'], empty: 'no job is placed on any worker' },
  deployments: { list: listDeployments, filters: ['jobs', 'workers'], empty: 'no job is placed on any worker' },
  hooks: { list: listHooks, filters: ['jobs'], empty: 'no job has hooks' },
  ports: { list: listPorts, filters: ['jobs'], empty: 'no job has ports' },
  certs: { list: listCerts, filters: ['jobs', 'workers'], empty: 'there is no CA yet' },
  kv: { list: listKv, filters: ['jobs', 'active', 'deleted'], empty: 'the key/value store is empty: run maand build' },
};

/** The requested listing, and the options that it uses. */
interface View {
  readonly name: string;
  readonly filters: readonly ListingFilter[];
  readonly show: (input: ListingInput) => CommandResult | Promise<CommandResult>;
}

export async function cat(call: CommandCall): Promise<CommandResult> {
  const view = viewOf(call.request);
  refuseUnheard(call.request, view);
  return withBucket(call, (bucket) =>
    withBuilt(bucket, { state: 'read', catalog: 'workspace' }, (built) => view.show(selectRows(built))),
  );
}

function viewOf(request: Request): View {
  const [what = '', ...rest] = request.operands;
  if (what === 'kv' && rest[0] === 'get') {
    return { name: 'cat kv get', filters: ['reveal'], show: (input) => kvGet(input, rest.slice(1)) };
  }
  const spec = Object.hasOwn(LISTINGS, what) ? LISTINGS[what] : undefined;
  if (!spec && what !== 'info') throw unknownListing(what);
  if (rest.length > 0) {
    const hint = what === 'kv' ? 'one value: maand cat kv get NAMESPACE KEY [--reveal]' : `usage: maand cat ${what}`;
    throw new Failure(`cat ${what} does not accept the word ${quoted(rest[0] ?? '')}`, { exitCode: 2, hint });
  }
  if (!spec) return { name: 'cat info', filters: [], show: showInfo };
  return {
    name: `cat ${what}`,
    filters: spec.filters,
    show: async (input) => toResult(await spec.list(input), spec, request),
  };
}

function unknownListing(what: string): Failure {
  const known = [...Object.keys(LISTINGS), 'info'];
  const message = what === '' ? 'the name of a listing is missing' : `there is no listing ${quoted(what)}`;
  const hint = (what === '' ? undefined : didYouMean(what, known)) ?? `there are: ${known.join(', ')}`;
  return new Failure(message, { exitCode: 2, hint });
}

/**
 * Throws a `Failure` (exit code 2) for filters that the listing does not support. A listing that ignored such a filter would
 * show more than requested.
 */
function refuseUnheard({ flags, filters }: Request, { name, filters: heard }: View): void {
  const given: Readonly<Record<ListingFilter, boolean>> = {
    jobs: filters.jobs.length > 0,
    workers: filters.workers.length > 0,
    active: flags.active,
    deleted: flags.deleted,
    reveal: flags.reveal,
  };
  const unheard = (Object.keys(given) as ListingFilter[]).filter((filter) => given[filter] && !heard.includes(filter));
  if (unheard.length === 0) return;
  throw new Failure(unheard.map((filter) => `--${filter} cannot be used with ${name}`).join('\n'), { exitCode: 2 });
}

function toResult(listing: Listing, { empty }: ListingSpec, request: Request): CommandResult {
  const { filters, flags } = request;
  const isFiltered = filters.jobs.length + filters.workers.length > 0 || flags.active || flags.deleted;
  const nothing = isFiltered ? 'nothing matches' : empty;
  return resultOf({
    exitCode: 0,
    data: listing,
    wording: 'name',
    show: ({ rows, ...rest }) => ({
      json: rows,
      text: rows.length === 0 ? `${nothing}\n` : listingText({ rows, ...rest }),
    }),
  });
}

function listingText({ columns, titles = {}, rows }: Listing): string {
  return tableText(
    columns.map((column) => titles[column] ?? column),
    rows.map((row) => columns.map((column) => String(row[column] ?? ''))),
  );
}

/** Selects jobs and workers, both from the workspace and from the records of the state. */
function selectRows(built: BuiltBucket): ListingInput {
  const { catalog, state, request } = built;
  const recorded = state.ledger.allocations;
  const names = [...jobNames(catalog), ...recorded.map(({ job }) => job)];
  const hosts = [...catalog.workers.map(({ host }) => host), ...recorded.map(({ host }) => host)];
  const jobs = selectJobs(request.filters.jobs, [...new Set(names)]);
  const workers = selectWorkers(request.filters.workers, [...new Set(hosts)]);
  return { ...built, jobs, workers };
}
